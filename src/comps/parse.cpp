#include <nlohmann/json.hpp>

#include "base/isolate.hpp"
#include "base/json.hpp"
#include "documents.hpp"
#include "rootlet/error.hpp"

namespace rootlet::comps {
namespace {

using nlohmann::json;

/// Bytes, which need not be UTF-8: JSON is only the way from the child process, in its binary form.
std::string packed(const Comps& comps) {
  json groups = json::array();
  for (const Group& group : comps.groups) {
    json packages = json::array();
    for (const GroupPackage& package : group.packages) {
      packages.push_back({package.name, static_cast<int>(package.type), package.condition, package.basearchonly});
    }
    groups.push_back({group.id, group.name, group.name_in_c, packages});
  }
  json environments = json::array();
  for (const EnvironmentGroup& one : comps.environments) {
    environments.push_back({one.id, one.name, one.name_in_c, one.groups, one.optional});
  }
  return cbor_of(json{groups, environments, comps.passed_over});
}

Comps unpacked(const std::string& bytes) {
  const json all = parse_cbor(bytes);
  Comps comps;
  for (const json& from : all.at(0)) {
    Group group{from.at(0), from.at(1), from.at(2), {}};
    for (const json& p : from.at(3)) {
      group.packages.push_back({p.at(0), static_cast<PackageType>(p.at(1).get<int>()), p.at(2), p.at(3).get<bool>()});
    }
    comps.groups.push_back(std::move(group));
  }
  for (const json& from : all.at(1)) {
    comps.environments.push_back({from.at(0), from.at(1), from.at(2), from.at(3).get<std::vector<std::string>>(),
                                  from.at(4).get<std::vector<std::string>>()});
  }
  comps.passed_over = all.at(2).get<std::vector<std::string>>();
  return comps;
}

}  // namespace

Comps parse(const std::vector<Document>& documents) {
  if (documents.empty()) return {};
  const auto parse_these = [](const std::vector<Document>& these) {
    return run_isolated("libcomps", [&] { return packed(parse_documents(these)); });
  };
  try {
    return unpacked(parse_these(documents));
  } catch (const Error& error) {
    if (!error.hint().empty()) throw;  // it names the repository
    for (const Document& document : documents) {
      try {
        static_cast<void>(parse_these({document}));
      } catch (const Error& cause) {
        if (!cause.hint().empty()) throw;
        throw Error("repository '" + document.repo + "': cannot parse the groups: " + cause.what(),
                    "the repository's metadata is damaged: ask who publishes it");
      }
    }
    throw;
  } catch (const json::exception&) {
    throw Error("the groups of the repositories were not read as a whole");
  }
}

}  // namespace rootlet::comps
