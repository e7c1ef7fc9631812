#pragma once

#include "installed/tree.hpp"
#include "places.hpp"

namespace rootlet::installed {

/// How much of files' contents is read at a depth.
inline root::Contents contents_of(Depth depth) {
  return depth >= Depth::contents ? root::Contents::all : root::Contents::none;
}

/// Puts what was kept for a wish where the tree's users look for it: into `contents` or under its own name in the
/// spool.
void put(const Wish& wish, const root::Kept& kept, root::Spooler& spooler, Tree& tree);

}  // namespace rootlet::installed
