#pragma once

#include <map>
#include <string>

#include "ownership.hpp"

namespace rootlet::rootfs {

/// Removes what only build-only packages own, by the rules of drop(). Returns the places that are gone and the NEVRA of
/// the package that had each. Error: something cannot be removed.
std::map<std::string, Nevra> remove_files(const Root& root, const Ownership& owned);

}  // namespace rootlet::rootfs
