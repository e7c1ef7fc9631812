#pragma once

#include <string>

namespace rootlet::rootfs {

/// Makes of the SQLite database that librpm left one that depends on its packages alone, and that everybody can read.
/// What goes: write-ahead mode, with its files beside the database, without which only root could read it, and nobody
/// from a read-only file system; what SQLite found out for its own queries (sqlite_stat1, sqlite_stat4), which differs
/// between its versions, as librpm makes it again when it writes; free pages and gaps, and the counters and the version
/// of the writer in the file's header (sqlite.org/fileformat2.html, section 1.3).
/// Error: the write-ahead log is not empty.
void settle_database(const std::string& dbpath);

}  // namespace rootlet::rootfs
