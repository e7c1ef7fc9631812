#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/model/nevra.hpp"

namespace rootlet::rpm {

/// What a build needs to know from a package file's header. Sizes in bytes, time in seconds since 1970.
struct HeaderInfo {
  Nevra nevra;
  std::uint64_t installed_size = 0;
  std::int64_t build_time = 0;
  std::vector<std::string> files;  ///< absolute paths that it owns, directories and ghosts too
};

/// Reads a package file's header without checking signatures. Error: "cannot read package 'x.rpm': …".
HeaderInfo read_header(const std::filesystem::path& package);

}  // namespace rootlet::rpm
