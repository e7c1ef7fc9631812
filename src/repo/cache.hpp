#pragma once

#include <filesystem>

namespace rootlet::repo {

/// A file of the cache that only locks it; nobody reads it.
constexpr const char* lock_name = ".lock";

/// Makes sure that nobody but the caller and root can have put anything into a cache: it, its parts and their files
/// belong to one of the two, others cannot write there, no part is a symbolic link, and so it is with each directory
/// and link on the way to it (but for directories like /tmp, in which nobody can rename what is another's). What is
/// missing is no fault. Its keys and parsed metadata (.solv, .pool) are believed for that reason alone. Errors: "the
/// cache '/c/packages' belongs to user 1000", "… can be written by others", "… is a symbolic link".
void require_own_cache(const std::filesystem::path& cache_dir);

/// mkdir -p for directories of a cache, never for a group to write. Error: "cannot create directory '<path>': <cause>".
void make_cache_dirs(const std::filesystem::path& path);

/// Removes a file of the cache; a symbolic link goes, not what it leads to. Missing is fine. Error: it is a directory.
void remove_cached(const std::filesystem::path& path);

/// Whether something stands there that may be written to: a regular file with no second name.
bool is_plain_file(const std::filesystem::path& path) noexcept;

}  // namespace rootlet::repo
