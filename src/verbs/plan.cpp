#include "rootlet/plan.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "analysis/diff.hpp"
#include "base/program.hpp"
#include "base/workers.hpp"
#include "build_image.hpp"
#include "loaded_repos.hpp"
#include "rootfs/install.hpp"
#include "rpm/version.hpp"
#include "shared_states.hpp"
#include "unchanged.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::array<std::string_view, 6> fate_names{"unchanged", "build", "push", "waits", "no_solution", "failed"};
constexpr std::array<std::string_view, 7> reason_names{"first",    "output", "recipe", "packages",
                                                       "contents", "base",   "program"};

/// The images that were asked for, and what they are built on.
std::vector<bool> chosen(const Workspace& workspace, const PlanRequest& request) {
  std::vector<bool> is_chosen(workspace.images.size());
  std::vector<std::size_t> in_level(workspace.levels());
  for (std::size_t i = 0; i < workspace.images.size(); ++i) {
    const std::size_t level = workspace.images[i].level;
    const std::size_t number = in_level[level]++;
    if (request.level && *request.level != level) continue;
    if (request.shard && number % request.shard->count != request.shard->index) continue;
    for (std::optional<std::size_t> one = i; one && !is_chosen[*one]; one = workspace.images[*one].base) {
      is_chosen[*one] = true;
    }
  }
  return is_chosen;
}

/// Reads an image's recipes and brings their repositories.
WorkspaceTask task_of(const Workspace& workspace, const WorkspaceImage& image, LoadedRepos& loaded) {
  WorkspaceTask task;
  task.image = &image;
  if (image.several_arches) {
    task.recipes = recipe::load_each(image.recipe, image.overrides);
  } else {
    task.recipes.push_back(recipe::load(image.recipe, image.overrides));
  }
  for (Recipe& recipe : task.recipes) {
    recipe.name = image.name;
    auto repos = loaded.of(recipe);
    if (const auto* error = std::get_if<Error>(&repos)) throw Error(*error);
    task.repos.push_back(std::get<0>(std::move(repos)));
  }
  task.push_to = place_in_registry(workspace, image);
  return task;
}

/// Bytes of layers that are not the base's, as the last build had them; before the first one, of the packages.
std::uint64_t push_bytes(const std::vector<HistoryRecord>& before, const std::vector<HistoryRecord>& now,
                         const std::optional<ImageState>& base) {
  std::set<std::string> below;
  for (const HistoryRecord& record : base ? base->records : std::vector<HistoryRecord>{}) {
    for (const RecordLayer& layer : record.layers) below.insert(layer.digest);
  }
  std::uint64_t bytes = 0;
  for (const HistoryRecord& record : before) {
    for (const RecordLayer& layer : record.layers) bytes += below.count(layer.digest) > 0 ? 0 : layer.size;
  }
  for (const HistoryRecord& record : before.empty() ? now : std::vector<HistoryRecord>{}) bytes += record.download_size;
  return bytes;
}

/// Carries out a plan, or makes it.
class Planner {
 public:
  Planner(const PlanRequest& request, Workspace workspace, bool apply, Progress& progress)
      : request_(request), apply_(apply), progress_(progress), loaded_(request.environment, progress) {
    plan_.workspace = std::move(workspace);
    plan_.applied = apply;
    is_shared_ = plan_.workspace.shares_states && !request.environment.offline;
  }

  Plan run() {
    const std::vector<bool> is_chosen = chosen(plan_.workspace, request_);
    places_.resize(is_chosen.size());
    for (std::size_t i = 0; i < is_chosen.size(); ++i) {
      if (!is_chosen[i]) continue;
      places_[i] = plan_.images.size();
      plan_.images.push_back({i});
    }
    read_recipes();
    progress_.begin(apply_ ? "building images" : "judging images", plan_.images.size(), Progress::Unit::items);
    for (std::size_t level = 0; level < plan_.workspace.levels(); ++level) run_level(level);
    progress_.end();
    add_sums();
    return std::move(plan_);
  }

 private:
  const WorkspaceImage& image_of(const PlannedImage& one) const { return plan_.workspace.images[one.image]; }

