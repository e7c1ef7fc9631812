#include "rootlet/solv/solve.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "job.hpp"
#include "problems.hpp"
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
    if (job.conditional != 0) {
      queue.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES | SOLVER_FORCEBEST, job.conditional);
      continue;
    }
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
  const auto applies = [&](const Job& job) {
    const auto met_by = job.condition == 0 ? chosen : providers(pool, job.condition);
    return std::any_of(met_by.begin(), met_by.end(),
                       [&](Id id) { return std::find(chosen.begin(), chosen.end(), id) != chosen.end(); });
  };
  Solution solution;
  for (const Id id : chosen) {
    ChosenPackage package{package_of(pool, id), {}};
    std::set<std::string> requested;
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) != job.candidates.end() && applies(job))
        requested.insert(job.spec);
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

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists, const CompsLoader& load_comps) {
  Universe universe(request, std::move(repos));
  Unsolvable unsolvable{universe.modularity().problems()};
  if (!unsolvable.problems.empty()) return unsolvable;
  std::vector<Job> jobs = universe.modularity().jobs(unsolvable.problems);
  GroupJobs groups = universe.group_jobs(request, load_comps);
  jobs.insert(jobs.end(), groups.jobs.begin(), groups.jobs.end());
  universe.complete(request, load_filelists, jobs);

  std::set<std::string> specs;
  for (const RecipeItem& item : request.packages) {
    if (!is_collection(item.text)) specs.insert(item.text);
  }
  for (const std::string& spec : specs) {
    const auto sets = universe.candidates(spec);
    if (sets.empty()) unsolvable.problems.push_back(universe.no_match(spec));
    for (const auto& set : sets) jobs.push_back({spec, set});
  }
  if (!unsolvable.problems.empty()) return unsolvable;

  ::Pool& pool = universe.pool();
  IdQueue queue;
  fill_jobs(pool, jobs, queue);
  const SolverHandle solver = make_solver(pool, request.weak_deps);
  if (solver_solve(solver.get(), queue.get()) == 0) {
    Solution solution = solution_of(universe, *solver, jobs, request.weak_deps);
    solution.warnings = std::move(groups.warnings);
    return solution;
  }
  std::vector<std::string> asked;
  asked.reserve(jobs.size());
  for (const Job& job : jobs) asked.push_back("'" + job.spec + "'" + (job.via.empty() ? "" : ", " + job.via));
  unsolvable.problems = explain(pool, *solver, *queue.get(), asked);
  return unsolvable;
}

}  // namespace rootlet::solv
