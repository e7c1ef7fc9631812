#include "rootlet/build/resolve.hpp"

#include <algorithm>
#include <map>

#include "edge_kinds.hpp"
#include "rootlet/analysis/lines.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/recipe/guard_rails.hpp"
#include "rootlet/recipe/recipe.hpp"
#include "rootlet/repo/metadata.hpp"
#include "rootlet/rpm/header.hpp"
#include "rootlet/solv/solve.hpp"
#include "stopwatch.hpp"
#include "verify.hpp"

namespace rootlet::build {
namespace {

/// How many of a line's packages `suggest` names.
constexpr std::size_t heaviest_shown = 3;

/// The recipe's guard rails, or else the built-in ones; what the solver knows of features is built in.
void add_guard_rails(solv::Request& request, const std::optional<std::vector<RecipeItem>>& own) {
  recipe::GuardRails rails = recipe::guard_rails();
  if (own) {
    rails.keep_provider.clear();
    for (const RecipeItem& item : *own) rails.keep_provider.push_back(item.text);
  }
  request.keep_provider = std::move(rails.keep_provider);
  request.fewer_features = std::move(rails.fewer_features);
}

solv::Request request_of(const Recipe& recipe, const Environment& environment) {
  solv::Request request;
  request.arch = recipe.arch;
  request.packages = recipe.packages;
  request.exclude = recipe.exclude;
  request.weak_deps = recipe.weak_deps;
  request.weak_deps_of = recipe.weak_deps_of;
  request.modules = recipe.modules;
  request.releasever = recipe.releasever;
  request.base_arch = recipe::base_arch(recipe.arch);
  request.group_package_types = recipe.group_package_types;
  request.goal = recipe.goal;
  add_guard_rails(request, recipe.goal.guard_rails);
  request.time_limit = environment.time_limit;
  request.cache_dir = environment.cache_dir;
  request.paths = environment.paths;
  return request;
}

/// Brings what not every request needs.
class Loaders {
 public:
  Loaders(const Environment& environment, Progress& progress)
      : options_{environment.cache_dir, environment.offline}, progress_(progress) {}

  [[nodiscard]] std::vector<RepoMetadata> metadata(const Recipe& recipe) const {
    return repo::load_metadata(recipe.repos, options_, progress_);
  }
  [[nodiscard]] solv::FilelistsLoader filelists() const {
    return [this](std::vector<RepoMetadata>& repos) {
      for (RepoMetadata& metadata : repos) repo::load_filelists(metadata, options_, progress_);
    };
  }
  [[nodiscard]] solv::CompsLoader comps() const {
    return [this](std::vector<RepoMetadata>& repos) {
      for (RepoMetadata& metadata : repos) repo::load_comps(metadata, options_, progress_);
    };
  }

 private:
  repo::MetadataOptions options_;
  Progress& progress_;
};

void warn(const Solution& solution, Progress& progress) {
  for (const std::string& warning : solution.warnings) progress.warn(warning);
}

bool only_for_scriptlets(EdgeKind kind) {
  return kind != EdgeKind::runtime && kind != EdgeKind::verify;  // "rpm -V" is of use in an image, too
}

/// The packages whose headers are not known yet.
Solution unknown_in(const solv::Request& request, const Solution& solution) {
  Solution unknown;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!request.runtime_requirements.contains(chosen.package.nevra.str())) unknown.packages.push_back(chosen);
  }
  return unknown;
}

/// What the headers of packages say, as solv::Request has it.
void add_runtime_requirements(solv::Request& request, const Solution& packages, const std::vector<fs::path>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto& known = request.runtime_requirements[packages.packages.at(i).package.nevra.str()];
    for (const rpm::Requirement& requirement : rpm::read_header(files[i]).requirements) {
      if (!std::all_of(requirement.kinds.begin(), requirement.kinds.end(), only_for_scriptlets)) {
        known.insert(requirement.capability);
      }
    }
  }
}

}  // namespace

Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress) {
  std::vector<Phase> phases;
  auto repos = timed(phases, "metadata", [&] { return Loaders(environment, progress).metadata(recipe); });
  Resolved resolved = resolve_with(recipe, std::move(repos), environment, progress);
  resolved.phases.insert(resolved.phases.begin(), phases.begin(), phases.end());
  return resolved;
}

Resolved resolve_with(const Recipe& recipe, std::vector<RepoMetadata> repos, const Environment& environment,
                      Progress& progress) {
  const Loaders load(environment, progress);
  Resolved resolved;
  resolved.repos = std::move(repos);
  const solv::Request request = request_of(recipe, environment);
  resolved.outcome = timed(resolved.phases, "solve",
                           [&] { return solv::solve(request, resolved.repos, load.filelists(), load.comps()); });
  if (const auto* solution = std::get_if<Solution>(&resolved.outcome)) warn(*solution, progress);
  return resolved;
}

Resolved resolve_from_headers(const Recipe& recipe, const Environment& environment, Progress& progress) {
  const Loaders load(environment, progress);
  Resolved resolved;
  resolved.repos = timed(resolved.phases, "metadata", [&] { return load.metadata(recipe); });
  solv::Request request = request_of(recipe, environment);
  std::map<std::string, fs::path> known;  // by NEVRA
  const auto files_of = [&](const Solution& solution) {
    std::vector<fs::path> files;
    for (const ChosenPackage& chosen : solution.packages) files.push_back(known.at(chosen.package.nevra.str()));
    return files;
  };
  Progress silent;  // of packages that a later answer has in place of others
  for (bool first = true;; first = false) {
    resolved.outcome = timed(resolved.phases, "solve",
                             [&] { return solv::solve(request, resolved.repos, load.filelists(), load.comps()); });
    auto* solution = std::get_if<Solution>(&resolved.outcome);
    if (solution == nullptr) return resolved;
    const Solution unknown = unknown_in(request, *solution);
    if (unknown.packages.empty()) {
      refine_edge_kinds(*solution, files_of(*solution));
      warn(*solution, progress);
      return resolved;
    }
    timed(resolved.phases, "headers", [&] {
      const auto files = verified_files(recipe, unknown, environment, progress, first ? progress : silent);
      for (std::size_t i = 0; i < files.size(); ++i) known[unknown.packages[i].package.nevra.str()] = files[i];
      add_runtime_requirements(request, unknown, files);
    });
  }
}

std::variant<Suggestion, Unsolvable> suggest(const Recipe& recipe, const Environment& environment, Progress& progress) {
  const Loaders load(environment, progress);
  auto outcome = solv::suggest(request_of(recipe, environment), load.metadata(recipe), load.filelists(), load.comps());
  if (auto* suggestion = std::get_if<Suggestion>(&outcome)) {
    suggestion->lines = analysis::line_costs(suggestion->best, heaviest_shown);
    warn(suggestion->best, progress);
  }
  return outcome;
}

}  // namespace rootlet::build
