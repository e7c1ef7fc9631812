#pragma once

#include <cstddef>
#include <vector>

namespace rootlet::rpm {

/// A package that another one wants to find installed.
struct Need {
  std::size_t package;
  bool of_scriptlet;  ///< for what runs while packages come: %pre, %post, triggers
};
/// Needs of each package of a set within it; packages by number, none needs itself.
using Needs = std::vector<std::vector<Need>>;

/// The order in which packages are installed: each after what it needs, and of those that could come next the one that
/// most others need, then the one with the lowest number. Where packages need each other, what scriptlets need counts
/// more: it is missing only where scriptlets need each other in a circle. librpm's own order differs by version; this
/// one depends on `needs` alone.
std::vector<std::size_t> installation_order(const Needs& needs);

}  // namespace rootlet::rpm
