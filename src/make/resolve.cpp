#include "rootlet/build.hpp"

#include "analysis/lines.hpp"
#include "edge_kinds.hpp"
#include "headers.hpp"
#include "insecure.hpp"
#include "recipe/guard_rails.hpp"
#include "repo/metadata.hpp"
#include "resolve.hpp"
#include "rootlet/recipe_file.hpp"
#include "solv/names.hpp"
#include "solv/solve.hpp"
#include "stopwatch.hpp"

namespace rootlet::make {
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

solv::Request request_of(const Base* base, const Recipe& recipe, const Environment& environment) {
  solv::Request request;
  if (base != nullptr) {
    request.installed = std::make_shared<const std::vector<std::string>>(package_headers(*base));
    request.present_streams = module_streams(*base);
  }
  request.selection = recipe.selection;
  request.base_arch = recipe::base_arch(recipe.selection.arch);
  add_guard_rails(request, recipe.selection.goal.guard_rails);
  request.limits = environment.search;
  request.cache_dir = environment.cache_dir;
  request.paths = environment.paths;
  request.sources = environment.sources;
  request.held = environment.held;
  request.dropped = environment.dropped;
  return request;
}

/// Brings what not every request needs.
solv::Loaders loaders(const Environment& environment, HeaderSource& headers, Progress& progress) {
  const repo::MetadataOptions options{environment.cache_dir, environment.offline};
  solv::Loaders load;
  load.filelists = [options, &progress](std::vector<RepoMetadata>& repos) {
    for (RepoMetadata& metadata : repos) repo::load_filelists(metadata, options, progress);
  };
  load.comps = [options, &progress](std::vector<RepoMetadata>& repos) {
    for (RepoMetadata& metadata : repos) repo::load_comps(metadata, options, progress);
  };
  load.headers = headers.loader();
  return load;
}

std::vector<RepoMetadata> load_metadata(const Recipe& recipe, const Environment& environment, Progress& progress) {
  return repo::load_metadata(recipe.repos, {environment.cache_dir, environment.offline}, progress);
}

/// Error, or where a proof is not wanted, a warning: the set might not be the best.
void judge_proof(const Optimality& optimality, const Environment& environment, Progress& progress) {
  if (optimality.objective == Objective::dnf || optimality.proved) return;
  const std::string text = "the set of packages is not proved the best: the search for a better one was cut short";
  if (environment.want_proof) {
    throw Error(text,
                "let the search go on with --conflict-limit N, take what it found with --allow-unproved, or ask for "
                "DNF's answer with --objective dnf");
  }
  progress.warn(text);
}

void warn(const Solution& solution, Progress& progress) {
  for (const std::string& warning : solution.warnings) progress.warn(warning);
}

/// That an update is wanted and not to be had.
void warn_of_insecure(const Solution& solution, const std::set<Nevra>& insecure, Progress& progress) {
  for (const ChosenPackage& chosen : solution.packages) {
    if (!chosen.package.in_base() || !insecure.contains(chosen.package.nevra)) continue;
    progress.warn("upgrade: " + chosen.package.nevra.str() +
                  " of the base has an open security advisory, and no repository a version that closes it");
  }
}

}  // namespace

Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress) {
  std::vector<Phase> phases;
  auto repos = timed(phases, "metadata", [&] { return load_metadata(recipe, environment, progress); });
  Resolved resolved = resolve_with(recipe, std::move(repos), environment, progress);
  resolved.phases.insert(resolved.phases.begin(), phases.begin(), phases.end());
  return resolved;
}

Resolved resolve_with(const Recipe& given, std::vector<RepoMetadata> repos, const Environment& environment,
                      Progress& progress) {
  const auto base = open_base(given, environment, "", progress);
  return resolve_on(base.get(), given, std::move(repos), environment, progress);
}

Resolved resolve_on(const Base* base, const Recipe& given, std::vector<RepoMetadata> repos,
                    const Environment& environment, Progress& progress) {
  Recipe recipe = given;
  look_into_files(recipe, environment, progress);
  Resolved resolved;
  resolved.repos = std::move(repos);
  if (base != nullptr) resolved.base_digest = base->info.digest;
  solv::Request request = request_of(base, recipe, environment);
  if (base != nullptr) request.insecure = insecure_packages(*base, recipe, resolved.repos, environment, progress);
  HeaderSource headers(recipe, environment, progress);
  solv::Loaders load = loaders(environment, headers, progress);
  std::vector<Phase> within;  // of solving
  const solv::HeaderLoader read = load.headers;
  if (read) {
    load.headers = [&](const std::vector<Package>& packages) {
      return timed(within, "headers", [&] { return read(packages); });
    };
  }
  resolved.outcome =
      timed(resolved.phases, "solve", [&] { return solv::solve(request, resolved.repos, load, progress); });
  for (const Phase& phase : within) {
    resolved.phases.back().seconds -= phase.seconds;
    resolved.phases.push_back(phase);
  }
  if (auto* solution = std::get_if<Solution>(&resolved.outcome)) {
    // Where packages leave, it was headers that told which scriptlets need what.
    const bool tell_kinds =
        environment.headers == Headers::required || recipe.selection.goal.scriptlet_deps == ScriptletDeps::drop;
    if (tell_kinds && solution->optimality.by_headers) refine_edge_kinds(*solution, headers.requirements(*solution));
    resolved.by_metadata = headers.problem();
    resolved.removable = headers.removable(*solution);
    resolved.not_installable = headers.obstacle(*solution);
    if (resolved.not_installable && environment.headers == Headers::required) throw Error(*resolved.not_installable);
    warn(*solution, progress);
    warn_of_insecure(*solution, request.insecure, progress);
    judge_proof(solution->optimality, environment, progress);
  }
  return resolved;
}

void tell(const ByMetadata& by_metadata, Progress& progress) {
  if (by_metadata.why.empty()) return;
  const std::string text = "sizes are by metadata: " + by_metadata.why;
  by_metadata.distrust ? progress.warn(text) : progress.detail(text);
}

std::vector<std::string> package_names(const Recipe& recipe, std::string_view prefix, const Environment& environment,
                                       Progress& progress) {
  return solv::package_names(load_metadata(recipe, environment, progress), recipe.selection.arch, environment.cache_dir,
                             prefix, progress);
}

std::variant<Suggestion, Unsolvable> suggest(const Recipe& given, const Environment& environment, Progress& progress) {
  Recipe recipe = given;
  look_into_files(recipe, environment, progress);
  HeaderSource headers(recipe, environment, progress);
  const auto base = open_base(recipe, environment, "", progress);
  auto outcome =
      solv::suggest(request_of(base.get(), recipe, environment), load_metadata(recipe, environment, progress),
                    loaders(environment, headers, progress), progress);
  if (auto* suggestion = std::get_if<Suggestion>(&outcome)) {
    tell(headers.problem(), progress);
    suggestion->removable = headers.removable(suggestion->best);
    suggestion->lines = analysis::line_costs(suggestion->best, heaviest_shown);
    warn(suggestion->best, progress);
    judge_proof(suggestion->best.optimality, environment, progress);
  }
  return outcome;
}

}  // namespace rootlet::make
