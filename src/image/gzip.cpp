#include "gzip.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

std::string little_endian(std::uint32_t value) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xffU);
  return out;
}

}  // namespace

GzipSink::GzipSink(int level, unsigned threads, const ReadyBlocks* ready, Sink& next)
    : level_(level == 0 ? default_gzip_level : level), threads_(threads), ready_(ready), next_(next) {
  // Deflate; no name, no time, unknown system.
  next_.write(std::string_view("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10));
}

GzipSink::~GzipSink() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void GzipSink::write(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t taken = std::min(gzip_block - block_.bytes.size(), bytes.size());
    block_.bytes += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (block_.bytes.size() == gzip_block) start_block();
  }
}

void GzipSink::begin_content() {
  start_block();
  block_.content = true;
}

void GzipSink::end_content() {
  start_block();
  block_.content = false;
}

void GzipSink::finish() {
  start_block();
  while (!running_.empty()) write_first();
  next_.write(deflate_end);
  next_.write(little_endian(crc_));
  next_.write(little_endian(static_cast<std::uint32_t>(size_)));  // modulo 2^32
}

void GzipSink::start_block() {
  if (block_.bytes.empty()) return;
  crc_ = crc32(crc_, block_.bytes);
  if (workers_.size() < threads_) add_worker();
  // Small blocks wait for large ones before them: a few more large ones are begun meanwhile.
  while (!running_.empty() && plain_ + block_.bytes.size() > (threads_ + 2) * gzip_block) write_first();
  block_.size = block_.bytes.size();
  plain_ += block_.size;
  const bool content = block_.content;
  {
    const std::lock_guard lock(mutex_);
    running_.push_back(std::move(block_));
  }
  changed_.notify_all();
  block_ = {};
  block_.content = content;
}

/// With fewer it takes longer.
void GzipSink::add_worker() try {
  workers_.emplace_back([this] { compress_all(); });
} catch (const std::system_error& error) {
  if (workers_.empty()) throw Error(std::string("cannot compress: no thread can be started: ") + error.what());
}

void GzipSink::write_first() {
  Block first;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_.front().compressed; });
    first = std::move(running_.front());
    running_.pop_front();
    --next_block_;
  }
  plain_ -= first.size;
  if (first.thrown) std::rethrow_exception(first.thrown);
  next_.write(first.bytes);
}

void GzipSink::compress_all() {
  std::optional<BlockDeflater> deflater;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopped_ || next_block_ < running_.size(); });
    if (stopped_) return;
    Block& block = running_[next_block_++];  // stays where it is: others are added behind it and taken before it
    lock.unlock();
    compress(block, deflater);
    lock.lock();
    block.compressed = true;
    changed_.notify_all();
  }
}

void GzipSink::compress(Block& block, std::optional<BlockDeflater>& deflater) const try {
  if (!deflater) deflater.emplace(level_);
  std::optional<std::string> compressed;
  if (block.content && ready_ != nullptr) compressed = ready_->find(digest_of(block.bytes));
  block.bytes = compressed ? *std::move(compressed) : deflater->compress(block.bytes);
} catch (...) {
  block.thrown = std::current_exception();
}

}  // namespace rootlet::image
