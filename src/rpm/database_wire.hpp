#pragma once

#include <string>

#include "rpm/database.hpp"

namespace rootlet::rpm {

/// An InstalledSet as bytes, from one process of ours to another.
std::string packed(const InstalledSet& set);
/// Error: packed() did not make these bytes.
InstalledSet unpacked(const std::string& bytes);

}  // namespace rootlet::rpm
