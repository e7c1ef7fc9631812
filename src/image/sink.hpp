#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "image/write.hpp"

namespace rootlet::image {

class ReadyBlocks;

/// Where a stream of bytes goes: tar → digest → compression → file.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Begins the content of one file, which ends with end_content(). Compressors keep it apart from the rest, so that
  /// their output for it depends on it alone.
  virtual void begin_content() {}
  virtual void end_content() {}
  /// Passes on what is still held back. Called once, after the last write; does not finish the next sink.
  virtual void finish() = 0;
};

/// A new file in a directory, with the digest and size of what was written; finish() flushes it to disk.
class FileSink final : public Sink {
 public:
  FileSink(const OpenDirectory& directory, const std::string& name);
  void write(std::string_view bytes) override;
  void finish() override;

  /// "sha256:…", after finish().
  [[nodiscard]] const std::string& digest() const noexcept { return digest_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  std::filesystem::path path_;
  Fd fd_;
  Digest running_;
  std::string digest_;
  std::uint64_t size_ = 0;
};

/// Notes digest and size of what passes through.
class DigestSink final : public Sink {
 public:
  explicit DigestSink(Sink& next) : next_(next) {}
  void write(std::string_view bytes) override;
  void begin_content() override { next_.begin_content(); }
  void end_content() override { next_.end_content(); }
  void finish() override;

  /// "sha256:…", after finish().
  [[nodiscard]] const std::string& digest() const noexcept { return digest_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  Sink& next_;
  Digest running_;
  std::string digest_;
  std::uint64_t size_ = 0;
};

/// How a stream is compressed. The output is the same for any number of threads, whatever is ready.
struct CompressOptions {
  Compression compression = Compression::gzip;
  int level = 0;         ///< 0: the default of the compression
  unsigned threads = 0;  ///< 0: one for each processor
  /// Blocks of gzip that may be compressed already; nullptr: none are.
  const ReadyBlocks* ready = nullptr;
};

/// Compresses into `next`.
std::unique_ptr<Sink> make_compressor(const CompressOptions& options, Sink& next);

/// Throws (ErrorKind::usage) when the compression does not have the level.
void check_level(Compression compression, int level);

}  // namespace rootlet::image