  /// Says what is known of an image before a process looks at it. Returns whether one has to.
  bool is_open(PlannedImage& one) {
    const auto base = image_of(one).base;
    if (!base) return true;
    const ImageFate below = plan_.images.at(places_.at(*base)).fate;
    if (below == ImageFate::failed || below == ImageFate::no_solution || below == ImageFate::waits) {
      one.fate = ImageFate::waits;
      return false;
    }
    if (below != ImageFate::build || apply_) return true;
    one.fate = ImageFate::build;  // on a base that is not there yet
    const auto before = read_state(state_file(plan_.workspace, image_of(one).name));
    one.reasons = {{before ? PlanReason::Kind::base : PlanReason::Kind::first}};
    if (before && !plan_.workspace.registry.empty()) {
      one.push =
          push_bytes(before->records, {}, read_state(state_file(plan_.workspace, plan_.workspace.images[*base].name)));
    }
    return false;
  }

  /// Reads all recipes and brings their repositories.
  void read_recipes() {
    tasks_.resize(plan_.images.size());
    for (std::size_t i = 0; i < plan_.images.size(); ++i) {
      try {
        tasks_[i] = task_of(plan_.workspace, image_of(plan_.images[i]), loaded_);
        tasks_[i].is_shared = is_shared_;
      } catch (const Error& error) {
        plan_.images[i].fate = ImageFate::failed;
        plan_.images[i].problem = error;
      }
    }
  }

