#include "formula.hpp"

#include <algorithm>

#include "rootlet/base/error.hpp"

namespace rootlet::solv {
namespace {

/// More than any dependency that means something.
constexpr std::size_t most_clauses = 100'000;

Formula both(Formula a, const Formula& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// "(then if condition else otherwise)", with what each part comes to; `otherwise` is 0 where there is none.
struct Conditional {
  Id then;
  Id condition;
  Id otherwise;
};

Conditional conditional_of(::Pool& pool, const ::Reldep& rel) {
  if (ISRELDEP(rel.evr)) {
    const ::Reldep& inner = *GETRELDEP(&pool, rel.evr);
    if (inner.flags == REL_ELSE) return {rel.name, inner.name, inner.evr};
  }
  return {rel.name, rel.evr, 0};
}

/// If the condition holds, `first`, else `second`, each possibly negated; a missing one is `absent`.
Formula choose(::Pool& pool, Id condition, Id first, Id second, bool negated, bool absent) {
  const auto part = [&](Id dep) {
    if (dep != 0) return formula_of(pool, dep, negated);
    return absent != negated ? Formula{} : Formula{{}};
  };
  return both(either(formula_of(pool, condition, true), part(first)),
              either(formula_of(pool, condition), part(second)));
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

Formula formula_of(::Pool& pool, Id dep, bool negated) {
  if (ISRELDEP(dep)) {
    const ::Reldep rel = *GETRELDEP(&pool, dep);
    switch (rel.flags) {
      case REL_AND:
      case REL_OR: {
        const Formula a = formula_of(pool, rel.name, negated);
        const Formula b = formula_of(pool, rel.evr, negated);
        return (rel.flags == REL_AND) != negated ? both(a, b) : either(a, b);
      }
      case REL_COND: {
        const auto [then, condition, otherwise] = conditional_of(pool, rel);
        return choose(pool, condition, then, otherwise, negated, true);
      }
      case REL_UNLESS: {
        const auto [then, condition, otherwise] = conditional_of(pool, rel);
        return choose(pool, condition, otherwise, then, negated, false);
      }
      default: break;
    }
  }
  return atom(pool, dep, negated);
}

}  // namespace rootlet::solv
