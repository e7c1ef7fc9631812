#pragma once

#include <string>

#include "base/json_field.hpp"
#include "rootlet/package.hpp"

namespace rootlet::history {

/// "bash-5.1.8-4.el9": without architecture, and without an epoch of 0.
std::string short_nevra(const Nevra& nevra);
Nevra nevra_of(const Field& field, const std::string& arch);

}  // namespace rootlet::history
