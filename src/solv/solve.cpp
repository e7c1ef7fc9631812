#include "rootlet/solv/solve.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "explain/explain.hpp"
#include "job.hpp"
#include "reasons.hpp"
#include "rootlet/base/error.hpp"
#include "universe.hpp"

namespace rootlet::solv {
namespace {

/// DNF's default of `installonlypkgs`: several versions of these may be installed side by side.
constexpr std::array install_only{"kernel",
                                  "kernel-PAE",
                                  "installonlypkg(kernel)",
                                  "installonlypkg(kernel-module)",
                                  "installonlypkg(vm)",
                                  "multiversion(kernel)"};

/// The solver set up as DNF 4 sets it up for an install with best=1 (libdnf's Goal).
SolverHandle make_solver(::Pool& pool, bool weak_deps) {
  SolverHandle solver{solver_create(&pool)};
  solver_set_flag(solver.get(), SOLVER_FLAG_ALLOW_VENDORCHANGE, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_DUP_ALLOW_VENDORCHANGE, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_KEEP_ORPHANS, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_BEST_OBEY_POLICY, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_YUM_OBSOLETES, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_URPM_REORDER, 1);
  if (!weak_deps) solver_set_flag(solver.get(), SOLVER_FLAG_IGNORE_RECOMMENDED, 1);
  return solver;
}

void fill_jobs(::Pool& pool, const std::vector<Job>& jobs, IdQueue& queue) {
  for (const Job& job : jobs) {
    IdQueue ids;
    for (const Id id : job.candidates) ids.push(id);
    queue.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_ONE_OF | SOLVER_SETARCH | SOLVER_SETEVR | SOLVER_FORCEBEST,
                pool_queuetowhatprovides(&pool, ids.get()));
  }
  for (const char* capability : install_only) {
    queue.push2(SOLVER_MULTIVERSION | SOLVER_SOLVABLE_PROVIDES, pool_str2id(&pool, capability, 1));
  }
}

/// "repodata-relative path", with xml:base in front where the metadata has one.
std::string location_of(::Solvable& solvable) {
  const char* location = solvable_get_location(&solvable, nullptr);
  std::string path = location != nullptr ? location : "";
  const char* base = solvable_lookup_str(&solvable, SOLVABLE_MEDIABASE);
  if (base == nullptr || *base == '\0') return path;
  const std::string prefix = base;
  return prefix + (prefix.ends_with('/') ? "" : "/") + path;
}

Package package_of(::Pool& pool, Id id) {
  ::Solvable& s = *pool_id2solvable(&pool, id);
  Package package;
  package.nevra = nevra_of(pool, id);
  package.repo = s.repo->name;
  package.location = location_of(s);
  package.installed_size = solvable_lookup_num(&s, SOLVABLE_INSTALLSIZE, 0);
  package.download_size = solvable_lookup_num(&s, SOLVABLE_DOWNLOADSIZE, 0);
  package.build_time = static_cast<std::int64_t>(solvable_lookup_num(&s, SOLVABLE_BUILDTIME, 0));
  Id type = 0;
  const char* checksum = solvable_lookup_checksum(&s, SOLVABLE_CHECKSUM, &type);
  if (checksum != nullptr) package.checksum = {solv_chksum_type2str(type), checksum};
  return package;
}

Solution solution_of(const Universe& universe, ::Solver& solver, const std::vector<Job>& jobs, bool weak_deps) {
  ::Pool& pool = universe.pool();
  IdQueue decisions;
  solver_get_decisionqueue(&solver, decisions.get());
  std::vector<Id> chosen;
  for (const Id id : decisions.ids()) {
    if (id > SYSTEMSOLVABLE) chosen.push_back(id);
  }
  const Reasons reasons(pool, chosen);
  Solution solution;
  for (const Id id : chosen) {
    ChosenPackage package{package_of(pool, id), {}};
    std::set<std::string> requested;
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) != job.candidates.end())
        requested.insert(job.item.text);
    }
    package.reason.requested.assign(requested.begin(), requested.end());
    package.reason.required_by = reasons.required_by(id, weak_deps);
    solution.packages.push_back(std::move(package));
  }
  std::sort(solution.packages.begin(), solution.packages.end(), [](const ChosenPackage& a, const ChosenPackage& b) {
    return std::tie(a.package.nevra, a.package.repo) < std::tie(b.package.nevra, b.package.repo);
  });
  return solution;
}

struct Jobs {
  std::vector<Job> jobs;              ///< sorted by the entries' text
  std::vector<RecipeItem> unmatched;  ///< entries that match nothing
};

Jobs jobs_of(const Universe& universe, const Request& request) {
  std::map<std::string, RecipeItem> entries;
  for (const RecipeItem& item : request.packages) entries.emplace(item.text, item);
  Jobs found;
  for (const auto& [spec, item] : entries) {
    const auto sets = universe.candidates(spec);
    if (sets.empty()) found.unmatched.push_back(item);
    for (const auto& set : sets) found.jobs.push_back({item, set});
  }
  return found;
}

bool solvable(Universe& universe, const Request& request) {
  universe.filter(request);
  const Jobs jobs = jobs_of(universe, request);
  if (!jobs.unmatched.empty()) return false;
  IdQueue queue;
  fill_jobs(universe.pool(), jobs.jobs, queue);
  return solver_solve(make_solver(universe.pool(), request.weak_deps).get(), queue.get()) == 0;
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists) {
  Universe universe(request, std::move(repos));
  universe.complete(request, load_filelists);
  ::Pool& pool = universe.pool();
  const Attempt attempt = [&](const Request& changed) {
    const bool found = solvable(universe, changed);
    universe.filter(request);
    return found;
  };
  const Background background{pool, request, attempt, [](Id) { return "a module stream that is not enabled"; }};

  const Jobs jobs = jobs_of(universe, request);
  if (!jobs.unmatched.empty()) return explain_unmatched(background, jobs.unmatched);
  IdQueue queue;
  fill_jobs(pool, jobs.jobs, queue);
  const SolverHandle solver = make_solver(pool, request.weak_deps);
  if (solver_solve(solver.get(), queue.get()) == 0) return solution_of(universe, *solver, jobs.jobs, request.weak_deps);
  return explain(background, *solver, jobs.jobs);
}

}  // namespace rootlet::solv
