#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fs.hpp"
#include "block_pool.hpp"
#include "rpm/open_package.hpp"
#include "stream/stored.hpp"

namespace rootlet::rpm {

/// Decompresses payloads in several threads while a transaction of librpm's installs what came before, which would do
/// it one after the other. A package is read through a pipe: all up to the payload as it is, and the payload in the
/// same format, but stored (stream/stored.hpp). So nothing else is different for librpm. Payloads are as far ahead as
/// memory allows: BlockPool::size bytes in all.
class PayloadsAhead {
 public:
  /// In the order in which they will be opened. `threads`: that decompress, at least 1.
  PayloadsAhead(const std::vector<OpenPackage>& packages, std::size_t threads);
  ~PayloadsAhead();
  PayloadsAhead(const PayloadsAhead&) = delete;
  PayloadsAhead& operator=(const PayloadsAhead&) = delete;

  /// The package to read from, from its beginning, until close(). Nothing: there is no other way for it than the file
  /// itself (a format that cannot be stored, or is not what the package names; no more threads or descriptors), or it
  /// was opened before.
  Fd open(std::size_t place);
  /// Ends what open() began, whether all was read or not.
  void close();

  /// Why a payload cannot be decompressed; empty: it can, as far as it was read.
  [[nodiscard]] std::string problem(std::size_t place);

 private:
  struct Payload {
    OpenPackage package;
    std::string compressor = {};
    std::uint64_t begin = 0;  // in the file; 0: librpm has to decompress it
    std::deque<stream::Room> pieces = {};
    bool ended = false;     // no more pieces come
    bool unwanted = false;  // nobody reads them
    std::string problem = {};
  };

  static Payload payload_of(const OpenPackage& package);
  void pass_over(Payload& payload);
  void decompress_all();
  void decompress(std::size_t place);
  std::optional<stream::Room> take_block(std::size_t place);
  void add(std::size_t place, const stream::Room& piece);
  void feed(Payload& payload, const Fd& pipe);
  bool write(Payload& payload, const Fd& pipe, std::string_view bytes);

  std::vector<Payload> payloads_;
  BlockPool blocks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;     // that no thread has begun
  std::size_t reading_ = 0;  // all before it are done with
  bool stopped_ = false;
  std::vector<std::thread> workers_;
  std::thread feeder_;
};

}  // namespace rootlet::rpm
