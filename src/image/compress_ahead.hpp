#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/fs.hpp"
#include "image/ready_blocks.hpp"

namespace rootlet::image {

class BlockDeflater;

/// Compresses large files of a root that is still being made, in threads that are less important than the caller's.
/// Whatever becomes of the files later: a block is taken for what it was made of, and never for the name of a file.
/// Until stop() the caller may not fork.
class CompressAhead {
 public:
  /// `level`: of gzip; 0 is the default. `open` is called from other threads: opens a regular file of the root to read;
  /// nothing: there is none.
  CompressAhead(ReadyBlocks& blocks, int level, std::function<Fd(const std::string& path)> open);
  ~CompressAhead() { stop(); }
  CompressAhead(const CompressAhead&) = delete;
  CompressAhead& operator=(const CompressAhead&) = delete;

  /// A file of at least `apart_from` bytes that is there by now. A file that cannot be read is left to whoever needs
  /// it.
  void add(std::string path);
  /// Gives up what was not begun.
  void stop();

 private:
  void work();
  /// Nothing: there is no more to do.
  std::optional<std::string> next();
  void compress(const std::string& path, BlockDeflater& deflater);
  [[nodiscard]] bool stopped() const;

  ReadyBlocks& blocks_;
  int level_;
  std::function<Fd(const std::string& path)> open_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace rootlet::image
