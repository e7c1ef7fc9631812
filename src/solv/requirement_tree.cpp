#include "requirement_tree.hpp"

namespace rootlet::solv {
namespace {

Operator operator_of(int flags) {
  switch (flags) {
    case REL_AND: return Operator::all;
    case REL_OR: return Operator::any;
    case REL_COND: return Operator::condition;
    case REL_UNLESS: return Operator::unless;
    case REL_WITH: return Operator::with;
    case REL_WITHOUT: return Operator::without;
    default: return Operator::none;
  }
}

}  // namespace

RequirementTree<Id> requirement_of(::Pool& pool, Id dep) {
  RequirementTree<Id> requirement{dep};
  if (!ISRELDEP(dep)) return requirement;
  const ::Reldep rel = *GETRELDEP(&pool, dep);
  requirement.op = operator_of(rel.flags);
  if (requirement.op == Operator::none) return requirement;
  requirement.parts.push_back(requirement_of(pool, rel.name));
  const bool conditional = requirement.op == Operator::condition || requirement.op == Operator::unless;
  if (conditional && ISRELDEP(rel.evr)) {
    const ::Reldep inner = *GETRELDEP(&pool, rel.evr);
    if (inner.flags == REL_ELSE) {
      requirement.parts.push_back(requirement_of(pool, inner.name));
      requirement.parts.push_back(requirement_of(pool, inner.evr));
      return requirement;
    }
  }
  requirement.parts.push_back(requirement_of(pool, rel.evr));
  return requirement;
}

bool is_rich(::Pool& pool, Id dep) { return !is_of_one_package(requirement_of(pool, dep)); }

}  // namespace rootlet::solv
