#pragma once

#include <optional>

#include "inspect/install_record.hpp"

namespace rootlet::inspect {

/// The records of each package manager; nothing where a tree has none. Errors: damaged.
std::optional<InstallRecord> dnf5_record(const Tree& tree);
std::optional<InstallRecord> dnf4_record(const Tree& tree);
std::optional<InstallRecord> yum_record(const Tree& tree);

}  // namespace rootlet::inspect
