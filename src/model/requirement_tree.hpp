#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace rootlet {

/// Ways in which a rich requirement joins its parts (rpm's manual, boolean_dependencies).
enum class Operator {
  none,       ///< no rich one, or what the library itself takes as one
  all,        ///< both: "and"
  any,        ///< one of both: "or"
  with,       ///< both of one package
  without,    ///< the first, of a package that does not have the second
  condition,  ///< the first if the second is there; else the third, where there is one: "if"
  unless      ///< the first if the second is not there; else the third, or nothing will do where there is none
};

/// A requirement taken apart. `Leaf`: how a library refers to it; every part has its own.
template <class Leaf>
struct RequirementTree {
  Leaf leaf{};
  Operator op = Operator::none;
  std::vector<RequirementTree> parts = {};
};

/// Whether one package alone is to meet it: a plain requirement, or a rich one of `with` and `without`.
template <class Leaf>
bool is_of_one_package(const RequirementTree<Leaf>& requirement) {
  return requirement.op == Operator::none || requirement.op == Operator::with || requirement.op == Operator::without;
}

/// Whether it holds. `met` says so of what one package alone is to meet.
template <class Leaf, class Met>
bool holds(const RequirementTree<Leaf>& requirement, const Met& met) {
  const auto& parts = requirement.parts;
  switch (requirement.op) {
    case Operator::all: return holds(parts[0], met) && holds(parts[1], met);
    case Operator::any: return holds(parts[0], met) || holds(parts[1], met);
    case Operator::condition:
      if (holds(parts[1], met)) return holds(parts[0], met);
      return parts.size() < 3 || holds(parts[2], met);
    case Operator::unless:
      if (!holds(parts[1], met)) return holds(parts[0], met);
      return parts.size() == 3 && holds(parts[2], met);
    default: return met(requirement);
  }
}

/// The packages of which each alone meets it, sorted; none for what needs several. `plain`: those of a leaf, sorted.
template <class Leaf, class Plain>
auto each_alone(const RequirementTree<Leaf>& requirement, const Plain& plain) {
  using Packages = std::decay_t<decltype(plain(requirement.leaf))>;
  if (requirement.op == Operator::none) return Packages(plain(requirement.leaf));
  Packages both;
  const bool alone = is_of_one_package(requirement) || requirement.op == Operator::any;
  if (!alone) return both;
  const Packages left = each_alone(requirement.parts[0], plain);
  const Packages right = each_alone(requirement.parts[1], plain);
  const auto into = std::inserter(both, both.end());
  if (requirement.op == Operator::with) {
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), into);
  } else if (requirement.op == Operator::without) {
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), into);
  } else {
    std::set_union(left.begin(), left.end(), right.begin(), right.end(), into);
  }
  return both;
}

/// A part that counts, and why: the innermost condition around it, and whether that holds.
template <class Leaf>
struct Counting {
  const RequirementTree<Leaf>* part = nullptr;
  const RequirementTree<Leaf>* condition = nullptr;  ///< nullptr: it always counts
  bool condition_holds = true;
};

/// One thing that a requirement needs: any of these parts does; without any, nothing does.
template <class Leaf>
struct Demand {
  Counting<Leaf> because;  ///< its condition; the part is the whole thing
  std::vector<Counting<Leaf>> any_of;
};

/// Things that a requirement needs, all at once; of `any`, only sides that hold count. `met`: as for holds().
template <class Leaf, class Met>
std::vector<Demand<Leaf>> demands(const RequirementTree<Leaf>& requirement, const Met& met,
                                  Counting<Leaf> because = {}) {
  because.part = &requirement;
  const auto& parts = requirement.parts;
  const auto of = [&](std::size_t part, const Counting<Leaf>& why) { return demands(parts[part], met, why); };
  switch (requirement.op) {
    case Operator::all: {
      std::vector<Demand<Leaf>> both = of(0, because);
      std::vector<Demand<Leaf>> more = of(1, because);
      std::move(more.begin(), more.end(), std::back_inserter(both));
      return both;
    }
    case Operator::any: {
      Demand<Leaf> any{because, {}};
      bool held = false;
      for (std::size_t side = 0; side < 2; ++side) {
        if (!holds(parts[side], met)) continue;
        held = true;
        for (const Demand<Leaf>& one : of(side, because)) {
          any.any_of.insert(any.any_of.end(), one.any_of.begin(), one.any_of.end());
        }
      }
      if (held && any.any_of.empty()) return {};
      return {std::move(any)};
    }
    case Operator::condition:
    case Operator::unless: {
      const bool there = holds(parts[1], met);
      const Counting<Leaf> tested{nullptr, &parts[1], there};
      if (there == (requirement.op == Operator::condition)) return of(0, tested);
      if (parts.size() == 3) return of(2, tested);
      if (requirement.op == Operator::condition) return {};
      return {{{&requirement, &parts[1], there}, {}}};
    }
    default: return {{because, {because}}};
  }
}

/// Calls `each` with the leaves of all parts that are no rich ones.
template <class Leaf, class Each>
void for_each_leaf(const RequirementTree<Leaf>& requirement, const Each& each) {
  if (requirement.op == Operator::none) each(requirement.leaf);
  for (const RequirementTree<Leaf>& part : requirement.parts) for_each_leaf(part, each);
}

}  // namespace rootlet
