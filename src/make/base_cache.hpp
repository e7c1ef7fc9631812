#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/image.hpp"
#include "rpm/database.hpp"

namespace rootlet::make {

/// The RPM database of an image to build on.
struct BaseDatabase {
  std::string dbpath;  ///< where it is: "/var/lib/rpm"
  RpmdbFormat format = RpmdbFormat::sqlite;
  std::vector<rpm::RawHeader> headers;  ///< sorted
};

/// Database that was read of the image of this digest ("sha256:…") before: reading it again would mean to decompress
/// all its layers. It is kept in the cache (bases/…) and believed as parsed metadata are. Nothing: it was not, or is
/// damaged.
std::optional<BaseDatabase> find_database(const std::filesystem::path& cache_dir, const std::string& digest);

/// Keeps it for find_database(). Error: it cannot be written.
void keep_database(const std::filesystem::path& cache_dir, const std::string& digest, const BaseDatabase& database);

}  // namespace rootlet::make
