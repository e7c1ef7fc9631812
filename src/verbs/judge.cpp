#include "judge.hpp"

#include <algorithm>

#include "analysis/solution.hpp"
#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/program.hpp"
#include "history/record_of.hpp"
#include "rootlet/target.hpp"

namespace rootlet::verbs {
namespace {

/// One digest of those of all architectures.
std::string joined_digest(const std::vector<std::string>& parts) {
  if (parts.size() == 1) return parts.front();
  std::string all;
  for (const std::string& one : parts) all += one + "\n";
  return digest_of(all);
}

/// Packages with their checksums; those of the base too.
std::string packages_text(const Solution& solution) {
  std::string text;
  for (const ChosenPackage& one : solution.packages) {
    const Nevra& nevra = one.package.nevra;
    text += nevra.name + " " + nevra.evr() + " " + nevra.arch + " " + one.package.checksum.str();
    text += one.build_only ? " build\n" : "\n";
  }
  return text;
}

void add_downloads(const Solution& solution, const make::Environment& environment, ImageJudgement& judgement) {
  for (const ChosenPackage& one : solution.packages) {
    const Package& package = one.package;
    if (package.in_base() || package.repo == local_repo_id) continue;
    const std::string name = package.checksum.type + "-" + package.checksum.hex;
    std::error_code none;
    if (fs::exists(environment.cache_dir / "packages" / (name + ".rpm"), none)) continue;
    judgement.downloads.emplace_back(name, package.download_size);
  }
}

std::optional<PlanReason> recipe_reason(const ImageState& before, const ImageState& now, const fs::path& recipe) {
  if (before.recipe == now.recipe) return std::nullopt;
  PlanReason reason{PlanReason::Kind::recipe};
  std::map<std::string, std::string> all = before.keys;
  all.insert(now.keys.begin(), now.keys.end());
  for (const auto& [key, ignored] : all) {
    const auto was = before.keys.find(key);
    const auto is = now.keys.find(key);
    const bool same = was != before.keys.end() && is != now.keys.end() && was->second == is->second;
    if (same || key == "base") continue;  // which is said as such
    reason.keys.push_back(key);
    reason.marks.push_back(recipe::mark_of_key(recipe, key));
  }
  if (reason.keys.empty()) return std::nullopt;
  return reason;
}

std::vector<Nevra> packages_in(const std::vector<HistoryRecord>& records) {
  std::vector<Nevra> all;
  for (const HistoryRecord& record : records) {
    for (const GraphPackage& one : record.graph.packages) all.push_back(one.nevra);
  }
  return all;
}

std::vector<PlanReason> reasons_for(const std::optional<ImageState>& before, const ImageState& now,
                                    const WorkspaceTask& task) {
  if (!before) return {{PlanReason::Kind::first}};
  std::vector<PlanReason> reasons;
  if (auto recipe = recipe_reason(*before, now, task.image->recipe)) reasons.push_back(std::move(*recipe));
  if (before->base != now.base) reasons.push_back({PlanReason::Kind::base});
  if (before->packages != now.packages) {
    const bool same_names = packages_in(before->records) == packages_in(now.records);
    reasons.push_back({same_names ? PlanReason::Kind::contents : PlanReason::Kind::packages});
  }
  if (before->program != now.program) reasons.push_back({PlanReason::Kind::program});
  if (!is_there(*before, task)) reasons.push_back({PlanReason::Kind::output});
  return reasons;
}

/// Notes the facts that the last build is held against before anything is solved.
void note_inputs(WorkspaceTask& task, const PlanRequest& request, ImageState& now, make::KnownBases& known_bases,
                 Progress& progress) {
  make::BuildOptions options = build_options_for(*task.image);
  options.out.clear();  // which is noted apart, and may be another one on each machine
  known_bases.insert(task.bases.begin(), task.bases.end());
  std::vector<std::string> keys;
  std::vector<std::string> recipes;
  std::vector<std::string> bases;
  for (std::size_t i = 0; i < task.recipes.size(); ++i) {
    Recipe& recipe = task.recipes[i];
    const auto known = make::known_before(recipe, task.repos[i], options, request.environment, known_bases, progress);
    keys.push_back(known.key.value_or(""));
    recipes.push_back(recipe.digest);
    bases.push_back(known.base_digest);
    now.keys.merge(recipe::key_digests(recipe));
  }
  const bool all = std::none_of(keys.begin(), keys.end(), [](const std::string& one) { return one.empty(); });
  now.key = all ? joined_digest(keys) : "";
  now.recipe = joined_digest(recipes);
  now.base = joined_digest(bases);
  now.program = program_identity();
}

bool is_pushed(const WorkspaceTask& task, const ImageState& state) {
  return !task.push_to.empty() && state.pushed == task.push_to + " " + state.digest;
}

ImageFate fate_without_build(const WorkspaceTask& task, const ImageState& before) {
  return task.push_to.empty() || is_pushed(task, before) ? ImageFate::unchanged : ImageFate::push;
}

/// Whether all that decides an image is as it was, and so are its files.
bool is_as_built(const ImageState& before, const ImageState& now, const WorkspaceTask& task) {
  return !now.key.empty() && before.key == now.key && is_there(before, task);
}

}  // namespace

bool is_there(const ImageState& state, const WorkspaceTask& task) {
  return (task.is_shared && is_pushed(task, state)) || is_as_noted(state, task.image->out);
}

make::BuildOptions build_options_for(const WorkspaceImage& image) {
  make::BuildOptions options;
  options.out = image.out;
  return options;
}

HistoryRecord record_of_solution(const WorkspaceTask& task, const Recipe& recipe, const Solution& solution,
                                 const ImageInfo* image, const std::string& date) {
  inspect::Target target;
  target.arch = recipe.selection.arch;
  target.solution = solution;
  target.graph = analysis::graph_of(solution, analysis::Part::staying);
  if (image != nullptr) target.image = *image;
  const std::string label = task.image->release.empty() ? date : task.image->release;
  return history::record_of(target, {task.image->name, label, date, ""});
}

std::string packages_digest(const std::vector<Solution>& solutions) {
  std::vector<std::string> digests;
  for (const Solution& one : solutions) digests.push_back(digest_of(packages_text(one)));
  return joined_digest(digests);
}

std::string unchanged_digest(const WorkspaceTask& given, const Workspace& workspace, const PlanRequest& request,
                             make::KnownBases& bases, Progress& progress) {
  const auto before = read_state(state_file(workspace, given.image->name), StatePart::without_records);
  if (!before || fate_without_build(given, *before) != ImageFate::unchanged) return "";
  WorkspaceTask task = given;
  ImageState now;
  note_inputs(task, request, now, bases, progress);
  return is_as_built(*before, now, task) ? before->digest : "";
}

ImageJudgement judge(const WorkspaceTask& given, const std::optional<ImageState>& before, const PlanRequest& request,
                     Progress& progress) {
  WorkspaceTask task = given;
  ImageJudgement judgement;
  make::KnownBases bases;
  note_inputs(task, request, judgement.now, bases, progress);
  if (before && is_as_built(*before, judgement.now, task)) {
    judgement.fate = fate_without_build(task, *before);
    judgement.now = *before;
    return judgement;
  }
  for (std::size_t i = 0; i < task.recipes.size(); ++i) {
    make::Resolved resolved = make::resolve_with(task.recipes[i], task.repos[i], request.environment, progress);
    if (const auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) {
      judgement.fate = ImageFate::no_solution;
      judgement.unsolvable = request.explain(*unsolvable);
      return judgement;
    }
    const Solution& solution = judgement.solutions.emplace_back(std::get<Solution>(resolved.outcome));
    judgement.now.records.push_back(record_of_solution(task, task.recipes[i], solution, nullptr, request.date));
    add_downloads(solution, request.environment, judgement);
    judgement.answers[task.recipes[i].selection.arch] = std::make_shared<const make::Resolved>(std::move(resolved));
  }
  judgement.now.packages = packages_digest(judgement.solutions);
  judgement.reasons = reasons_for(before, judgement.now, task);
  if (!judgement.reasons.empty()) return judgement;
  judgement.fate = fate_without_build(task, *before);
  const std::string key = judgement.now.key;
  judgement.now = *before;
  judgement.now.key = key;  // repositories have moved on, and nothing of it is in the image
  return judgement;
}

}  // namespace rootlet::verbs
