#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.hpp"

namespace rootlet::root {

/// Bytes that are read of a file whose content is kept: none that a root's own files are read for grows so large.
inline constexpr std::size_t largest_read = 16'000'000;

/// "'/etc/passwd' in the root", for messages; an empty path is the root.
std::string in_root(const std::string& path);

/// Who owns a file and what may be done with it.
struct Access {
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// An install root that nothing leads out of: symbolic links on the way are resolved as if the root were "/"
/// (openat2(2), RESOLVE_IN_ROOT), and the last component of what is written is never followed.
/// All paths are absolute inside the root. Errors name them so: "cannot write '/etc/passwd' in the root: …".
class Root {
 public:
  /// Error: the directory cannot be opened.
  explicit Root(const std::filesystem::path& path);
  /// One that is open.
  explicit Root(Fd root) : root_(std::move(root)) {}

  /// The root itself.
  [[nodiscard]] int descriptor() const noexcept { return root_.get(); }

  /// Opens what `path` resolves to; empty when it does not exist.
  [[nodiscard]] Fd open(const std::string& path, int flags) const;

  /// The same, and empty too where the way to it loops, leads through a file or is too long.
  [[nodiscard]] Fd find(const std::string& path, int flags) const;

  /// Opens the regular file that `path` leads to for reading, without a trace where that is allowed; empty where there
  /// is none.
  [[nodiscard]] Fd find_file(const std::string& path) const;
  [[nodiscard]] bool has_file(const std::string& path) const;

  /// The entry at `path`, if there is one; a symbolic link there is not followed.
  [[nodiscard]] std::optional<struct stat> examine(const std::string& path) const;
  /// Target of the symbolic link `path`, as written.
  [[nodiscard]] std::string link_target(const std::string& path) const;
  /// The names in the directory that `path` leads to, sorted; none where it leads to none.
  [[nodiscard]] std::vector<std::string> names(const std::string& path) const;

  /// The first bytes of the regular file that `path` leads to; empty where there is none.
  [[nodiscard]] std::string head(const std::string& path, std::size_t most) const;

  /// The content and access of a regular file, nothing where there is no file. Error: it has more than `largest_read`.
  struct File {
    std::string content;
    Access access;
  };
  /// Error: it is no regular file, or larger than 16 MB.
  [[nodiscard]] std::optional<File> read(const std::string& path) const;

  /// Writes a file beside `path` and renames it there. Parents are made (0755, root:root). Replaces what is there,
  /// but no directory.
  void write(const std::string& path, std::string_view content, const Access& access) const;
  /// The same with the content that `fill` writes to an open file.
  void write(const std::string& path, const std::function<void(int fd)>& fill, const Access& access) const;
  /// Makes another name of the file at `existing`, which must be there.
  void hard_link(const std::string& path, const std::string& existing) const;
  void symlink(const std::string& path, const std::string& target, const Access& owner) const;
  /// Makes a directory, or changes the access of the one that is there.
  void directory(const std::string& path, const Access& access) const;

  /// Removes a file, a symbolic link or an empty directory. False where a directory is not empty.
  [[nodiscard]] bool remove(const std::string& path) const;

  /// Removes the entries of a directory for which `chosen` (its name, whether it is a directory) says yes, with all
  /// they hold. Does nothing where `path` is no directory, or only is one by a symbolic link and not `follow_links`.
  void remove_entries(const std::string& path, const std::function<bool(const std::string&, bool)>& chosen,
                      bool follow_links) const;

 private:
  /// Empty on any error, which errno tells. `extra`: more RESOLVE_ flags.
  [[nodiscard]] Fd try_open(const std::string& path, int flags, std::uint64_t extra) const;
  /// Opens the directory of `path` and makes what is missing of it.
  [[nodiscard]] Fd make_parents(const std::string& path) const;
  /// Writes by `make` under a temporary name in the parent directory and renames.
  void replace(const std::string& path, const std::function<void(int, const char*)>& make) const;

  Fd root_;
};

}  // namespace rootlet::root
