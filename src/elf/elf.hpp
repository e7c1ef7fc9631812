#pragma once

#include <optional>

#include "rootlet/files.hpp"

namespace rootlet::elf {

using Machine = ElfMachine;
using File = ElfFile;

/// Reads an open regular file; nothing where it is no ELF file. Whatever of it is malformed counts as not there, and of
/// overlong lists only the first entries are read. The position in the file is not used.
std::optional<File> read(int fd);

}  // namespace rootlet::elf
