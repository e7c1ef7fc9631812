#pragma once

#include <string>

#include "root/beneath.hpp"
#include "root/contents.hpp"
#include "rootlet/files.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::root {

/// Reads all files beneath a root, but for what a running system has mounted on /proc, /sys and /dev. Nothing is
/// changed or followed, and only directories and regular files are opened. Errors: what cannot be read, by its path.
FileTree read_files(const Root& root, Contents contents, Progress& progress);

/// Keeps the content of the regular file that a path leads to. Errors: there is none; it is too large.
Kept keep(const Root& root, const std::string& path, Use use, Spooler& spooler);

}  // namespace rootlet::root
