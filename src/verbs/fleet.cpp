#include <algorithm>
#include <set>

#include "advisory_list.hpp"
#include "analysis/fleet.hpp"
#include "analysis/hubs.hpp"
#include "base/fs.hpp"
#include "base/workers.hpp"
#include "fleet_what_if.hpp"
#include "fleet_worker.hpp"
#include "history/file.hpp"
#include "image/names.hpp"
#include "image/read.hpp"
#include "rootlet/fleet_answer.hpp"
#include "rootlet/workspace.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::size_t tasks_at_once = 256;

/// Whether a directory holds records and no root.
bool is_history(const fs::path& path) {
  std::error_code none;
  if (!fs::is_directory(path, none) || fs::exists(path / "usr", none) || fs::exists(path / "etc", none)) return false;
  return !history::images_of(path).empty();
}

/// Several images in one layout are several tasks. What cannot be read is told by the process that tries.
std::vector<std::string> names_of_images(const std::string& target, const FleetRequest& request) {
  std::error_code none;
  if (!fs::exists(target, none)) return {};
  try {
    if (inspect::form_of(target) == inspect::Form::image) {
      return image::names_in(target, request.open.tree.unpacked_limit);
    }
  } catch (const Error&) {
  }
  return {};
}

bool is_recipe(const std::string& target) {
  std::error_code none;
  try {
    return fs::is_regular_file(target, none) && inspect::form_of(target) == inspect::Form::recipe;
  } catch (const Error&) {  // told by the process that tries
    return false;
  }
}

/// The images of a workspace: those that were built as they are, of the others the recipes.
void add_workspace(const std::string& target, bool is_base, const FleetRequest& request,
                   std::vector<FleetTask>& tasks) {
  for (const WorkspaceImage& one : recipe::load_workspace(target).images) {
    FleetTask& task = tasks.emplace_back();
    task.name = one.name;
    task.is_base = is_base || one.is_base;
    std::error_code none;
    if (fs::exists(one.out, none)) {
      task.target = one.out.string();
      continue;
    }
    task.target = one.recipe.string();
    task.recipe = request.open.recipe;
    task.recipe.arch = one.overrides.arch.empty() ? task.recipe.arch : one.overrides.arch;
    task.recipe.releasever = one.overrides.releasever;
    task.recipe.repos_from = one.overrides.repos_from;
    task.recipe.variant = one.overrides.variant;
    if (!one.overrides.variant.empty()) task.recipe.on = one.overrides.on;
  }
}

void add_tasks(const std::string& target, bool is_base, const FleetRequest& request, std::vector<FleetTask>& tasks) {
  if (recipe::is_workspace(target)) return add_workspace(target, is_base, request, tasks);
  if (is_history(target)) {
    for (const std::string& image : history::images_of(target)) {
      const std::string file = history::file_of(target, image).string();
      tasks.push_back({file, file, "", is_base, {}});
    }
    return;
  }
  const std::vector<std::string> names = names_of_images(target, request);
  if (names.size() < 2) {
    tasks.push_back({target, target, "", is_base, request.open.recipe});
    return;
  }
  for (const std::string& name : names) tasks.push_back({target + ":" + name, target, name, is_base, {}});
}

std::vector<FleetTask> tasks_of(const FleetRequest& request) {
  std::vector<FleetTask> tasks;
  for (const std::string& one : request.bases) add_tasks(one, true, request, tasks);
  for (const std::string& one : request.targets) add_tasks(one, false, request, tasks);
  std::set<std::string> seen;
  for (const FleetTask& one : tasks) {
    if (!seen.insert(one.name).second) throw usage_error("the target '" + one.name + "' is given twice");
  }
  return tasks;
}

/// Manifest and configuration of an image in a layout; nothing: it is none, or the process that tries tells why it
/// cannot be read.
std::optional<ImageInfo> image_in_layout(const FleetTask& task, const FleetRequest& request) {
  std::error_code none;
  if (!fs::is_regular_file(fs::path(task.target) / "oci-layout", none)) return std::nullopt;
  const inspect::Options& how = request.open;
  try {
    return image::Image(task.target, {how.tree.arch, task.tag, how.tree.unpacked_limit}).info();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// Tasks of which one reads for all: images with the same layers, in the order of their first ones.
using Group = std::vector<const FleetTask*>;

std::vector<Group> groups_of(std::vector<FleetTask>& tasks, std::size_t begin, std::size_t end,
                             const FleetRequest& request) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = begin; i < end; ++i) {
    tasks[i].image = image_in_layout(tasks[i], request);
    const std::string key = layers_key(tasks[i]);
    const auto [place, fresh] = places.emplace(key, groups.size());
    if (key.empty()) places.erase(place);
    if (fresh) groups.emplace_back();
    groups[fresh ? groups.size() - 1 : place->second].push_back(&tasks[i]);
  }
  return groups;
}

/// The jobs of groups. Of recipes, which may have repositories in common, one goes first and leaves these in the cache
/// for the others.
std::vector<Job> jobs_of(const std::vector<Group>& groups, const FleetRequest& request) {
  std::vector<Job> jobs;
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    Job& job = jobs.emplace_back(Job{group.front()->name, [&] { return to_line(read_fleet_targets(group, request)); }});
    if (!is_recipe(group.front()->target)) continue;
    if (first) job.after = {*first};
    if (!first) first = i;
  }
  return jobs;
}

