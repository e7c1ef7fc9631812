#include "formula.hpp"

#include <algorithm>

#include "../requirement_tree.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// More than any dependency that means something.
constexpr std::size_t most_clauses = 100'000;

Formula both(Formula a, const Formula& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Formula atom(::Pool& pool, Id dep, bool negated) {
  Formula formula;
  if (!negated) formula.emplace_back();
  for (const Id id : providers(pool, dep)) {
    if (negated) {
      formula.push_back({-id});
    } else {
      formula.front().push_back(id);
    }
  }
  return formula;
}

Formula formula_of(::Pool& pool, const RequirementTree<Id>& requirement, bool negated);

/// If the condition holds, the first part, else the third; which of the two is told by `op`, and what a missing one
/// comes to.
Formula choose(::Pool& pool, const RequirementTree<Id>& requirement, bool negated) {
  const auto& parts = requirement.parts;
  const bool unless = requirement.op == Operator::unless;
  const auto part = [&](bool first) {
    if (first) return formula_of(pool, parts[0], negated);
    if (parts.size() == 3) return formula_of(pool, parts[2], negated);
    return unless == negated ? Formula{} : Formula{{}};
  };
  return both(either(formula_of(pool, parts[1], true), part(!unless)),
              either(formula_of(pool, parts[1], false), part(unless)));
}

Formula formula_of(::Pool& pool, const RequirementTree<Id>& requirement, bool negated) {
  switch (requirement.op) {
    case Operator::all:
    case Operator::any: {
      const Formula a = formula_of(pool, requirement.parts[0], negated);
      const Formula b = formula_of(pool, requirement.parts[1], negated);
      return (requirement.op == Operator::all) != negated ? both(a, b) : either(a, b);
    }
    case Operator::condition:
    case Operator::unless: return choose(pool, requirement, negated);
    default: return atom(pool, requirement.leaf, negated);
  }
}

}  // namespace

Formula either(const Formula& a, const Formula& b) {
  if (a.size() * b.size() > most_clauses) throw Error("a rich dependency is too large");
  Formula result;
  for (const auto& left : a) {
    for (const auto& right : b) {
      std::vector<Id> clause = left;
      clause.insert(clause.end(), right.begin(), right.end());
      std::sort(clause.begin(), clause.end());
      clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
      result.push_back(std::move(clause));
    }
  }
  return result;
}

Formula formula_of(::Pool& pool, Id dep, bool negated) { return formula_of(pool, requirement_of(pool, dep), negated); }

}  // namespace rootlet::solv
