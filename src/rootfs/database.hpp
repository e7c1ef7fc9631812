#pragma once

#include <string>

namespace rootlet::rootfs {

/// Makes of the SQLite database that librpm left one that depends on its packages alone, and that everybody can read.
/// Takes out
/// - write-ahead mode, with its files beside the database: only root could make them, and nobody where all is
/// read-only;
/// - statistics for SQLite's own queries (sqlite_stat1, sqlite_stat4), which differ between its versions; librpm has
///   them made again when it next writes;
/// - free pages and gaps, and in the file's header the counters and the version of the writer
///   (sqlite.org/fileformat2.html, section 1.3).
/// Error: the write-ahead log is not empty.
void settle_database(const std::string& dbpath);

}  // namespace rootlet::rootfs
