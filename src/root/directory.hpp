#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "root/beneath.hpp"
#include "root/contents.hpp"
#include "rootlet/files.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::root {

/// Whether a path counts. Of a directory that does not, neither does what is in it.
using Counts = std::function<bool(const std::string& path)>;

/// Reads all files beneath a root that count, but for what a running system has mounted on /proc, /sys and /dev.
/// Nothing is changed or followed, and only directories and regular files are opened. Errors: what cannot be read, by
/// its path.
FileTree read_files(const Root& root, Contents contents, Progress& progress, const Counts& counts = {});

/// Content of a regular file beneath a root, piece by piece.
class FileReader {
 public:
  /// Error: there is no regular file.
  FileReader(const Root& root, const std::string& path);
  /// The next bytes, valid until the next call; empty at the end.
  std::string_view next();

 private:
  std::string path_;
  Fd fd_;
  std::string buffer_;
};

/// Keeps the content of the regular file that a path leads to. Errors: there is none; it is too large.
Kept keep(const Root& root, const std::string& path, Use use, Spooler& spooler);

}  // namespace rootlet::root
