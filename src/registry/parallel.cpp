#include "parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

namespace rootlet::registry {
namespace {

constexpr std::size_t at_once = 4;
constexpr std::chrono::milliseconds between_looks{100};

/// State that the threads share.
struct Shared {
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t running = 0;
  std::size_t failed_piece = 0;
  std::exception_ptr thrown;
};

void work(std::size_t count, Client client, const Piece& piece, Shared& shared) noexcept {
  for (std::size_t i = shared.next++; i < count && !shared.failed; i = shared.next++) {
    try {
      std::uint64_t before = 0;
      piece(i, client, [&](std::uint64_t at) {
        shared.done += at - before;
        before = at;
      });
    } catch (...) {
      const std::lock_guard lock(shared.mutex);
      if (!shared.thrown || i < shared.failed_piece) {
        shared.thrown = std::current_exception();
        shared.failed_piece = i;
      }
      shared.failed = true;
    }
  }
  const std::lock_guard lock(shared.mutex);
  --shared.running;
  shared.ended.notify_all();
}

}  // namespace

void do_all(std::string_view task, const std::vector<std::uint64_t>& sizes, const Client& client, const Piece& piece,
            Progress& progress) {
  if (sizes.empty()) return;
  const std::uint64_t total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  progress.begin(task, total, Progress::Unit::bytes);
  Shared shared;
  shared.running = std::min(at_once, sizes.size());
  const std::size_t count = shared.running;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, own = client.again()]() mutable { work(sizes.size(), std::move(own), piece, shared); });
  }
  for (std::unique_lock lock(shared.mutex); shared.running > 0;) {
    shared.ended.wait_for(lock, between_looks);
    progress.at(std::min<std::uint64_t>(shared.done, total), total, {});
  }
  threads.clear();
  if (shared.thrown) {
    progress.abandon();
    std::rethrow_exception(shared.thrown);
  }
  progress.end();
}

}  // namespace rootlet::registry
