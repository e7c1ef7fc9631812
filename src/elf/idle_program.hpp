#pragma once

#include <optional>
#include <string>

#include "rootlet/files.hpp"

namespace rootlet::elf {

/// The machine that programs for an architecture (RPM's name) are for. Nothing where that is not known here.
std::optional<ElfMachine> machine_of(const std::string& arch);

/// The bytes of a program for such an architecture that does nothing: it ends by a signal as soon as it begins.
std::string idle_program(const std::string& arch);

}  // namespace rootlet::elf
