#include "clauses.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

extern "C" {
#include <solv/evr.h>
}

namespace rootlet::solv {
namespace {

/// Class numbers beyond the last rule are unknown; a stretch of them this long is the end.
constexpr int gap = 1000;

bool binding(::SolverRuleinfo kind) {
  return kind != SOLVER_RULE_UNKNOWN && kind != SOLVER_RULE_CHOICE && kind != SOLVER_RULE_RECOMMENDS &&
         kind != SOLVER_RULE_LEARNT;
}

/// In the order in which explanations prefer them.
int order_of(::SolverRuleinfo kind) {
  switch (kind) {
    case SOLVER_RULE_JOB: return 0;
    case SOLVER_RULE_PKG: return 1;
    case SOLVER_RULE_BEST: return 3;
    default: return 2;
  }
}

std::vector<Rank> literals_of(::Solver& solver, Id rule) {
  IdQueue queue;
  solver_ruleliterals(&solver, rule, queue.get());
  std::vector<Rank> literals;
  for (const Id id : queue.ids()) {
    if (std::abs(id) != SYSTEMSOLVABLE) literals.push_back(id);
  }
  return literals;
}

/// The job behind a rule: the first one that offers all its packages, where the solver does not say.
int job_of(::Solver& solver, const Clause& clause, const std::vector<std::set<Id>>& offers) {
  const int index = solver_rule2jobidx(&solver, clause.rule);
  if (index > 0) {
    const int job = (index - 1) / 2;
    return job < static_cast<int>(offers.size()) ? job : -1;
  }
  for (std::size_t job = 0; job < offers.size(); ++job) {
    const auto offered = [&](Id id) { return offers[job].contains(id); };
    if (std::all_of(clause.literals.begin(), clause.literals.end(), offered)) return static_cast<int>(job);
  }
  return -1;
}

/// A 32-bit package that may only stand beside one 64-bit package is no choice of its own where that one is offered,
/// too: "A or B" and "B only with A" is "A".
void resolve_lock_step(std::vector<Clause>& clauses) {
  std::map<Rank, Rank> only_beside;
  for (const Clause& clause : clauses) {
    if (clause.kind != SOLVER_RULE_INFARCH || clause.literals.size() != 2) continue;
    const auto [less, more] = std::minmax(clause.literals[0], clause.literals[1]);
    if (less < 0 && more > 0) only_beside[-less] = more;
  }
  for (Clause& clause : clauses) {
    if (clause.kind == SOLVER_RULE_INFARCH) continue;
    const std::set<Rank> offered(clause.literals.begin(), clause.literals.end());
    std::erase_if(clause.literals, [&](Rank literal) {
      const auto found = only_beside.find(literal);
      return found != only_beside.end() && offered.contains(found->second);
    });
  }
}

}  // namespace

Clauses::Clauses(::Pool& pool, ::Solver& solver, const std::vector<Job>& jobs) {
  std::vector<std::set<Id>> offers;
  for (const Job& job : jobs) offers.emplace_back(job.candidates.begin(), job.candidates.end());
  std::set<Id> inferior_allowed;  // names: an architecture that the recipe could mean is not held against a package
  std::vector<Clause> found;
  int unknown = 0;
  for (Id rule = 1; unknown < gap; ++rule) {
    const ::SolverRuleinfo kind = solver_ruleclass(&solver, rule);
    unknown = kind == SOLVER_RULE_UNKNOWN ? unknown + 1 : 0;
    if (kind == SOLVER_RULE_LEARNT) break;
    if (!binding(kind)) continue;
    Clause clause{kind, rule, -1, literals_of(solver, rule)};
    if (kind == SOLVER_RULE_JOB || kind == SOLVER_RULE_BEST) {
      clause.job = job_of(solver, clause, offers);
      if (clause.job < 0) continue;
    }
    if (kind == SOLVER_RULE_INFARCH && !clause.literals.empty()) {
      const Id package = std::abs(clause.literals.front());
      const auto offered = [&](const std::set<Id>& offer) { return offer.contains(package); };
      if (std::any_of(offers.begin(), offers.end(), offered)) {
        inferior_allowed.insert(pool_id2solvable(&pool, package)->name);
      }
    }
    found.push_back(std::move(clause));
  }
  for (Clause& clause : found) {
    const bool allowed = clause.kind == SOLVER_RULE_INFARCH && !clause.literals.empty() &&
                         inferior_allowed.contains(pool_id2solvable(&pool, std::abs(clause.literals.front()))->name);
    if (!allowed) clauses_.push_back(std::move(clause));
  }
  resolve_lock_step(clauses_);
  number(pool);
}

void Clauses::number(::Pool& pool) {
  std::set<Id> used;
  for (const Clause& clause : clauses_) {
    for (const Rank literal : clause.literals) used.insert(std::abs(literal));
  }
  struct Key {
    std::string name, evr, arch, repo;
    Id evr_id, id;
  };
  std::vector<Key> keys;
  for (const Id id : used) {
    const ::Solvable& s = *pool_id2solvable(&pool, id);
    keys.push_back({str_of(pool, s.name), str_of(pool, s.evr), str_of(pool, s.arch),
                    s.repo != nullptr ? s.repo->name : "", s.evr, id});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.name != b.name) return a.name < b.name;
    if (a.evr_id != b.evr_id) {
      if (const int order = pool_evrcmp(&pool, a.evr_id, b.evr_id, EVRCMP_COMPARE); order != 0) return order < 0;
    }
    return std::tie(a.evr, a.arch, a.repo, a.id) < std::tie(b.evr, b.arch, b.repo, b.id);
  });
  packages_.push_back(0);
  for (const Key& key : keys) {
    ranks_[key.id] = static_cast<Rank>(packages_.size());
    packages_.push_back(key.id);
  }
  for (Clause& clause : clauses_) {
    for (Rank& literal : clause.literals) literal = literal < 0 ? -ranks_.at(-literal) : ranks_.at(literal);
    std::sort(clause.literals.begin(), clause.literals.end());
    clause.literals.erase(std::unique(clause.literals.begin(), clause.literals.end()), clause.literals.end());
  }
  std::sort(clauses_.begin(), clauses_.end(), [](const Clause& a, const Clause& b) {
    return std::make_tuple(order_of(a.kind), a.job, a.kind, std::cref(a.literals)) <
           std::make_tuple(order_of(b.kind), b.job, b.kind, std::cref(b.literals));
  });
}

std::vector<Id> Clauses::names(::Pool& pool) const {
  std::vector<Id> names;
  for (const Id id : packages_) names.push_back(id != 0 ? pool_id2solvable(&pool, id)->name : 0);
  return names;
}

Rank Clauses::rank(Id package) const {
  const auto found = ranks_.find(package);
  return found == ranks_.end() ? 0 : found->second;
}

std::vector<Clause> Clauses::core(::Solver& solver) const {
  std::set<Id> rules;
  const int count = static_cast<int>(solver_problem_count(&solver));
  for (int problem = 1; problem <= count; ++problem) {
    IdQueue queue;
    solver_findallproblemrules(&solver, problem, queue.get());
    for (const Id rule : queue.ids()) rules.insert(rule);
  }
  std::vector<Clause> clauses;
  for (const Clause& clause : clauses_) {
    if (clause.kind == SOLVER_RULE_JOB || rules.contains(clause.rule)) clauses.push_back(clause);
  }
  return clauses;
}

}  // namespace rootlet::solv
