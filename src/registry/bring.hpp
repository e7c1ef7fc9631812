#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "blobs.hpp"
#include "client.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::registry {

/// Brings a blob into the cache. `at` is told how many bytes have come.
void fetch(const BlobCache& cache, Client& client, const Blob& blob, const std::function<void(std::uint64_t)>& at);

/// Brings several at once, as one task of `progress`. Error: the first that failed, once all have ended.
void fetch_all(const BlobCache& cache, const Client& client, const std::vector<Blob>& blobs, Progress& progress);

}  // namespace rootlet::registry