  void run_level(std::size_t level) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < plan_.images.size(); ++i) {
      if (image_of(plan_.images[i]).level == level) places.push_back(i);
    }
    if (is_shared_) take_shared(places);
    std::erase_if(places, [&](std::size_t place) {
      PlannedImage& one = plan_.images[place];
      const bool is_done = one.fate == ImageFate::failed || !is_open(one);
      if (is_done) progress_.at(++ended_, plan_.images.size(), image_of(one).name);
      return is_done;
    });
    pass_over_unchanged(places);
    if (is_shared_) bring_bases(places);
    if (apply_) read_bases(places);
    std::vector<Job> jobs;
    for (const std::size_t place : places) {
      const WorkspaceTask& task = tasks_[place];
      jobs.push_back({task.image->name, [&] {
                        return to_line(apply_ ? build_image(task, plan_.workspace, request_)
                                              : judge_image(task, plan_.workspace, request_));
                      }});
    }
    const auto outcomes = run_workers(jobs, request_.at_once, [&](std::size_t /*ended*/, const Job& job) {
      progress_.at(++ended_, plan_.images.size(), job.name);
    });
    for (std::size_t i = 0; i < places.size(); ++i) take(plan_.images[places[i]], outcomes[i]);
  }

  static void fail(PlannedImage& one, const Error& error) {
    one.fate = ImageFate::failed;
    one.problem = error;
  }

  /// Takes the states over that the registry has.
  void take_shared(const std::vector<std::size_t>& places) {
    std::vector<std::size_t> asked;
    std::vector<const WorkspaceTask*> tasks;
    for (const std::size_t place : places) {
      if (plan_.images[place].fate == ImageFate::failed) continue;
      asked.push_back(place);
      tasks.push_back(&tasks_[place]);
      if (const auto base = tasks_[place].image->base) {
        tasks_[place].bases = known_bases_of(plan_.workspace.images[*base], plan_.workspace);
      }
    }
    const auto errors = take_states(tasks, plan_.workspace, request_, apply_);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (errors[i]) fail(plan_.images[asked[i]], *errors[i]);
    }
  }

  /// Brings the bases of images that have to be looked at. One whose base cannot be brought leaves the list.
  void bring_bases(std::vector<std::size_t>& places) {
    std::set<std::size_t> bases;
    for (const std::size_t place : places) {
      if (const auto base = tasks_[place].image->base) bases.insert(*base);
    }
    const std::vector<std::size_t> list(bases.begin(), bases.end());
    const auto errors = bring_outputs(list, plan_.workspace, request_);
    std::map<std::size_t, const Error*> failed;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (errors[i]) failed[list[i]] = &*errors[i];
    }
    std::erase_if(places, [&](std::size_t place) {
      const auto base = tasks_[place].image->base;
      const auto found = base ? failed.find(*base) : failed.end();
      if (found == failed.end()) return false;
      fail(plan_.images[place], *found->second);
      progress_.at(++ended_, plan_.images.size(), image_of(plan_.images[place]).name);
      return true;
    });
  }

  /// Takes those that need no process of their own out of the list.
  void pass_over_unchanged(std::vector<std::size_t>& places) {
    std::vector<const WorkspaceTask*> tasks;
    for (const std::size_t place : places) tasks.push_back(&tasks_[place]);
    const std::vector<std::string> digests = find_unchanged(tasks, plan_.workspace, request_);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (digests[i].empty()) {
        left.push_back(places[i]);
        continue;
      }
      PlannedImage& one = plan_.images[places[i]];
      one.fate = ImageFate::unchanged;
      one.digest = digests[i];
      progress_.at(++ended_, plan_.images.size(), image_of(one).name);
    }
    places = std::move(left);
  }

  /// Makes sure of the blobs of the bases of images that may have to be built.
  void read_bases(const std::vector<std::size_t>& places) {
    const auto& images = plan_.workspace.images;
    std::set<std::filesystem::path> layouts;
    for (const std::size_t place : places) {
      if (const auto base = tasks_[place].image->base) layouts.insert(images[*base].out);
    }
    const auto blobs = read_base_blobs({layouts.begin(), layouts.end()}, request_.at_once);
    for (const std::size_t place : places) {
      if (const auto base = tasks_[place].image->base) tasks_[place].of_base = blobs.at(images[*base].out);
    }
  }

  void take(PlannedImage& one, const Outcome& outcome) {
    if (const auto* error = std::get_if<Error>(&outcome)) {
      one.fate = ImageFate::failed;
      one.problem = *error;
      return;
    }
    ImageSaid said = image_said_of(std::get<std::string>(outcome));
    one.fate = said.fate;
    one.reasons = std::move(said.reasons);
    one.digest = std::move(said.digest);
    one.pushed = std::move(said.pushed);
    one.warnings = std::move(said.warnings);
    if (said.unsolvable) one.problem = std::move(*said.unsolvable);
    if (one.fate != ImageFate::build && one.fate != ImageFate::push) return;
    one.records = std::move(said.records);
    for (const auto& [package, bytes] : said.downloads) {
      one.download += bytes;
      if (brought_.insert(package).second) plan_.download += bytes;
    }
    const auto base = image_of(one).base;
    std::optional<ImageState> below;
    if (base && !plan_.workspace.registry.empty())
      below = read_state(state_file(plan_.workspace, plan_.workspace.images[*base].name));
    if (!plan_.workspace.registry.empty()) one.push = push_bytes(said.before, one.records, below);
    if (one.fate == ImageFate::push || said.before.size() != one.records.size()) return;
    for (std::size_t i = 0; i < one.records.size(); ++i) {
      one.diffs.push_back(analysis::diff(said.before[i].graph, one.records[i].graph, rpm::compare_versions));
    }
  }

  void add_sums() {
    for (const PlannedImage& one : plan_.images) plan_.push += one.push;
  }

  const PlanRequest& request_;
  bool apply_;
  bool is_shared_ = false;  ///< states are in the registry, too, and it is to be asked
  Progress& progress_;
  LoadedRepos loaded_;
  Plan plan_;
  std::vector<WorkspaceTask> tasks_;  ///< by place in Plan::images
  std::vector<std::size_t> places_;   ///< in Plan::images, by place in Workspace::images
  std::size_t ended_ = 0;
  std::set<std::string> brought_;
};

}  // namespace

std::string_view image_fate_name(ImageFate fate) noexcept { return fate_names.at(static_cast<std::size_t>(fate)); }

std::string_view plan_reason_name(PlanReason::Kind kind) noexcept {
  return reason_names.at(static_cast<std::size_t>(kind));
}

Plan plan(const PlanRequest& request, Progress& progress) {
  program_identity();  // before libraries load others
  return Planner(request, recipe::load_workspace(request.workspace), false, progress).run();
}

Plan apply(const PlanRequest& request, Progress& progress) {
  program_identity();
  rootfs::require_served();
  return Planner(request, recipe::load_workspace(request.workspace), true, progress).run();
}

std::vector<std::filesystem::path> outputs_of(const Workspace& workspace) {
  std::vector<std::filesystem::path> outputs;
  for (const WorkspaceImage& one : workspace.images) outputs.push_back(one.out);
  return outputs;
}

}  // namespace rootlet::verbs
