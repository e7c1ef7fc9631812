#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fs.hpp"

namespace rootlet::image {

/// Writes an OCI layout as a tar, a new file in `directory`; every time in it is `mtime`, in seconds since 1970.
void write_archive(const OpenDirectory& layout, std::int64_t mtime, const OpenDirectory& directory,
                   const std::string& name);

/// Writes a new file with all of its content.
void write_new_file(const OpenDirectory& directory, const std::string& name, std::string_view bytes);

}  // namespace rootlet::image
