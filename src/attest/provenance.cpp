#include "provenance.hpp"

#include <nlohmann/json.hpp>

namespace rootlet::attest {
namespace {

using Json = nlohmann::ordered_json;

/// docs/provenance.md says what each parameter means.
constexpr const char* build_type = "urn:rootlet:build:v1";
constexpr const char* builder_id = "urn:rootlet:builder";

Json as_json(const std::vector<Material>& materials) {
  Json list = Json::array();
  for (const Material& material : materials) {
    Json one;
    if (!material.uri.empty()) one["uri"] = material.uri;
    if (!material.name.empty()) one["name"] = material.name;
    one["digest"] = {{material.digest.type, material.digest.hex}};
    if (!material.annotations.empty()) one["annotations"] = material.annotations;
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

nlohmann::ordered_json provenance(const BuildFacts& facts) {
  Json external(facts.parameters);
  external["sources"] = as_json(facts.recipe);
  return {{"buildDefinition",
           {{"buildType", build_type},
            {"externalParameters", external},
            {"internalParameters", {{"SOURCE_DATE_EPOCH", facts.source_date_epoch}}},
            {"resolvedDependencies", as_json(facts.materials)}}},
          {"runDetails", {{"builder", {{"id", builder_id}, {"version", facts.versions}}}}}};
}

}  // namespace rootlet::attest
