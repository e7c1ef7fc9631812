#include "solv/solve.hpp"

#include <algorithm>
#include <map>

#include "answer.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "explain/explain.hpp"
#include "groups.hpp"
#include "job.hpp"
#include "rootlet/error.hpp"
#include "solver.hpp"
#include "sources.hpp"
#include "specs.hpp"
#include "suggest.hpp"
#include "universe.hpp"
#include "view.hpp"

namespace rootlet::solv {
namespace {

/// Jobs of a request, and what is wrong with it before the solver is asked.
struct Asked {
  std::vector<Job> jobs;  ///< those of modules and groups, then those of packages, sorted by the entries' text
  std::vector<std::string> warnings;
  std::vector<PlainProblem> problems;
  std::vector<Job> unmatched;  ///< entries and requirements that match nothing
};

/// The groups of the repositories, brought where the request names one.
comps::Comps groups_for(const View& view, const CompsLoader& load) {
  if (view.modularity().groups().empty()) return {};
  std::vector<RepoMetadata> repos = view.universe().repos();
  if (load) load(repos);
  return load_groups(repos);
}

/// "needed by /srv/app/bin/server and 2 other files of the recipe".
std::string needed_by(const FileRequirement& requirement) {
  const std::string by = "needed by " + requirement.path;
  if (requirement.files < 2) return by;
  return by + " and " + counted(requirement.files - 1, "other file") + " of the recipe";
}

/// Where /usr is merged, packages may name their programs in /usr/bin alone, and scripts call them by /bin.
std::vector<Id> providers_for_files(const SpecMatcher& matcher, const std::string& capability) {
  std::vector<Id> found = matcher.find_providers(capability);
  const bool merged = capability.starts_with("/bin/") || capability.starts_with("/sbin/");
  return found.empty() && merged ? matcher.find_providers("/usr" + capability) : found;
}

void ask_for_files(const View& view, Asked& asked) {
  const SpecMatcher matcher(view.pool());
  for (const FileRequirement& each : view.request().selection.file_requirements) {
    Job job{each.item, providers_for_files(matcher, each.item.text), needed_by(each)};
    job.of_files = true;
    (job.candidates.empty() ? asked.unmatched : asked.jobs).push_back(std::move(job));
  }
}

Asked asked_by(const View& view, const comps::Comps& comps) {
  const Modularity& modularity = view.modularity();
  Asked asked;
  asked.problems = modularity.problems();
  if (!asked.problems.empty()) return asked;
  asked.jobs = modularity.jobs(asked.problems);
  GroupJobs groups = group_jobs(view, comps);
  asked.jobs.insert(asked.jobs.end(), groups.jobs.begin(), groups.jobs.end());
  asked.warnings = std::move(groups.warnings);
  const std::vector<std::string> of_modules = modularity.warnings();
  asked.warnings.insert(asked.warnings.end(), of_modules.begin(), of_modules.end());
  std::map<std::string, RecipeItem> entries;  // their order in the recipe does not matter
  for (const RecipeItem& item : view.request().selection.packages) {
    if (!is_collection(item.text)) entries.emplace(item.text, item);
  }
  for (const auto& [spec, item] : entries) {
    const auto sets = view.candidates(spec);
    if (sets.empty()) asked.unmatched.push_back({item, {}});
    for (const auto& set : sets) asked.jobs.push_back({item, set});
  }
  ask_for_files(view, asked);
  return asked;
}

/// Whether a changed request has a solution.
bool solvable(const Universe& universe, const Request& request, const comps::Comps& comps) try {
  const View view(universe, request);
  const Asked asked = asked_by(view, comps);
  if (!asked.problems.empty() || !asked.unmatched.empty()) return false;
  IdQueue queue;
  fill_jobs(view.pool(), asked.jobs, queue);
  add_upgrades(view, queue);
  return solver_solve(make_solver(view.pool(), follows_weak_deps(request)).get(), queue.get()) == 0;
} catch (const Error& error) {
  if (error.kind() != ErrorKind::usage) throw;
  return false;  // what is asked for is no longer there: a module, say
}

/// Parts that a universe lacks for an answer.
enum class Lacking { descriptions, filelists };

/// Function that makes the result of the set that the solver has found, DNF's.
template <class Result>
using Finish = std::function<Result(const View&, ::Solver&, Asked&, const Preferences&)>;

template <class Result>
std::variant<Result, Unsolvable, Lacking> solve_in(const Universe& universe, const Request& request,
                                                   const Loaders& load, const Finish<Result>& finish) {
  const View view(universe, request);
  const comps::Comps comps = groups_for(view, load.comps);
  Asked asked = asked_by(view, comps);
  if (!asked.problems.empty()) return explain_plain(asked.problems);
  if (!universe.has_filelists() && needs_filelists(view, asked.jobs)) return Lacking::filelists;
  const Attempt attempt = [&](const Request& changed) { return solvable(universe, changed, comps); };
  if (!asked.unmatched.empty()) {
    if (!universe.has_descriptions()) return Lacking::descriptions;
    return explain_unmatched(view, asked.unmatched, attempt);
  }
  ::Pool& pool = view.pool();
  IdQueue queue;
  fill_jobs(pool, asked.jobs, queue);
  add_upgrades(view, queue);
  const Preferences preferences = preferences_of(pool, request.selection.goal, asked.warnings);
  std::sort(asked.warnings.begin(), asked.warnings.end());
  pool_freeidhashes(&pool);  // hardly anything is looked up by its name any more, and they are large
  const SolverHandle solver = make_solver(pool, follows_weak_deps(request));
  if (solver_solve(solver.get(), queue.get()) == 0) return finish(view, *solver, asked, preferences);
  if (!universe.has_descriptions()) return Lacking::descriptions;
  return explain(view, *solver, asked.jobs, attempt);
}

/// Packages of a lock whose place another version takes, since no repository has them any more.
std::vector<std::string> gone_from(const std::set<Nevra>& held, const Solution& solution) {
  std::map<std::string, const Nevra*> chosen;
  for (const ChosenPackage& one : solution.packages) chosen.emplace(one.package.nevra.name, &one.package.nevra);
  std::set<std::string> there;
  for (const ChosenPackage& one : solution.packages) {
    if (held.contains(one.package.nevra)) there.insert(one.package.nevra.name);
  }
  std::vector<std::string> warnings;
  for (const Nevra& one : held) {
    const auto found = chosen.find(one.name);
    if (found == chosen.end() || there.contains(one.name)) continue;
    warnings.push_back("the lock holds " + one.str() + ", which no repository has any more: " + found->second->str() +
                       " is taken");
  }
  return warnings;
}

constexpr std::size_t most_named = 5;

/// Up to five names, quoted, and how many more there are.
std::string some_of(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() < most_named) shown.push_back("'" + name + "'");
  }
  const std::string more =
      names.size() > most_named ? " and " + std::to_string(names.size() - most_named) + " more" : "";
  return join(shown, ", ") + more;
}

