#include "flat.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace rootlet::solv {
namespace {

constexpr std::size_t most = 20;

struct Rule {
  ::SolverRuleinfo type;
  Id source, target, dep;
};

/// A rule as a node without children, in the words of explanations.
ProblemNode node_of(const Causes& causes, ::Pool& pool, const Rule& rule) {
  const auto nevras = [&](Id id) { return id > 0 ? sorted_nevras(pool, {id}) : std::vector<Nevra>{}; };
  ProblemNode node{.why = Obstacle::other, .packages = nevras(rule.source)};
  if (rule.dep != 0) node.capabilities = {dep_str(pool, rule.dep)};
  node.others = nevras(rule.target);
  switch (rule.type) {
    case SOLVER_RULE_PKG_REQUIRES: node.why = Obstacle::requires_; break;
    case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
      node.why = Obstacle::nothing_provides;
      node.others = sorted_nevras(pool, causes.near(rule.dep));
      break;
    case SOLVER_RULE_PKG_CONFLICTS:
    case SOLVER_RULE_PKG_CONSTRAINS: node.why = Obstacle::conflicts; break;
    case SOLVER_RULE_PKG_SELF_CONFLICT: node.why = Obstacle::self_conflict; break;
    case SOLVER_RULE_PKG_OBSOLETES:
    case SOLVER_RULE_PKG_IMPLICIT_OBSOLETES: node.why = Obstacle::obsoletes; break;
    case SOLVER_RULE_PKG_SAME_NAME: node.why = Obstacle::same_name; break;
    case SOLVER_RULE_YUMOBS: node.why = Obstacle::both_obsolete; break;
    case SOLVER_RULE_INFARCH: node.why = Obstacle::inferior_arch; break;
    case SOLVER_RULE_PKG_NOT_INSTALLABLE: {
      const auto cause = causes.out(rule.source).value_or(Causes::Out{});
      node.why = cause.why;
      node.entry = cause.entry;
      node.mark = cause.mark;
      break;
    }
    default: break;
  }
  return node;
}

/// The rules of the first proof, one node each, by kind and then by name.
std::vector<ProblemNode> rules_of(const Causes& causes, ::Pool& pool, ::Solver& solver, std::set<int>& asked) {
  IdQueue rules;
  if (solver_problem_count(&solver) > 0) solver_findallproblemrules(&solver, 1, rules.get());
  using Key = std::tuple<Obstacle, std::vector<Nevra>, std::vector<std::string>, std::vector<Nevra>>;
  std::map<Key, ProblemNode> found;
  for (const Id id : rules.ids()) {
    if (const int job = solver_rule2jobidx(&solver, id); job > 0) asked.insert((job - 1) / 2);
    Rule rule{};
    rule.type = solver_ruleinfo(&solver, id, &rule.source, &rule.target, &rule.dep);
    if (rule.type <= SOLVER_RULE_PKG || rule.type >= SOLVER_RULE_UPDATE) continue;
    ProblemNode node = node_of(causes, pool, rule);
    Key key{node.why, node.packages, node.capabilities, node.others};
    found.emplace(std::move(key), std::move(node));
  }
  std::vector<ProblemNode> nodes;
  for (auto& [key, node] : found) nodes.push_back(std::move(node));
  return nodes;
}

}  // namespace

void tell_flat(const Causes& causes, ::Pool& pool, ::Solver& solver, const std::vector<Job>& jobs, Unsolvable& into) {
  std::set<int> asked;
  const std::vector<ProblemNode> nodes = rules_of(causes, pool, solver, asked);
  Problem problem;
  for (const int job : asked) {
    if (job >= static_cast<int>(jobs.size())) continue;
    const Job& asking = jobs[static_cast<std::size_t>(job)];
    problem.roots.push_back(into.nodes.size());
    into.nodes.push_back({.why = Obstacle::asked,
                          .entry = asking.item.text,
                          .mark = asking.item.mark,
                          .packages = {},
                          .via = asking.via});
  }
  if (problem.roots.empty()) {
    problem.roots.push_back(into.nodes.size());
    into.nodes.push_back({.why = Obstacle::asked, .packages = {}});
  }
  const std::size_t last = problem.roots.back();
  const auto add = [&](ProblemNode node) {
    into.nodes[last].children.push_back(into.nodes.size());
    into.nodes.push_back(std::move(node));
  };
  std::for_each(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(std::min(most, nodes.size())), add);
  if (nodes.size() > most) {
    add({.why = Obstacle::other,
         .entry = "… and " + std::to_string(nodes.size() - most) + " more rules of this kind",
         .packages = {}});
  }
  into.problems.push_back(problem);
}

}  // namespace rootlet::solv
