#pragma once

#include <optional>

#include "installed/install_record.hpp"

namespace rootlet::installed {

/// The records of each package manager; nothing where a tree has none. Errors: damaged.
std::optional<InstallRecord> dnf5_record(const Tree& tree);
std::optional<InstallRecord> dnf4_record(const Tree& tree);
std::optional<InstallRecord> yum_record(const Tree& tree);

}  // namespace rootlet::installed
