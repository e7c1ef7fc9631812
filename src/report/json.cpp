#include <nlohmann/json.hpp>

#include "rootlet/report/report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

std::string json_text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json to_json(const ChosenPackage& chosen) {
  const Package& package = chosen.package;
  Json required_by = Json::array();
  for (const RequiredBy& use : chosen.reason.required_by) {
    required_by.push_back(
        {{"package", use.package}, {"capability", use.capability}, {"kind", edge_kind_name(use.kind)}});
  }
  return {{"name", package.nevra.name},
          {"epoch", package.nevra.epoch},
          {"version", package.nevra.version},
          {"release", package.nevra.release},
          {"arch", package.nevra.arch},
          {"nevra", package.nevra.str()},
          {"repo", package.repo},
          {"installed_size", package.installed_size},
          {"download_size", package.download_size},
          {"checksum", package.checksum.str()},
          {"location", package.location},
          {"reason", {{"requested", chosen.reason.requested}, {"required_by", required_by}}}};
}

Json to_json(const Solution& solution) {
  Json packages = Json::array();
  for (const ChosenPackage& chosen : solution.packages) packages.push_back(to_json(chosen));
  return {{"packages", packages},
          {"summary",
           {{"packages", solution.packages.size()},
            {"installed_size", solution.installed_size()},
            {"download_size", solution.download_size()},
            {"objective", "dnf"},
            {"proved_smallest", false}}}};
}

Json to_json(const build::BuildResult& result) {
  Json phases = Json::array();
  for (const build::Phase& phase : result.phases) phases.push_back({{"name", phase.name}, {"seconds", phase.seconds}});
  Json json = to_json(result.solution);
  json["image"] = {{"path", result.out.string()},
                   {"format", image::format_name(result.format)},
                   {"digest", result.image.digest},
                   {"layer_size", result.image.layer_size},
                   {"uncompressed_size", result.image.uncompressed_size},
                   {"files", result.image.files}};
  json["phases"] = phases;
  return json;
}

}  // namespace rootlet::report
