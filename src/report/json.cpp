#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "model/package_json.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

std::string json_text(const Json& json) { return dump_json(json, 2) + "\n"; }

Json sums_json(const Totals& totals) {
  Json json{{"packages", totals.packages}, {"installed_size", totals.installed_size}};
  if (totals.kept_size) json["kept_size"] = *totals.kept_size;
  json["download_size"] = totals.download_size;
  return json;
}

Json nevras_json(const std::vector<Nevra>& packages) {
  Json list = Json::array();
  for (const Nevra& one : packages) list.push_back(one.str());
  return list;
}

Json alternatives_json(const std::vector<Alternative>& alternatives) {
  Json list = Json::array();
  for (const Alternative& other : alternatives) {
    list.push_back({{"package", other.package.str()},
                    {"repo", other.repo},
                    {"why", lost_because_name(other.why)},
                    {"detail", detail_text(other)},
                    {"capabilities", other.capabilities}});
  }
  return list;
}

namespace {

Json reason_json(const Solution& solution, const Reason& reason) {
  Json requested = Json::array();
  for (const Requested& entry : reason.requested) {
    Json one{{"spec", entry.spec}, {"file", entry.mark.file}, {"line", entry.mark.line}};
    if (!entry.via.empty()) one["via"] = entry.via;
    requested.push_back(std::move(one));
  }
  Json required_by = Json::array();
  for (const RequiredBy& use : reason.required_by) {
    Json one = required_by_json(use, solution.packages);
    one["form"] = form_name(form_of(use.capability));
    if (!use.condition.empty()) {
      one["condition"] = use.condition.capability;
      one["condition_is_there"] = use.condition.is_there;
    }
    required_by.push_back(std::move(one));
  }
  return {
      {"requested", requested}, {"required_by", required_by}, {"alternatives", alternatives_json(reason.alternatives)}};
}

/// Adds how the set was chosen: its value and the proof, DNF's answer, and the swaps.
void add_choice(Json& json, const Solution& solution) {
  json["summary"]["value"] = solution.optimality.value;
  json["summary"]["bound"] = solution.optimality.bound;
  json["dnf"] = sums_json(solution.dnf);
  json["swaps"] = Json::array();
  for (const Swap& swap : solution.swaps) {
    Json chosen = Json::array();
    for (const PackageId id : swap.chosen) chosen.push_back(solution.packages.at(index(id)).package.nevra.str());
    json["swaps"].push_back({{"instead_of", swap.instead_of.str()},
                             {"chosen", chosen},
                             {"capabilities", swap.capabilities},
                             {"lacks", swap.loss}});
  }
}

Json trimmed_json(const TrimmedFiles& trimmed) {
  Json packages = Json::array();
  for (const TrimmedPackage& one : trimmed.packages) {
    Json& json = packages.emplace_back();
    json["package"] = nullptr;
    if (!one.package.name.empty()) json["package"] = one.package.str();
    json["size"] = one.size;
    json["left"] = one.left;
    json["paths"] = Json::array();
    for (const std::string& path : one.paths) json["paths"].push_back(legible(path));
  }
  return {{"how", trim_name(trimmed.how)},
          {"files", trimmed.files()},
          {"size", trimmed.size()},
          {"packages", std::move(packages)}};
}

Json package_json(const Solution& solution, const ChosenPackage& chosen) {
  const Package& package = chosen.package;
  Json json = identity_json(package);
  json["installed_size"] = package.installed_size;
  json["download_size"] = package.download_size;
  if (!package.in_base()) {
    json["checksum"] = package.checksum.str();
    json["location"] = package.location;
  }
  json["reason"] = reason_json(solution, chosen.reason);
  if (package.kept_size) json["kept_size"] = *package.kept_size;
  return json;
}

}  // namespace

