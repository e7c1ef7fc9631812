#include "blobs.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "base/own_file.hpp"
#include "image/store.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
fs::path BlobCache::file_of(const std::string& digest) const {
  const stream::BlobDigest parts(digest);
  return directory_ / digest_name(parts.type) / parts.hex;
}

std::optional<Fd> BlobCache::find(const Blob& blob) const {
  const fs::path file = file_of(blob.digest);
  Fd fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  if (static_cast<std::uint64_t>(info.st_size) != blob.size) return std::nullopt;
  const stream::BlobDigest parts(blob.digest);
  if (digest_of_file("/proc/self/fd/" + std::to_string(fd.get()), parts.type) != parts.hex) return std::nullopt;
  return fd;
}

std::optional<std::string> BlobCache::text(const std::string& digest) const {
  const fs::path file = file_of(digest);
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  if (error || size > image::largest_file) return std::nullopt;
  const auto fd = find({digest, size});
  if (!fd) return std::nullopt;
  return read_file("/proc/self/fd/" + std::to_string(fd->get()));
}

void BlobCache::add(const Blob& blob,
                    const std::function<void(const std::function<void(std::string_view)>& take)>& bring) const {
  const fs::path file = file_of(blob.digest);
  repo::make_cache_dirs(file.parent_path());
  repo::remove_cached(file);  // a damaged one
  const stream::BlobDigest parts(blob.digest);
  Digest digest(parts.type);
  AtomicFile out(file, own_file_mode);
  bring([&](std::string_view piece) {
    digest.update(piece);
    out.write(piece);
  });
  const std::string hex = digest.finish();
  if (hex != parts.hex) {
    throw Error("the blob " + blob.digest + " has the digest " + hex,
                "the registry, or somebody on the way, has changed it");
  }
  out.commit();
}

}  // namespace rootlet::registry
