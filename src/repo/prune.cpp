#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <string_view>

#include "base/fs.hpp"
#include "repo/cache.hpp"
#include "rootlet/cache.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

/// Parts that a cache of rootlet's has; anything else in its directory is somebody's own.
constexpr std::array<std::string_view, 9> parts_of_cache{"bases",  "blobs",    "builds",  "headers", "keys",
                                                         "layers", "metadata", "modules", "packages"};
constexpr std::string_view parsed = "solv";
constexpr std::int64_t recently = 3600;  ///< seconds

struct CachedFile {
  fs::path path;
  std::uint64_t bytes = 0;
  std::int64_t used = 0;  ///< seconds since 1970
};

bool is_part(std::string_view name) {
  return name == parsed || std::find(parts_of_cache.begin(), parts_of_cache.end(), name) != parts_of_cache.end();
}

/// The regular files of a part; links are not followed.
std::vector<CachedFile> files_of(const fs::path& part) {
  std::vector<CachedFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(part)) {
    struct stat info {};
    if (lstat(entry.path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (entry.path().filename() == repo::lock_name) continue;
    files.push_back(
        {entry.path(), static_cast<std::uint64_t>(info.st_size), std::max(info.st_atim.tv_sec, info.st_mtim.tv_sec)});
  }
  return files;
}

std::map<std::string, std::vector<CachedFile>> files_by_part(const fs::path& cache_dir) {
  std::map<std::string, std::vector<CachedFile>> parts;
  std::error_code error;
  if (!fs::exists(cache_dir, error)) return parts;
  try {
    for (const auto& entry : fs::directory_iterator(cache_dir)) {
      const std::string name = entry.path().filename().string();
      if (is_part(name) && fs::is_directory(entry.symlink_status())) parts[name] = files_of(entry.path());
    }
  } catch (const fs::filesystem_error& failure) {
    throw system_error("cannot read the cache '" + failure.path1().string() + "'", failure.code().value());
  }
  return parts;
}

}  // namespace

std::vector<CachePart> cache_parts(const fs::path& cache_dir) {
  std::vector<CachePart> parts;
  for (const auto& [name, files] : files_by_part(cache_dir)) {
    CachePart& part = parts.emplace_back(CachePart{name});
    part.files = files.size();
    for (const CachedFile& file : files) part.bytes += file.bytes;
  }
  return parts;
}

PrunedCache prune_cache(const fs::path& cache_dir, std::uint64_t most) {
  repo::require_own_cache(cache_dir);
  std::vector<CachedFile> files;
  PrunedCache result;
  for (const auto& [name, list] : files_by_part(cache_dir)) {
    for (const CachedFile& file : list) {
      result.bytes += file.bytes;
      if (name != "keys") files.push_back(file);
    }
  }
  std::sort(files.begin(), files.end(), [](const CachedFile& a, const CachedFile& b) {
    return a.used != b.used ? a.used < b.used : a.path < b.path;
  });
  const std::int64_t now = std::time(nullptr);
  for (const CachedFile& file : files) {
    if (result.bytes <= most || file.used > now - recently) break;
    repo::remove_cached(file.path);
    ++result.removed_files;
    result.removed_bytes += file.bytes;
    result.bytes -= file.bytes;
  }
  return result;
}

}  // namespace rootlet
