#include "compress_ahead.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "base/workers.hpp"
#include "deflate.hpp"
#include "gzip.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

/// More threads than this are ahead of any transaction.
constexpr std::size_t most_threads = 4;

/// How much less important than the caller's threads: these take a third of a processor that others want, too. With
/// much less, stop() would wait for long on a machine that has other work.
constexpr int less_important = 5;

/// The next bytes of a file, as many as a block has; fewer: it ends there.
std::string next_block(int file) {
  std::string block(gzip_block, '\0');
  std::size_t filled = 0;
  while (filled < block.size()) {
    const ssize_t got = ::read(file, block.data() + filled, block.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  block.resize(filled);
  return block;
}

}  // namespace

CompressAhead::CompressAhead(ReadyBlocks& blocks, int level, std::function<Fd(const std::string& path)> open)
    : blocks_(blocks), level_(level == 0 ? default_gzip_level : level), open_(std::move(open)) {}

void CompressAhead::add(std::string path) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(path));
  }
  changed_.notify_one();
  if (!workers_.empty()) return;
  try {
    for (std::size_t i = 0; i < std::min(processors(), most_threads); ++i) workers_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {  // then fewer do it, or nobody
  }
}

void CompressAhead::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

bool CompressAhead::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void CompressAhead::work() {
  sigset_t all{};
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);                                    // signals are for the caller
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + less_important);  // Linux: of this thread
  try {
    BlockDeflater deflater(level_);
    for (std::optional<std::string> path = next(); path; path = next()) compress(*path, deflater);
  } catch (const std::exception&) {  // the disk is full, say: whoever writes the image will tell
  }
}

std::optional<std::string> CompressAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
  if (stopped_) return std::nullopt;
  std::string path = std::move(waiting_.front());
  waiting_.pop_front();
  return path;
}

void CompressAhead::compress(const std::string& path, BlockDeflater& deflater) {
  const Fd file = open_(path);
  if (!file) return;
  for (std::string block = next_block(file.get()); !block.empty() && !stopped(); block = next_block(file.get())) {
    const std::string digest = digest_of(block);
    if (!blocks_.has(digest)) blocks_.add(digest, deflater.compress(block));
  }
}

}  // namespace rootlet::image
