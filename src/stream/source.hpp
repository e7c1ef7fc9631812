#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/fs.hpp"

namespace rootlet::stream {

/// Where a stream of bytes comes from: file → digest → decompression → tar.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// The next bytes, at least one and at most so many, valid until the next call; empty at the end, and from then on.
  virtual std::string_view next(std::size_t most) = 0;
  /// Passes over as many bytes, or over all that are left if these are fewer. Returns how many.
  virtual std::uint64_t skip(std::uint64_t bytes);
};

/// As much as Source::next() ever gives at once.
inline constexpr std::size_t piece_size = 1U << 18U;

/// Reads to the end. Returns how many bytes there were.
std::uint64_t drain(Source& source);

/// A part of an open file, which the caller keeps open.
class FileSource final : public Source {
 public:
  /// `name` is for messages. Error: the file ends before the part does.
  FileSource(int fd, std::uint64_t offset, std::uint64_t size, std::string name);
  std::string_view next(std::size_t most) override;
  std::uint64_t skip(std::uint64_t bytes) override;

 private:
  int fd_;
  std::uint64_t at_;    // of what is not in the buffer yet
  std::uint64_t left_;  // of that
  std::string name_;
  std::string buffer_;
  std::string_view ready_;
};

/// A text that is kept elsewhere.
class TextSource final : public Source {
 public:
  explicit TextSource(std::string_view text) : left_(text) {}
  std::string_view next(std::size_t most) override {
    const std::string_view piece = left_.substr(0, most);
    left_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view left_;
};

/// A file that is its own: closed with it.
std::unique_ptr<Source> file_source(Fd fd, std::uint64_t size, const std::string& name);

/// Counts what passes through; other threads may look at the count.
class CountingSource final : public Source {
 public:
  explicit CountingSource(Source& from) : from_(from) {}
  std::string_view next(std::size_t most) override;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  Source& from_;
  std::atomic<std::uint64_t> count_ = 0;
};

/// A digest as images write it: "sha256:…" (image-spec 1.1, descriptor.md). Error: it is none, or of another algorithm
/// than SHA-256 and SHA-512.
struct BlobDigest {
  explicit BlobDigest(const std::string& text);
  DigestType type;
  std::string hex;
};

/// Compares the digest of what passes through when it ends. Error: "the content has the digest … and not …".
class CheckedSource final : public Source {
 public:
  CheckedSource(Source& from, const std::string& digest);
  std::string_view next(std::size_t most) override;

 private:
  Source& from_;
  BlobDigest expected_;
  Digest running_;
  bool ended_ = false;
};

/// Unpacks gzip (RFC 1952), zstd (RFC 8878), xz and bzip2, told by how they begin; all else is passed on as it is.
/// `size` is that of the packed bytes, for check_unpacked(). Errors: damaged or cut short.
std::unique_ptr<Source> unpacked(Source& from, std::uint64_t size, std::uint64_t limit);

/// Whether what unpacks to so much is more than 200 times as large as it was.
bool is_well_packed(std::uint64_t unpacked, std::uint64_t size);

/// Error where `size` bytes unpack to more than `limit` and to more than 200 times as many.
void check_unpacked(std::uint64_t unpacked, std::uint64_t size, std::uint64_t limit);

/// Reads a few pieces ahead in a thread of its own, which ends with this.
std::unique_ptr<Source> reading_ahead(Source& from);

}  // namespace rootlet::stream
