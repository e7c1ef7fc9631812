#pragma once

#include <map>
#include <string>

#include "ownership.hpp"
#include "root/beneath.hpp"

namespace rootlet::rootfs {

/// Removes what only build-only packages own, by the rules of drop(). `tree`: the root's files. Returns the places that
/// are gone and the NEVRA of the package that had each. Error: something cannot be removed.
std::map<std::string, Nevra> remove_files(const root::Root& root, const FileTree& tree, const Ownership& owned);

}  // namespace rootlet::rootfs
