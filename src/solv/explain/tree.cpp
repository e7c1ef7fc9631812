#include "tree.hpp"

#include <algorithm>
#include <tuple>

namespace rootlet::solv {
namespace {

/// A problem of more sentences than this drowns its reader.
constexpr std::size_t most_nodes = 24;

/// Which of several rules of the same meaning to the solver tells a reader most.
int preference(::SolverRuleinfo type) {
  switch (type) {
    case SOLVER_RULE_PKG_NOT_INSTALLABLE: return 0;
    case SOLVER_RULE_PKG_SAME_NAME: return 1;
    case SOLVER_RULE_PKG_SELF_CONFLICT: return 2;
    case SOLVER_RULE_PKG_CONFLICTS: return 3;
    case SOLVER_RULE_PKG_OBSOLETES: return 4;
    case SOLVER_RULE_PKG_IMPLICIT_OBSOLETES: return 5;
    case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP: return 6;
    case SOLVER_RULE_PKG_REQUIRES: return 7;
    default: return 8;
  }
}

/// Plain names say more than libraries, libraries more than versions of their symbols.
int legibility(const std::string& dep) {
  if (dep.starts_with('(')) return 3;
  if (dep.starts_with("rtld(")) return 4;
  if (dep.find("()") != std::string::npos) return 1;
  return dep.find('(') == std::string::npos ? 0 : 2;
}

}  // namespace

void Teller::tell(const Proof& proof, Unsolvable& into) {
  into_ = &into;
  first_ = into.nodes.size();
  roots_.clear();
  order_.clear();
  missing_.clear();
  jobs_told_ = proof.jobs;
  Scope scope{proof, nullptr, 0, {}};
  tell_conflict(scope);
  into.problems.push_back({order_, {}});
}

bool Teller::full() const { return into_->nodes.size() - first_ >= most_nodes; }

std::size_t Teller::add(ProblemNode node, std::optional<std::size_t> parent) {
  const std::size_t index = into_->nodes.size();
  into_->nodes.push_back(std::move(node));
  if (parent) into_->nodes[*parent].children.push_back(index);
  return index;
}

void Teller::more(std::size_t count, std::size_t parent) {
  ProblemNode node;
  node.why = Obstacle::more;
  node.count = count;
  add(node, parent);
}

Justification Teller::justification(Rank literal, const Scope& scope) const {
  for (const Scope* s = &scope; s != nullptr; s = s->parent) {
    if (const auto found = s->proof.facts.find(literal); found != s->proof.facts.end()) return found->second;
  }
  return in_.deduction.justification(literal);
}

std::vector<Teller::Info> Teller::infos(int index) const {
  const Clause& c = clause(index);
  if (c.kind != SOLVER_RULE_PKG) {
    Info info;
    info.type = solver_ruleinfo(&in_.solver, c.rule, &info.source, &info.target, &info.dep);
    return {info};
  }
  IdQueue queue;
  solver_allruleinfos(&in_.solver, c.rule, queue.get());
  std::vector<Info> found;
  for (std::size_t i = 0; i + 3 < queue.ids().size(); i += 4) {
    found.push_back(
        {static_cast<::SolverRuleinfo>(queue.ids()[i]), queue.ids()[i + 1], queue.ids()[i + 2], queue.ids()[i + 3]});
  }
  return found;
}

Teller::Info Teller::choose(int index) const {
  const std::vector<Info> all = infos(index);
  if (all.empty()) return {};
  const auto key = [&](const Info& info) {
    const std::string dep = info.dep != 0 ? dep_str(in_.pool, info.dep) : "";
    return std::make_tuple(preference(info.type), legibility(dep), dep.size(), dep, in_.packages.rank(info.source));
  };
  return *std::min_element(all.begin(), all.end(), [&](const Info& a, const Info& b) { return key(a) < key(b); });
}

Justification Teller::clearest(Rank rank, const Scope& scope) const {
  const Justification first = justification(-rank, scope);
  if (first.kind != Justification::Kind::clause ||
      in_.deduction.justification(-rank).kind == Justification::Kind::none) {
    return first;
  }
  constexpr std::size_t most_compared = 20;
  const Id package = in_.packages.package(rank);
  std::optional<std::tuple<int, int, std::size_t, std::string, int>> best;
  std::size_t compared = 0;
  for (const int index : in_.deduction.justifications(-rank)) {
    if (compared++ == most_compared) break;
    const Info info = choose(index);
    const std::string dep = info.dep != 0 ? without_own_version(package, info.dep) : "";
    const auto key = std::make_tuple(preference(info.type), legibility(dep), dep.size(), dep, index);
    if (!best || key < *best) best = key;
  }
  return best ? Justification{Justification::Kind::clause, std::get<4>(*best)} : first;
}

std::vector<Rank> Teller::native(const std::vector<Rank>& ranks) const {
  // libsolv's score: what is above its lower half tells architectures apart that exclude each other.
  const auto family = [&](Rank rank) {
    const ::Solvable& s = *pool_id2solvable(&in_.pool, in_.packages.package(rank));
    const unsigned score = pool_arch2score(&in_.pool, s.arch);
    return score <= 1 ? 0U : score & 0xffff0000U;
  };
  const auto name = [&](Rank rank) { return pool_id2solvable(&in_.pool, in_.packages.package(rank))->name; };
  std::map<Id, unsigned> best;
  for (const Rank rank : ranks) {
    if (pool_badarch_solvable(&in_.pool, pool_id2solvable(&in_.pool, in_.packages.package(rank))) != 0) continue;
    const auto [known, fresh] = best.emplace(name(rank), family(rank));
    if (!fresh) known->second = std::min(known->second, family(rank));
  }
  std::vector<Rank> found;
  for (const Rank rank : ranks) {
    const auto known = best.find(name(rank));
    if (known == best.end() || family(rank) <= known->second) found.push_back(rank);
  }
  return found;
}

std::vector<Nevra> Teller::nevras(const std::vector<Rank>& ranks) const {
  std::vector<Id> ids;
  ids.reserve(ranks.size());
  for (const Rank rank : ranks) ids.push_back(in_.packages.package(rank));
  return sorted_nevras(in_.pool, ids);
}

}  // namespace rootlet::solv
