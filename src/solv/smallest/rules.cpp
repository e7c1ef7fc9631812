#include "rules.hpp"

#include <algorithm>
#include <cstdlib>

namespace rootlet::solv {
namespace {

/// Class numbers beyond the last rule are unknown; a stretch of them this long is the end.
constexpr int gap = 1000;

bool binding(::SolverRuleinfo kind) {
  return kind != SOLVER_RULE_UNKNOWN && kind != SOLVER_RULE_CHOICE && kind != SOLVER_RULE_RECOMMENDS;
}

}  // namespace

bool holds(std::span<const Id> rule, const IdMap& set) {
  return std::any_of(rule.begin(), rule.end(), [&](Id literal) { return (literal > 0) == set.has(std::abs(literal)); });
}

SolverRules rules_of(::Solver& solver, const IdMap& found) {
  SolverRules rules;
  IdQueue literals;
  int unknown = 0;
  for (Id rule = 1; unknown < gap; ++rule) {
    const ::SolverRuleinfo kind = solver_ruleclass(&solver, rule);
    if (kind == SOLVER_RULE_LEARNT) break;
    unknown = kind == SOLVER_RULE_UNKNOWN ? unknown + 1 : 0;
    if (!binding(kind)) continue;
    solver_ruleliterals(&solver, rule, literals.get());
    if (!holds(literals.ids(), found)) continue;
    // What is installed stays, or gives way to what takes its place.
    const bool of_installed = kind == SOLVER_RULE_UPDATE || kind == SOLVER_RULE_FEATURE;
    const bool of_request = kind == SOLVER_RULE_JOB || kind == SOLVER_RULE_BEST || of_installed;
    (of_request ? rules.request : rules.packages).add(literals.ids());
  }
  return rules;
}

void disallow_impossible(const Rules& rules, IdMap& allowed, int ids) {
  std::vector<std::vector<std::size_t>> met_by(static_cast<std::size_t>(ids));
  std::vector<std::size_t> left(rules.size(), 0);  // literals that can still hold
  std::vector<Id> impossible;
  const auto check = [&](std::size_t rule) {
    if (left[rule] > 0 || rules[rule].empty()) return;
    const Id package = -*std::min_element(rules[rule].begin(), rules[rule].end());
    if (package <= 0 || !allowed.has(package)) return;
    allowed.clear(package);
    impossible.push_back(package);
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    std::size_t negative = 0;
    for (const Id literal : rules[i]) {
      if (literal < 0) {
        ++negative;
      } else if (allowed.has(literal)) {
        met_by[static_cast<std::size_t>(literal)].push_back(i);
        ++left[i];
      }
    }
    if (negative != 1) left[i] = rules.size();  // about several packages: never impossible for one alone
  }
  for (std::size_t i = 0; i < rules.size(); ++i) check(i);
  while (!impossible.empty()) {
    const Id package = impossible.back();
    impossible.pop_back();
    for (const std::size_t rule : met_by[static_cast<std::size_t>(package)]) {
      --left[rule];
      check(rule);
    }
  }
}

Rules reachable(const Rules& rules, const IdMap& allowed, int ids) {
  std::vector<std::vector<std::size_t>> unless(static_cast<std::size_t>(ids));  // by id: rules that hold without it
  std::vector<std::size_t> waiting(rules.size(), 0);
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const Id literal : rules[i]) {
      if (literal >= 0) continue;
      unless[static_cast<std::size_t>(-literal)].push_back(i);
      ++waiting[i];
    }
    if (waiting[i] == 0) ready.push_back(i);
  }
  IdMap reached(ids);
  Rules result;
  std::vector<Id> kept;
  while (!ready.empty()) {
    const std::size_t rule = ready.back();
    ready.pop_back();
    kept.clear();
    for (const Id literal : rules[rule]) {
      if (literal > 0 && !allowed.has(literal)) continue;
      kept.push_back(literal);
      if (literal < 0 || reached.has(literal)) continue;
      reached.set(literal);
      for (const std::size_t other : unless[static_cast<std::size_t>(literal)]) {
        if (--waiting[other] == 0) ready.push_back(other);
      }
    }
    result.add(kept);
  }
  return result;
}

}  // namespace rootlet::solv
