#pragma once

#include "contents.hpp"
#include "inspect/tree.hpp"
#include "places.hpp"

namespace rootlet::inspect {

/// Puts what was kept for a wish where the tree's users look for it: into `contents` or under its own name in the
/// spool.
void put(const Wish& wish, const Kept& kept, Spooler& spooler, Tree& tree);

}  // namespace rootlet::inspect
