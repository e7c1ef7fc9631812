#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/fs.hpp"
#include "image/read.hpp"
#include "rootlet/files.hpp"

namespace rootlet::root {

/// How much is read of the files of a tree.
enum class Contents {
  none,
  code,  ///< parts that the kernel and the loader look at: ELF facts, and the interpreters of executable scripts
  all    ///< digests, interpreters of all scripts and ELF facts
};

/// Purpose that a file of a root is kept for.
enum class Use {
  content,   ///< a small file, kept in memory
  database,  ///< of RPM
  history,   ///< of DNF 4
  document,  ///< an SBOM; one of more than `largest_read` is kept as an empty one
  copy       ///< whatever it is; one of more than `largest_copied` is kept as an empty one
};

inline constexpr std::uint64_t largest_spooled = 1'000'000'000;  // bytes
inline constexpr std::uint64_t largest_copied = 64'000'000;      // bytes
/// How many zeros are read that no file stores (bytes): a second's work, where a file's holes may be exabytes.
inline constexpr std::uint64_t most_zeros = 1'000'000'000;

/// Throws that a file is too large for what it is read for.
[[noreturn]] void too_large(const std::string& path, Use use);

/// A file's content, as far as it was kept: the bytes, or a file in the spool, which goes with this.
class Kept {
 public:
  explicit Kept(std::string bytes) : bytes_(std::move(bytes)) {}
  explicit Kept(fs::path file) : file_(std::move(file)) {}
  Kept(Kept&& other) noexcept : bytes_(std::move(other.bytes_)), file_(std::exchange(other.file_, {})) {}
  Kept& operator=(Kept&& other) noexcept;
  ~Kept();

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] const fs::path& file() const noexcept { return file_; }  ///< empty: it is in memory

 private:
  std::string bytes_;
  fs::path file_;
};

/// The one directory that a target's files are copied to, made when something is. The only thing written to disk.
class Spooler {
 public:
  /// A new file, open for writing.
  struct File {
    fs::path path;
    Fd fd;
  };
  File make();
  [[nodiscard]] const fs::path& path();
  /// Hands the directory over; nullptr where none was needed.
  std::unique_ptr<TempDir> release() { return std::move(directory_); }

 private:
  std::unique_ptr<TempDir> directory_;
  unsigned files_ = 0;
};

/// Reads contents for what is asked of them, each once.
class ContentReader {
 public:
  ContentReader(Contents contents, Spooler& spooler) : contents_(contents), spooler_(spooler) {}

  /// Reads a regular file's content where all is to be read: digest, interpreter and ELF facts go into `facts`. Keeps
  /// it for `use`. A file whose holes would take the zeros of all files above `most_zeros` is left unread. Errors: it
  /// is too large to be kept, by `path`.
  std::optional<Kept> read(image::Content& content, std::optional<Use> use, const std::string& path, TreeFile& facts);

 private:
  Contents contents_;
  Spooler& spooler_;
  std::uint64_t zeros_left_ = most_zeros;
  Fd elf_;  ///< a file without a name, for one ELF file of a layer at a time
};

/// Notes of an open regular file what code it is: Contents::code. Reads little of it.
void read_code(int fd, TreeFile& facts);

}  // namespace rootlet::root
