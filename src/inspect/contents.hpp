#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/fs.hpp"
#include "image/read.hpp"
#include "inspect/tree.hpp"
#include "places.hpp"
#include "rootlet/files.hpp"

namespace rootlet::inspect {

inline constexpr std::uint64_t largest_spooled = 1'000'000'000;  // bytes
inline constexpr std::uint64_t largest_kept = 16'000'000;
/// How many zeros are read that no file stores (bytes): a second's work, where a file's holes may be exabytes.
inline constexpr std::uint64_t most_zeros = 1'000'000'000;

/// Throws that a file is too large for what it is read for.
[[noreturn]] void too_large(const std::string& path, Use use);

/// What was kept of a file's content: the bytes, or a file in the spool, which goes with this.
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
  ContentReader(Depth depth, Spooler& spooler) : depth_(depth), spooler_(spooler) {}

  /// Reads a regular file's content as the depth demands: its digest, interpreter and ELF facts go into `facts`. Keeps
  /// it for `use`. A file whose holes would take the zeros of all files above `most_zeros` is left unread.
  /// Errors: it is too large to be kept, by `path`.
  std::optional<Kept> read(image::Content& content, std::optional<Use> use, const std::string& path, TreeFile& facts);

 private:
  void write_elf(std::string_view bytes);

  Depth depth_;
  Spooler& spooler_;
  std::uint64_t zeros_left_ = most_zeros;
  Fd elf_;  ///< a file without a name, for one ELF file at a time
};

/// What follows "#!" at the beginning of a script, without the blanks around it; empty: it is none. Looks at 4096
/// bytes.
std::string script_interpreter(std::string_view begin);

}  // namespace rootlet::inspect
