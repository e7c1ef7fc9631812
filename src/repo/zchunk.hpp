#pragma once

#include <cstdint>
#include <filesystem>

namespace rootlet::repo {

/// Decompresses a zchunk file, for libsolv does not read it everywhere. `out` appears atomically.
/// Errors: malformed; more than `limit` bytes; this build lacks zchunk.
void unpack_zchunk(const std::filesystem::path& in, const std::filesystem::path& out, std::uint64_t limit);

}  // namespace rootlet::repo
