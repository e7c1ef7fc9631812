#pragma once

#include <string>

#include "rootlet/base/json_field.hpp"
#include "rootlet/model/nevra.hpp"

namespace rootlet::history {

/// "bash-5.1.8-4.el9": without architecture, and without an epoch of 0.
std::string short_nevra(const Nevra& nevra);
Nevra nevra_of(const Field& field, const std::string& arch);

}  // namespace rootlet::history
