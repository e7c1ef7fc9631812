#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "transfer.hpp"

namespace rootlet::repo {

/// Reads a whole regular file of at most `limit` bytes. Errors, without its name: "No such file or directory", "it is
/// not a regular file", "it is larger than 1 MB".
std::string read_regular(const std::filesystem::path& path, std::uint64_t limit);

/// Takes away those sources of a transfer that are on this machine and no regular files: reading a named pipe or a
/// device could take for ever. False: no source is left; `failures` say why.
bool keep_regular(Transfer& transfer);

}  // namespace rootlet::repo
