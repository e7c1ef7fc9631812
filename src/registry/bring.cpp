#include "bring.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace rootlet::registry {
namespace {

constexpr std::size_t at_once = 4;
constexpr std::chrono::milliseconds between_looks{100};

/// What threads that bring blobs share.
struct Shared {
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> got{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t running = 0;
  std::size_t failed_blob = 0;
  std::exception_ptr thrown;
};

void work(const BlobCache& cache, Client client, const std::vector<Blob>& blobs, Shared& shared) noexcept {
  for (std::size_t i = shared.next++; i < blobs.size() && !shared.failed; i = shared.next++) {
    try {
      std::uint64_t before = 0;
      fetch(cache, client, blobs[i], [&](std::uint64_t at) {
        shared.got += at - before;
        before = at;
      });
    } catch (...) {
      const std::lock_guard lock(shared.mutex);
      if (!shared.thrown || i < shared.failed_blob) {
        shared.thrown = std::current_exception();
        shared.failed_blob = i;
      }
      shared.failed = true;
    }
  }
  const std::lock_guard lock(shared.mutex);
  --shared.running;
  shared.ended.notify_all();
}

}  // namespace

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
  std::uint64_t total = 0;
  for (const Blob& blob : blobs) total += blob.size;
  progress.begin("downloading layers", total, Progress::Unit::bytes);
  Shared shared;
  shared.running = std::min(at_once, blobs.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < shared.running; ++i) {
    threads.emplace_back([&, own = client.again()]() mutable { work(cache, std::move(own), blobs, shared); });
  }
  for (std::unique_lock lock(shared.mutex); shared.running > 0;) {
    shared.ended.wait_for(lock, between_looks);
    progress.at(std::min<std::uint64_t>(shared.got, total), total, {});
  }
  threads.clear();
  if (shared.thrown) {
    progress.abandon();
    std::rethrow_exception(shared.thrown);
  }
  progress.end();
}

}  // namespace rootlet::registry
