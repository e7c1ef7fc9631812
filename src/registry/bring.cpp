#include "bring.hpp"

#include "parallel.hpp"

namespace rootlet::registry {

void fetch(const BlobCache& cache, Client& client, const Blob& blob, const std::function<void(std::uint64_t)>& at) {
  cache.add(blob, [&](const std::function<void(std::string_view)>& take) {
    std::uint64_t got = 0;
    client.blob(blob.digest, blob.size, [&](std::string_view piece) {
      take(piece);
      at(got += piece.size());
    });
  });
}

void fetch_all(const BlobCache& cache, const Client& client, const std::vector<Blob>& blobs, Progress& progress) {
  std::vector<std::uint64_t> sizes;
  for (const Blob& blob : blobs) sizes.push_back(blob.size);
  const Piece piece = [&](std::size_t which, Client& own, const std::function<void(std::uint64_t)>& at) {
    fetch(cache, own, blobs[which], at);
  };
  do_all("downloading layers", sizes, client, piece, progress);
}

}  // namespace rootlet::registry
