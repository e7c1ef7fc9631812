#pragma once

#include <rpm/header.h>

#include <cstdint>

#include "rpm/header.hpp"

namespace rootlet::rpm {

/// Bytes of the regular files of a package that a transaction puts into a root; hard links count once.
std::uint64_t kept_size(Header package, const KeptFiles& kept);

/// The same of a package in a database, by the states that the transaction noted; RPM's figure for all files where it
/// noted none.
std::uint64_t kept_size(Header installed);

}  // namespace rootlet::rpm
