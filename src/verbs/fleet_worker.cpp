#include "fleet_worker.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisory_list.hpp"
#include "analysis/find.hpp"
#include "analysis/fleet.hpp"
#include "analysis/hubs.hpp"
#include "base/json.hpp"
#include "recipe/reader.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

/// Keeps warnings, to be told once all is done.
class FleetListener final : public Progress {
 public:
  void warn(std::string_view line) override { warnings.emplace_back(line); }
  std::vector<std::string> warnings;
};

const char* kind_of(inspect::Form form) {
  switch (form) {
    case inspect::Form::recipe: return kind_of_recipes;
    case inspect::Form::lock: return "lock";
    case inspect::Form::rpmdb: return "rpmdb";
    case inspect::Form::root_directory: return "root";
    case inspect::Form::sbom: return "sbom";
    default: return "image";
  }
}

/// The architecture that most packages have.
std::string most_usual_arch(const PackageGraph& graph) {
  std::map<std::string, std::size_t> count;
  for (const GraphPackage& one : graph.packages) {
    if (one.nevra.arch != "noarch" && !one.nevra.arch.empty()) ++count[one.nevra.arch];
  }
  const auto most =
      std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == count.end() ? "" : most->first;
}

/// Why a package is there, with the shortest of all ways.
void add_way(FleetRebuild& rebuild, const inspect::Target& target, const analysis::Why& why,
             const FleetRequest& request) {
  const auto& chains = why.chains.chains;
  const auto least = std::min_element(
      chains.begin(), chains.end(), [](const auto& a, const auto& b) { return a.packages.size() < b.packages.size(); });
  if (least != chains.end()) {
    rebuild.root = target.graph.roots[least->root].name;
    for (const PackageId id : least->packages) rebuild.way.push_back(target.graph.at(id).nevra);
  }
  rebuild.why = request.explain(target, why);
}

void add_asked_packages(const inspect::Target& target, const FleetRequest& request,
                        std::vector<FleetRebuild>& rebuilds) {
  for (const std::string& what : request.packages) {
    for (const PackageId id : analysis::find_packages(target.graph, what, rpm::compare_versions)) {
      FleetRebuild& one = rebuilds.emplace_back();
      one.cause = what;
      one.package = target.graph.at(id).nevra;
      if (target.graph.dependencies_known) add_way(one, target, analysis::why(target.graph, id, {false, 1}), request);
    }
  }
}

void add_advised_packages(const inspect::Target& target, const FleetRequest& request, FleetPart& part) {
  if (!request.advisories) return;
  const std::vector<Advisory> list = wanted(request.advisories->advisories.list, request.filter);
  const analysis::AdvisorySubject subject = subject_of(target);
  analysis::AdvisoryHits hits = analysis::advisory_hits(subject, list, rpm::compare_versions);
  hits.fixed.clear();
  std::map<PackageId, const analysis::ExposedPackage*> whys;
  const auto exposed = analysis::exposed(subject, hits, list, {}, rpm::compare_versions);
  for (const analysis::ExposedPackage& one : exposed) whys[one.package] = &one;
  for (const analysis::AdvisoryHit& hit : hits.open) {
    FleetRebuild& one = part.rebuilds.emplace_back();
    one.cause = list[hit.advisory].id;
    one.by_advisory = true;
    one.package = target.graph.at(hit.package).nevra;
    one.fixed = hit.fixed;
    const auto why = whys.find(hit.package);
    if (target.graph.dependencies_known && why != whys.end()) add_way(one, target, why->second->why, request);
  }
  part.not_looked_at = not_looked_at(target, request.advisories->advisories);
}

std::string place_of(const FleetTask& task) {
  const std::string place = recipe::image_named(task.target);
  return task.tag.empty() ? place : "oci:" + place + ":" + task.tag;
}

/// Facts of an image itself.
void set_image(analysis::FleetImage& image, const inspect::Target& target, const FleetTask& task) {
  image.name = task.name;
  image.kind = kind_of(target.form);
  image.arch = target.arch.empty() ? most_usual_arch(target.graph) : target.arch;
  image.is_base = task.is_base;
  if (!target.image) return;
  image.digest = target.image->digest;
  for (const LayerInfo& one : target.image->layers) {
    if (!one.media_type.empty()) image.layers.push_back({one.digest, one.size});
  }
}

