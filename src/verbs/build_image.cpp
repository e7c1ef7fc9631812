#include "build_image.hpp"

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "image/read.hpp"
#include "registry/push.hpp"
#include "rootlet/arches.hpp"
#include "rootlet/error.hpp"
#include "shared_states.hpp"

namespace rootlet::verbs {
namespace {

/// Keeps warnings, to be told once all is done.
class BuildListener final : public Progress {
 public:
  void warn(std::string_view line) override { warnings.emplace_back(line); }
  std::vector<std::string> warnings;
};

ImageSaid said_of(const ImageJudgement& judgement, const std::optional<ImageState>& before) {
  ImageSaid said;
  said.fate = judgement.fate;
  said.reasons = judgement.reasons;
  if (said.fate == ImageFate::build || said.fate == ImageFate::push) {
    said.records = judgement.now.records;
    if (before) said.before = before->records;
  }
  said.downloads = judgement.downloads;
  said.digest = judgement.fate == ImageFate::build ? "" : judgement.now.digest;
  said.unsolvable = judgement.unsolvable;
  return said;
}

/// The digest of the one image or index in a layout.
std::string digest_in(const fs::path& layout) {
  const auto index = parse_json(read_file(layout / "index.json"));
  return index.at("manifests").at(0).at("digest");
}

/// Notes what a build has made. `key`: make::BuildResult::key; empty: it is not to be trusted a second time.
void note_build(const WorkspaceTask& task, const PlanRequest& request, const std::string& key,
                ImageJudgement& judgement) {
  ImageState& now = judgement.now;
  now.records.clear();
  for (std::size_t i = 0; i < task.recipes.size(); ++i) {
    const image::ImageReadOptions how{task.image->several_arches ? task.recipes[i].selection.arch : "", "",
                                      image::default_unpacked_limit};
    const image::Image made(task.image->out, how);
    now.records.push_back(
        record_of_solution(task, task.recipes[i], judgement.solutions.at(i), &made.info(), request.date));
  }
  now.digest = digest_in(task.image->out);
  if (key.empty()) now.key.clear();
  now.packages = packages_digest(judgement.solutions);
  note_output(now, task.image->out);
}

/// Builds the image as it was judged. Returns false where there is no solution any more.
bool build_now(const WorkspaceTask& task, const PlanRequest& request, ImageJudgement& judgement, Progress& progress) {
  make::BuildOptions options = build_options_for(*task.image);
  options.at_hand = task.of_base;
  options.answers = std::move(judgement.answers);
  make_dirs(parent_dir(options.out));
  for (const Recipe& one : task.recipes) options.releases[one.selection.arch] = layered_releases(one, progress);
  std::string key = judgement.now.key;  // of a build that an earlier one has done already
  if (!task.image->several_arches) {
    auto outcome = make::build(task.recipes.front(), options, request.environment, progress);
    if (const auto* unsolvable = std::get_if<Unsolvable>(&outcome)) {
      judgement.unsolvable = request.explain(*unsolvable);
      return false;
    }
    if (auto* built = std::get_if<make::BuildResult>(&outcome)) {
      key = built->key;
      judgement.solutions = {std::move(built->solution)};
    }
  } else {
    auto outcome = make::build_index(task.recipes, options, request.environment, progress);
    if (const auto* unsolvable = std::get_if<make::UnsolvableArches>(&outcome)) {
      judgement.unsolvable = request.explain(unsolvable->front().second);
      return false;
    }
    if (auto* built = std::get_if<make::IndexResult>(&outcome)) {
      key = built->key;
      judgement.solutions.clear();
      for (make::BuildResult& one : built->images) judgement.solutions.push_back(std::move(one.solution));
    }
  }
  if (!key.empty()) key = judgement.now.key;
  note_build(task, request, key, judgement);
  return true;
}

/// The repository of an image's base in the workspace, which has the base's blobs; empty: there is none.
std::string repository_of_base(const WorkspaceTask& task, const Workspace& workspace) {
  if (!task.image->base) return "";
  return registry::parse_reference(place_in_registry(workspace, workspace.images[*task.image->base])).repository;
}

void push_now(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request, ImageState& state,
              ImageSaid& said, Progress& progress) {
  check_push(task.push_to, request.environment);
  const make::Environment& how = request.environment;
  const PushResult pushed =
      registry::push(task.image->out, "", registry::parse_reference(task.push_to), repository_of_base(task, workspace),
                     {how.cache_dir, how.offline, how.insecure_registries}, progress);
  state.pushed = task.push_to + " " + state.digest;
  said.pushed = pushed.image;
}

}  // namespace

ImageSaid judge_image(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request) {
  BuildListener progress;
  const std::optional<ImageState> before = read_state(state_file(workspace, task.image->name));
  ImageSaid said = said_of(judge(task, before, request, progress), before);
  said.warnings = std::move(progress.warnings);
  return said;
}

ImageSaid build_image(const WorkspaceTask& task, const Workspace& workspace, const PlanRequest& request) {
  BuildListener progress;
  const fs::path file = state_file(workspace, task.image->name);
  make_dirs(file.parent_path());
  const FileLock lock(fs::path(file).replace_extension(".lock"));
  if (task.is_shared) take_state(task, workspace, request.environment);  // another part may have built it by now
  const std::optional<ImageState> before = read_state(file);
  ImageJudgement judgement = judge(task, before, request, progress);
  if (!progress.warnings.empty()) judgement.answers.clear();  // the build tells them again
  progress.warnings.clear();
  if (judgement.fate == ImageFate::build) {
    if (!build_now(task, request, judgement, progress)) judgement.fate = ImageFate::no_solution;
  }
  ImageSaid said = said_of(judgement, before);
  if (judgement.fate != ImageFate::no_solution) {
    ImageState& state = judgement.now;
    said.digest = state.digest;
    // Before the state: what ends in between is done again, and is no news then.
    if (judgement.fate == ImageFate::build && !workspace.history.empty())
      keep_records(state.records, workspace.history);
    const bool is_news = judgement.fate == ImageFate::build || (before && before->key != state.key);
    if (is_news) write_state(file, state);
    const bool to_push = judgement.fate == ImageFate::push || judgement.fate == ImageFate::build;
    if (to_push && !task.push_to.empty()) {
      push_now(task, workspace, request, state, said, progress);
      write_state(file, state);
    }
    // Last, since whoever reads it takes the image to be there.
    if (task.is_shared && (is_news || to_push)) share_state(state, task, request.environment);
  }
  said.warnings = std::move(progress.warnings);
  return said;
}

}  // namespace rootlet::verbs