/// Takes the readings of a group apart.
void add_readings(const Group& group, const Outcome& outcome, std::map<const FleetTask*, FleetReading>& readings) {
  if (const auto* error = std::get_if<Error>(&outcome)) {
    for (const FleetTask* task : group) readings[task].failure = *error;
    return;
  }
  std::vector<FleetReading> said = fleet_readings_of(std::get<std::string>(outcome));
  const FleetPart* first = nullptr;
  for (std::size_t i = 0; i < group.size(); ++i) {
    FleetReading& reading = said.at(i);
    if (reading.as_first && first != nullptr) {
      FleetPart& part = reading.parts.at(0);
      analysis::FleetImage image = std::move(part.facts.image);
      part.facts = first->facts;
      image.requirements = std::move(part.facts.image.requirements);
      part.facts.image = std::move(image);
    }
    const FleetReading& kept = readings[group[i]] = std::move(reading);
    if (first == nullptr && !kept.failure && !kept.parts.empty()) first = &kept.parts.front();
  }
}

/// Takes what a process said of a target.
void take(const FleetTask& task, FleetReading reading, analysis::FleetMaker& maker, std::size_t& images,
          std::set<std::string>& not_looked_at, FleetAnswer& answer) {
  if (reading.failure) {
    answer.failures.push_back({task.name, *reading.failure});
    return;
  }
  for (const std::string& warning : reading.warnings) {
    const bool named = warning.starts_with(task.target);
    answer.warnings.push_back(named ? warning : task.name + ": " + warning);
  }
  if (reading.unsolvable) answer.failures.push_back({task.name, std::move(*reading.unsolvable)});
  for (FleetPart& part : reading.parts) {
    for (FleetRebuild& one : part.rebuilds) {
      one.image = images;
      answer.rebuilds.push_back(std::move(one));
    }
    for (const std::string& gap : part.not_looked_at) not_looked_at.insert(part.facts.image.name + ": " + gap);
    maker.add(std::move(part.facts));
    ++images;
  }
}

void analyse(FleetAnswer& answer, bool costs) {
  const analysis::Fleet& fleet = answer.fleet;
  answer.bytes = analysis::fleet_bytes(fleet);
  answer.alone = analysis::bytes_alone(fleet);
  answer.layers = analysis::fleet_layer_bytes(fleet);
  answer.libraries = analysis::fleet_libraries(fleet, rpm::compare_versions);
  answer.size_outliers = analysis::size_outliers(fleet);
  answer.version_outliers = analysis::version_outliers(fleet);
  answer.bases = analysis::fleet_bases(fleet);
  answer.common_base = analysis::common_base(fleet);
  if (!costs) return;
  answer.hubs = analysis::fleet_hubs(fleet);
  answer.bridges = analysis::fleet_bridges(fleet);
}

}  // namespace

FleetAnswer fleet(const FleetRequest& asked, Progress& progress) {
  const TempDir excerpts(fs::temp_directory_path(), "rootlet-fleet-");
  FleetRequest request = asked;
  request.open.tree.excerpts = excerpts.path();
  std::vector<FleetTask> tasks = tasks_of(request);
  FleetAnswer answer;
  answer.rebuilds_asked = !request.packages.empty() || request.advisories.has_value();
  if (request.advisories) warn_of_unknown(request.filter.names, request.advisories->advisories.list, progress);
  analysis::FleetMaker maker;
  std::size_t images = 0;
  std::set<std::string> not_looked_at;
  progress.begin("reading images", tasks.size(), Progress::Unit::items);
  // In parts, so that what processes say is not kept for all images at once.
  const std::size_t part = std::max<std::size_t>(tasks_at_once, request.at_once * 4);
  for (std::size_t begin = 0; begin < tasks.size(); begin += part) {
    const std::size_t end = std::min(begin + part, tasks.size());
    const std::vector<Group> groups = groups_of(tasks, begin, end, request);
    const std::vector<Outcome> outcomes =
        run_workers(jobs_of(groups, request), request.at_once,
                    [&](std::size_t ended, const Job& job) { progress.at(begin + ended, tasks.size(), job.name); });
    std::map<const FleetTask*, FleetReading> readings;
    for (std::size_t i = 0; i < groups.size(); ++i) add_readings(groups[i], outcomes[i], readings);
    for (std::size_t i = begin; i < end; ++i) {
      take(tasks[i], std::move(readings.at(&tasks[i])), maker, images, not_looked_at, answer);
      tasks[i].image.reset();
    }
  }
  progress.end();
  answer.not_looked_at.assign(not_looked_at.begin(), not_looked_at.end());
  answer.fleet = maker.take();
  analyse(answer, request.costs);
  for (const auto& one : asked.what_if) require_known(one, answer.fleet);
  for (const auto& one : asked.what_if) answer.what_if.push_back(what_if(asked, one, answer, progress));
  return answer;
}

}  // namespace rootlet::verbs