/// Facts that a fleet keeps of a target, and the work that is left to do for it.
FleetPart part_of(const inspect::Target& target, const FleetTask& task, const FleetRequest& request) {
  std::vector<Nevra> sources;
  for (const InstalledPackage& one : target.installed) sources.push_back(analysis::source_package(one.source_rpm));
  for (const ChosenPackage& one : target.solution ? target.solution->packages : std::vector<ChosenPackage>{}) {
    if (!one.build_only) sources.push_back(analysis::source_package(one.package.source_rpm));
  }
  FleetPart part;
  part.facts = analysis::fleet_facts(target.graph, sources);
  analysis::FleetImage& image = part.facts.image;
  set_image(image, target, task);
  if (request.costs && target.graph.dependencies_known) {
    for (const analysis::Cost& one : analysis::costs(target.graph).packages)
      part.facts.retained.push_back(one.exclusive);
    image.requirements = analysis::dear_requirements(target.graph);
  }
  add_asked_packages(target, request, part.rebuilds);
  add_advised_packages(target, request, part);
  return part;
}

std::vector<FleetPart> parts_of_records(const FleetTask& task, const FleetRequest& request, Progress& progress) {
  const std::filesystem::path file(task.target);
  const auto lines = timelines(file.has_parent_path() ? file.parent_path() : ".", {file.stem().string()}, progress);
  std::vector<FleetPart> parts;
  for (const Timeline& line : lines) {
    std::vector<const HistoryRecord*> chosen;
    for (const std::string& label : request.labels) {
      const auto found = std::find_if(line.records.rbegin(), line.records.rend(),
                                      [&](const HistoryRecord& one) { return one.label == label; });
      if (found != line.records.rend()) chosen.push_back(&*found);
    }
    if (request.labels.empty()) chosen.push_back(&line.records.back());
    for (const HistoryRecord* record : chosen) {
      FleetPart part = part_of(target_of(*record, task.name), task, request);
      analysis::FleetImage& image = part.facts.image;
      image.name = line.image + " " + record->label + (line.arch.empty() ? "" : " " + line.arch);
      image.kind = "record";
      image.digest = record->digest;
      for (const RecordLayer& layer : record->layers) image.layers.push_back({layer.digest, layer.size});
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

/// Reads a target. `read`: gets it where it may stand for others. Errors: as inspect::open().
FleetReading read_fleet_target(const FleetTask& task, const FleetRequest& request,
                               std::optional<inspect::Target>& read) {
  FleetListener progress;
  FleetReading reading;
  if (std::filesystem::path(task.target).extension() == ".jsonl") {
    reading.parts = parts_of_records(task, request, progress);
    reading.warnings = std::move(progress.warnings);
    return reading;
  }
  inspect::Options how = request.open;
  how.tree.tag = task.tag;
  how.recipe = task.recipe;
  auto opened = inspect::open(task.target, how, progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&opened)) {
    reading.unsolvable = request.explain_unsolvable(*unsolvable);
  } else {
    auto& target = std::get<inspect::Target>(opened);
    FleetPart& part = reading.parts.emplace_back(part_of(target, task, request));
    part.facts.image.place = place_of(task);
    if (target.form == inspect::Form::recipe) part.facts.image.base = recipe::load(task.target, how.recipe).base;
    progress.warnings.insert(progress.warnings.end(), target.warnings.begin(), target.warnings.end());
    if (progress.warnings.empty() && target.image) read = std::move(target);
  }
  reading.warnings = std::move(progress.warnings);
  return reading;
}

/// Reads an image that has the layers of one that was read.
FleetReading read_alike(inspect::Target& target, const FleetTask& task, const FleetRequest& request) {
  FleetReading reading;
  target.name = task.target;
  target.image = task.image;
  FleetPart& part = reading.parts.emplace_back();
  if (request.packages.empty() && !request.advisories) {
    reading.as_first = true;
    set_image(part.facts.image, target, task);
  } else {
    part = part_of(target, task, request);
  }
  part.facts.image.place = place_of(task);
  return reading;
}

}  // namespace

std::string layers_key(const FleetTask& task) {
  if (!task.image || task.image->layers.empty()) return "";
  const ImageInfo& info = *task.image;
  nlohmann::json layers = nlohmann::json::array();
  for (const LayerInfo& one : info.layers) {
    layers.push_back({one.digest, one.diff_id, one.media_type, one.size, one.packages, one.database});
  }
  return cbor_of({info.arch, info.variant, info.base_layers, layers});
}

std::vector<FleetReading> read_fleet_targets(const std::vector<const FleetTask*>& tasks, const FleetRequest& request) {
  std::vector<FleetReading> readings;
  std::optional<inspect::Target> read;
  for (const FleetTask* task : tasks) {
    try {
      readings.push_back(read ? read_alike(*read, *task, request) : read_fleet_target(*task, request, read));
    } catch (const Error& error) {
      readings.emplace_back().failure = error;
    }
  }
  return readings;
}

}  // namespace rootlet::verbs