/// Solving, as something that whoever made a repository may want to bring down. A recipe for the largest distributions
/// takes a hundredth of this.
Task task_of(const Request& request, const std::vector<RepoMetadata>& repos) {
  std::vector<std::string> packages;
  std::vector<std::string> ids;
  for (const RecipeItem& item : request.selection.packages) packages.push_back(item.text);
  for (const FileRequirement& each : request.selection.file_requirements) packages.push_back(each.item.text);
  for (const RepoMetadata& repo : repos) ids.push_back(repo.spec.id);
  return {.subject = "cannot solve for " + some_of(packages) + " with repositories " + some_of(ids),
          .library = "libsolv",
          .hint = "a repository may be broken, or made to exhaust whoever solves with it: leave out the one that is",
          .limits = {.bytes = 4'000'000'000, .seconds = 600}};
}

/// Contents of a request's universe at first: as little as may do.
UniverseContents contents_of(const Request& request, std::vector<RepoMetadata> repos) {
  UniverseContents contents{std::move(repos),  request.selection.arch, {},    request.installed,
                            request.cache_dir, request.paths,          false, request.dropped};
  for (const RecipeItem& item : request.selection.packages) {
    if (item.text.starts_with('/') || item.text.starts_with("*/")) contents.descriptions = true;  // a path
    if (is_local_package(item.text)) contents.package_files.push_back(item.text);
  }
  for (const FileRequirement& each : request.selection.file_requirements) {
    if (each.item.text.starts_with('/')) contents.descriptions = true;
  }
  return contents;
}

/// A result, or what stands in the way.
template <class Result>
std::variant<Result, Unsolvable> solve_for(Request request, std::vector<RepoMetadata> repos, const Loaders& load,
                                           Progress& progress, const Finish<Result>& finish) {
  // Groups and modules are taken in this order, too.
  std::stable_sort(request.selection.packages.begin(), request.selection.packages.end(),
                   [](const RecipeItem& a, const RecipeItem& b) { return a.text < b.text; });
  const LimitedTask limited(task_of(request, repos));
  UniverseContents contents = contents_of(request, std::move(repos));
  for (;;) {
    auto outcome = solve_in(Universe(contents, progress), request, load, finish);
    if (auto* result = std::get_if<Result>(&outcome)) return std::move(*result);
    if (auto* unsolvable = std::get_if<Unsolvable>(&outcome)) return std::move(*unsolvable);
    switch (std::get<Lacking>(outcome)) {
      case Lacking::descriptions: contents.descriptions = true; break;
      case Lacking::filelists:
        if (load.filelists) load.filelists(contents.repos);
        contents.filelists = true;
        break;
    }
  }
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos, const Loaders& load,
                                         Progress& progress) {
  const Finish<Solution> finish = [&](const View& view, ::Solver& solver, Asked& asked,
                                      const Preferences& preferences) {
    KnownHeaders headers(view.universe(), load.headers);
    Solution solution = answer(view, headers, solver, asked.jobs, request, preferences);
    solution.warnings = std::move(asked.warnings);
    for (std::string& warning : gone_from(request.held, solution)) solution.warnings.push_back(std::move(warning));
    std::sort(solution.warnings.begin(), solution.warnings.end());
    solution.modules = view.modularity().states(solution.packages);
    if (request.sources) solution.sources = sources_of(view.universe(), solution.packages);
    return solution;
  };
  return solve_for(request, std::move(repos), load, progress, finish);
}

std::variant<Suggestion, Unsolvable> suggest(const Request& request, std::vector<RepoMetadata> repos,
                                             const Loaders& load, Progress& progress) {
  const Finish<Suggestion> finish = [&](const View& view, ::Solver& solver, Asked& asked,
                                        const Preferences& preferences) {
    KnownHeaders headers(view.universe(), load.headers);
    const bool by_headers = headers.decide();
    Suggestion suggestion = suggestion_of(view, headers, solver, asked.jobs, request, preferences);
    if (by_headers && !headers.decide()) {  // sizes of two kinds cannot be compared
      suggestion = suggestion_of(view, headers, solver, asked.jobs, request, preferences);
    }
    suggestion.best.warnings = std::move(asked.warnings);
    return suggestion;
  };
  return solve_for(request, std::move(repos), load, progress, finish);
}

}  // namespace rootlet::solv
