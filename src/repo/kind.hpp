#pragma once

#include <optional>
#include <string>
#include <vector>

#include "load.hpp"
#include "store.hpp"

namespace rootlet::repo {

/// A kind of metadata as a repository offers it.
struct Offered {
  StoredFile file;      ///< as it comes
  StoredFile unpacked;  ///< the file to read: the same, unless it comes as zchunk
  bool zchunk = false;
  std::uint64_t open_size = 0;  ///< the most bytes that it has, uncompressed
};

/// Makes sure that one kind of metadata of each load is in the cache. The result is empty where it is not offered.
std::vector<std::optional<Offered>> bring_kind(std::vector<Load>& loads, const std::string& kind,
                                               const MetadataOptions& options, Progress& progress);

}  // namespace rootlet::repo
