#include "analysis/ladder.hpp"

#include <iterator>

#include "base.hpp"
#include "listening.hpp"
#include "repo/metadata.hpp"
#include "resolve.hpp"
#include "rootlet/build.hpp"
#include "solv/solve.hpp"

namespace rootlet::make {
namespace {

/// The group that comps of Fedora and Enterprise Linux call the smallest possible installation.
constexpr const char* least_group = "core";

struct AskedRung {
  RungKind kind;
  RungSettings settings;
};

/// How to ask for what an ordinary base brings along; or why that is not known.
std::variant<AskedRung, OmittedRung> base_rung(const Recipe& recipe, std::vector<RepoMetadata> repos,
                                               const Environment& environment, Progress& progress) {
  AskedRung rung{RungKind::base, {.base = recipe.base, .weak_deps = true, .docs = true}};
  if (!recipe.base.empty()) return rung;
  for (RepoMetadata& metadata : repos) {
    repo::load_comps(metadata, {environment.cache_dir, environment.offline}, progress);
  }
  rung.settings.group = least_group;
  if (solv::has_group(repos, rung.settings.group)) return rung;
  return OmittedRung{RungKind::base, "neither has the recipe a base, nor have its repositories a group '" +
                                         rung.settings.group + "', which distributions install at the least"};
}

std::vector<AskedRung> rungs_from_scratch() {
  return {{RungKind::weak_deps, {.weak_deps = true, .docs = true}},
          {RungKind::dnf, {}},
          {RungKind::smallest, {.objective = Objective::smallest}},
          {RungKind::no_scriptlet_deps, {.objective = Objective::smallest, .scriptlet_deps = ScriptletDeps::drop}}};
}

Recipe asked_as(const Recipe& given, const RungSettings& settings) {
  Recipe recipe = given;
  recipe.base = settings.base;
  Selection& selection = recipe.selection;
  if (!settings.group.empty()) selection.packages.push_back({"@" + settings.group, {}});
  selection.weak_deps = {.all = settings.weak_deps};
  selection.docs = settings.docs;
  selection.goal.objective = settings.objective;
  selection.goal.scriptlet_deps = settings.scriptlet_deps;
  return recipe;
}

bool is_own(const Recipe& recipe, const RungSettings& settings, Trim trim) {
  const Selection& selection = recipe.selection;
  return recipe.trim == trim && !settings.docs && !selection.docs && recipe.base == settings.base &&
         selection.weak_deps.any() == settings.weak_deps && selection.goal.objective == settings.objective &&
         selection.goal.scriptlet_deps == settings.scriptlet_deps;
}

}  // namespace

std::variant<Ladder, Unsolvable> ladder(const Recipe& given, const Environment& environment, Progress& told_all,
                                        const Resolved* own) {
  Progress nobody;  // that the same is loaded and read once more is no news
  Progress& progress = own != nullptr ? nobody : told_all;
  Recipe recipe = given;
  look_into_files(recipe, environment, progress);
  const auto repos = own != nullptr
                         ? own->repos
                         : repo::load_metadata(recipe.repos, {environment.cache_dir, environment.offline}, progress);
  WithoutWarnings quiet(progress);
  std::vector<AskedRung> asked;
  std::vector<OmittedRung> omitted;
  auto first = base_rung(recipe, repos, environment, progress);
  if (auto* known = std::get_if<AskedRung>(&first)) asked.push_back(std::move(*known));
  if (auto* unknown = std::get_if<OmittedRung>(&first)) omitted.push_back(std::move(*unknown));
  std::vector<AskedRung> others = rungs_from_scratch();
  std::move(others.begin(), others.end(), std::back_inserter(asked));
  std::vector<analysis::RungSet> sets;
  if (own != nullptr) told_all.begin("solving in other ways", asked.size(), Progress::Unit::items);
  for (const auto& [kind, settings] : asked) {
    if (own != nullptr) told_all.at(sets.size(), asked.size(), "");
    Environment how = environment;
    if (settings.docs) how.headers = Headers::never;  // all of it counts, as metadata state it
    Progress& told = kind == RungKind::dnf ? progress : quiet;
    const bool known = own != nullptr && is_own(recipe, settings, recipe.trim);
    Resolved resolved = known ? *own : resolve_with(asked_as(recipe, settings), repos, how, told);
    if (auto* solution = std::get_if<Solution>(&resolved.outcome)) {
      if (!known) tell(resolved.by_metadata, told);
      RungSettings shown = settings;
      if (!shown.base.empty()) shown.base = base_name(recipe);
      sets.push_back({kind, shown, is_own(recipe, settings, Trim::off), std::move(*solution),
                      is_own(recipe, settings, Trim::unneeded), std::move(resolved.removable)});
    } else if (kind == RungKind::base) {
      omitted.push_back({kind, "no set of packages satisfies the recipe together with " +
                                   (settings.group.empty() ? "its base" : "the group '" + settings.group + "'")});
    } else {
      return std::get<Unsolvable>(std::move(resolved.outcome));
    }
  }
  if (own != nullptr) told_all.end();
  Ladder ladder = analysis::ladder_of(sets);
  ladder.arch = recipe.selection.arch;
  ladder.omitted = std::move(omitted);
  return ladder;
}

}  // namespace rootlet::make