Json to_json(const Solution& solution) {
  Json packages = Json::array();
  Json build_only = Json::array();
  for (const ChosenPackage& chosen : solution.packages) {
    (chosen.build_only ? build_only : packages).push_back(package_json(solution, chosen));
  }
  Json json{{"packages", packages}};
  if (!build_only.empty()) json["build_only"] = build_only;
  json["summary"] = sums_json(solution.totals());
  json["summary"]["objective"] = objective_name(solution.optimality.objective);
  json["summary"]["proved_smallest"] = solution.optimality.proved;
  json["summary"]["sizes_by"] = solution.optimality.by_headers ? "headers" : "metadata";
  if (solution.optimality.objective != Objective::dnf) add_choice(json, solution);
  for (const ModuleState& state : solution.modules) {
    json["modules"].push_back({{"name", state.name},
                               {"stream", state.stream},
                               {"profiles", state.profiles},
                               {"state", state.stream.empty() ? "disabled" : "enabled"}});
  }
  return json;
}

Json to_json(const make::BuildResult& result) {
  Json phases = Json::array();
  for (const make::Phase& phase : result.phases) phases.push_back({{"name", phase.name}, {"seconds", phase.seconds}});
  Json json = to_json(result.solution);
  json["image"] = {{"path", result.out.string()},
                   {"format", image::format_name(result.format)},
                   {"digest", result.image.digest},
                   {"layer_size", result.image.layer_size()},
                   {"uncompressed_size", result.image.uncompressed_size()},
                   {"files", result.image.files()}};
  if (result.base) {
    json["base"] = {{"image", result.base->name},
                    {"digest", result.base->digest},
                    {"packages", result.solution.count_in_base()},
                    {"layers", result.base->layers},
                    {"size", result.base->size}};
  }
  if (result.own_files > 0) json["recipe_files"] = {{"files", result.own_files}, {"size", result.own_size}};
  if (result.trimmed.how != Trim::off || !result.trimmed.packages.empty())
    json["trimmed"] = trimmed_json(result.trimmed);
  for (std::size_t i = result.image.below; i < result.image.layers.size(); ++i) {
    const image::WrittenLayer& one = result.image.layers[i];
    json["image"]["layers"].push_back({{"digest", one.digest}, {"size", one.size}, {"packages", one.packages}});
  }
  Json owners = Json::array();
  for (const MissingOwner& missing : result.missing_owners) {
    owners.push_back({{"package", missing.package.str()},
                      {"name", missing.name},
                      {"kind", missing.group ? "group" : "user"},
                      {"files", missing.files}});
  }
  json["missing_owners"] = owners;
  if (!result.manifest.empty()) {
    json["rpmdb"] = {{"path", result.manifest}, {"format", "manifest"}, {"unreadable_for", Json::array()}};
  } else if (result.dbpath.empty()) {
    json["rpmdb"] = nullptr;
  } else {
    json["rpmdb"] = {{"path", result.dbpath}, {"format", rpmdb_format_name(result.rpmdb_format)}};
    json["rpmdb"]["unreadable_for"] = Json::array();
    for (const ForeignLibrpm& one : result.foreign_librpms) {
      json["rpmdb"]["unreadable_for"].push_back(
          {{"package", one.package.str()}, {"reads", rpmdb_format_name(one.reads)}});
    }
  }
  json["failed_scriptlets"] = Json::array();
  for (const FailedScriptlet& failed : result.failed_scriptlets) {
    json["failed_scriptlets"].push_back(
        {{"package", failed.package.str()}, {"kind", failed.kind}, {"cause", failed.cause}, {"output", failed.output}});
  }
  for (const LeftOutScriptlet& one : result.left_out_scriptlets) {
    json["left_out_scriptlets"].push_back(
        {{"package", one.package.str()}, {"kind", one.kind}, {"program", one.program}, {"line", one.line}});
  }
  for (const make::WeakSignatures& one : result.weak_signatures) {
    json["weak_signatures"].push_back(
        {{"repository", one.repo}, {"weakness", one.weakness}, {"packages", one.packages}});
  }
  for (const make::WrittenDocument& one : result.documents) {
    json["documents"].push_back({{"media_type", one.media_type}, {"file", one.file}});
    if (!one.digest.empty()) json["documents"].back()["digest"] = one.digest;
  }
  json["rights"] = rights::way_name(result.rights);
  if (result.layer_reused) json["reused"] = "layer";
  json["phases"] = phases;
  return json;
}

}  // namespace rootlet::report
