#include "rich.hpp"

#include <utility>

namespace rootlet::rpm {
namespace {

Operator operator_of(rpmrichOp op) {
  switch (op) {
    case RPMRICHOP_AND: return Operator::all;
    case RPMRICHOP_OR: return Operator::any;
    case RPMRICHOP_WITH: return Operator::with;
    case RPMRICHOP_WITHOUT: return Operator::without;
    case RPMRICHOP_IF: return Operator::condition;
    case RPMRICHOP_UNLESS: return Operator::unless;
    default: return Operator::none;
  }
}

RequirementTree<Leaf> owned(rpmds requirement);

/// Takes the outermost operator off; `requirement` is (left op right).
void take_apart(RequirementTree<Leaf>& requirement) {
  rpmds given = requirement.leaf.requirement;
  if (rpmdsIsRich(given) == 0) return;
  rpmds left = nullptr;
  rpmds right = nullptr;
  rpmrichOp op = RPMRICHOP_SINGLE;
  const rpmRC result = rpmdsParseRichDep(given, &left, &right, &op, nullptr);
  Dependencies first(left);
  Dependencies second(right);
  if (result != RPMRC_OK || operator_of(op) == Operator::none || !first || !second) return;
  requirement.op = operator_of(op);
  requirement.parts.push_back(owned(first.release()));
  if (requirement.op == Operator::condition || requirement.op == Operator::unless) {
    // The right side of a condition may be "(condition else alternative)".
    rpmds condition = nullptr;
    rpmds otherwise = nullptr;
    rpmrichOp inner = RPMRICHOP_SINGLE;
    const bool rich = rpmdsIsRich(second.get()) != 0;
    const bool parsed = rich && rpmdsParseRichDep(second.get(), &condition, &otherwise, &inner, nullptr) == RPMRC_OK;
    Dependencies test(condition);
    Dependencies other(otherwise);
    if (parsed && inner == RPMRICHOP_ELSE && test && other) {
      requirement.parts.push_back(owned(test.release()));
      requirement.parts.push_back(owned(other.release()));
      return;
    }
  }
  requirement.parts.push_back(owned(second.release()));
}

RequirementTree<Leaf> owned(rpmds requirement) {
  RequirementTree<Leaf> part;
  part.leaf = {requirement, std::make_shared<Dependencies>(requirement)};
  take_apart(part);
  return part;
}

}  // namespace

RequirementTree<Leaf> requirement_of(rpmds requirement) {
  RequirementTree<Leaf> whole;
  whole.leaf.requirement = requirement;
  take_apart(whole);
  return whole;
}

}  // namespace rootlet::rpm
