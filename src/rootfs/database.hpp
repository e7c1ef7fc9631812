#pragma once

#include <string>

namespace rootlet::rootfs {

/// librpm leaves the database in write-ahead mode, with an empty log and its index beside it. Without these files only
/// root could read it; in the older journal mode everybody can, from a read-only file system too. The mode is the two
/// bytes at offset 18 (sqlite.org/fileformat2.html, section 1.3: file format version numbers, 1 legacy, 2 WAL).
/// Error: the log is not empty.
void leave_write_ahead_mode(const std::string& dbpath);

}  // namespace rootlet::rootfs
