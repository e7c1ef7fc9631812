#include "database.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/fs.hpp"
#include "base/sqlite.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// Overwrites bytes of the file.
void write_bytes(const std::string& database, off_t offset, std::string_view bytes) {
  const Fd file(open(database.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file || lseek(file.get(), offset, SEEK_SET) != offset) throw system_error("cannot write '" + database + "'");
  write_all(file.get(), bytes, database);
}

void leave_write_ahead_mode(const std::string& database) {
  struct stat info {};
  if (lstat((database + "-wal").c_str(), &info) == 0 && info.st_size != 0) {
    throw Error("the RPM database was not closed properly");
  }
  write_bytes(database, 18, "\1\1");  // format versions to write and to read: 1 legacy, 2 WAL
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

std::size_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) * std::size_t{256} + static_cast<unsigned char>(bytes[at + 1]);
}

/// Zeroes what is left of earlier states between the pointers to a page's cells and the cells (section 1.6).
void clear_gap(std::string& file, std::size_t page, std::size_t size) {
  const std::size_t header = page == 0 ? 100 : page;  // the file's own comes before that of the first page
  const char kind = file[header];
  const bool interior = kind == 2 || kind == 5;
  if (!interior && kind != 10 && kind != 13) return;  // the rest of a long value, which begins with a page's number
  const std::size_t begin = header + (interior ? 12 : 8) + 2 * number_at(file, header + 3);
  const std::size_t end = page + number_at(file, header + 5);
  if (begin < end && end <= page + size) std::fill(&file[begin], &file[end], '\0');
}

/// Clears what older versions of SQLite leave in places that nothing uses.
void clear_gaps(const std::string& database) {
  std::string file = read_file(database);
  const std::size_t size = number_at(file, 16) == 1 ? 65536 : number_at(file, 16);
  if (size < 512 || file.size() % size != 0) throw Error("the RPM database is damaged");
  for (std::size_t page = 0; page < file.size(); page += size) clear_gap(file, page, size);
  write_bytes(database, 0, file);
}

/// As if it were written once, by the first SQLite that keeps the file's size in the header: 3.7.0.
void forget_writer(const std::string& database) {
  using namespace std::string_view_literals;
  constexpr std::string_view one = "\0\0\0\1"sv;
  constexpr std::string_view version = "\x00\x2d\xe2\x18"sv;  // 3,007,000, the most significant byte first
  write_bytes(database, 24, one);                             // changes of the file
  write_bytes(database, 40, one);                             // changes of the schema
  write_bytes(database, 92, one);                             // the change that the version and the size are of
  write_bytes(database, 96, version);
}

}  // namespace

void settle_database(const std::string& dbpath) {
  const std::string database = dbpath + "/rpmdb.sqlite";
  leave_write_ahead_mode(database);
  write_anew(database);
  clear_gaps(database);
  forget_writer(database);
}

}  // namespace rootlet::rootfs
