#include "ready_blocks.hpp"

#include <unistd.h>

#include "base/unnamed_file.hpp"

namespace rootlet::image {

ReadyBlocks::ReadyBlocks(const OpenDirectory& place) : file_(unnamed_file(place)) {}

bool ReadyBlocks::has(const std::string& digest) const {
  const std::lock_guard lock(mutex_);
  return stretches_.contains(digest);
}

std::optional<std::string> ReadyBlocks::find(const std::string& digest) const {
  Stretch stretch;
  {
    const std::lock_guard lock(mutex_);
    const auto found = stretches_.find(digest);
    if (found == stretches_.end()) return std::nullopt;
    stretch = found->second;
  }
  std::string compressed(stretch.size, '\0');
  const ssize_t got = pread(file_.get(), compressed.data(), compressed.size(), static_cast<off_t>(stretch.begin));
  if (got != static_cast<ssize_t>(compressed.size())) return std::nullopt;
  return compressed;
}

void ReadyBlocks::add(const std::string& digest, std::string_view compressed) {
  const std::lock_guard lock(mutex_);
  if (stretches_.contains(digest)) return;
  write_all(file_.get(), compressed, "the file of compressed blocks");
  stretches_[digest] = {end_, compressed.size()};
  end_ += compressed.size();
}

}  // namespace rootlet::image
