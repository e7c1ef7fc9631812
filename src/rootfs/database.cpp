#include "database.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/base/sqlite.hpp"

namespace rootlet::rootfs {
namespace {

/// Overwrites bytes of the file's header.
void write_header(const std::string& database, off_t offset, std::string_view bytes) {
  const Fd file(open(database.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  const auto size = static_cast<ssize_t>(bytes.size());
  if (!file || pwrite(file.get(), bytes.data(), bytes.size(), offset) != size) {
    throw system_error("cannot write '" + database + "'");
  }
}

void leave_write_ahead_mode(const std::string& database) {
  struct stat info {};
  if (lstat((database + "-wal").c_str(), &info) == 0 && info.st_size != 0) {
    throw Error("the RPM database was not closed properly");
  }
  write_header(database, 18, "\1\1");  // format versions to write and to read: 1 legacy, 2 WAL
  unlink((database + "-wal").c_str());
  unlink((database + "-shm").c_str());
}

/// Without tables of statistics and free pages.
void write_anew(const std::string& path) try {
  SqliteDatabase database(path);
  // Nothing beside the file: it is nobody else's, and what holds it is thrown away if this fails.
  database.run("PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON");
  std::vector<std::string> statistics;
  database.each("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4')",
                [&](const SqliteRow& row) { statistics.push_back(row.text(0)); });
  for (const std::string& table : statistics) database.run("DROP TABLE " + table);
  database.run("VACUUM");
} catch (const Error& error) {
  throw error.within("'" + path + "'");
}

/// As if it were written once, by the first SQLite that keeps the file's size in the header: 3.7.0.
void forget_writer(const std::string& database) {
  using namespace std::string_view_literals;
  constexpr std::string_view one = "\0\0\0\1"sv;
  constexpr std::string_view version = "\x00\x2d\xe2\x18"sv;  // 3,007,000, the most significant byte first
  write_header(database, 24, one);                            // changes of the file
  write_header(database, 40, one);                            // changes of the schema
  write_header(database, 92, one);                            // the change that the version and the size are of
  write_header(database, 96, version);
}

}  // namespace

void settle_database(const std::string& dbpath) {
  const std::string database = dbpath + "/rpmdb.sqlite";
  leave_write_ahead_mode(database);
  write_anew(database);
  forget_writer(database);
}

}  // namespace rootlet::rootfs
