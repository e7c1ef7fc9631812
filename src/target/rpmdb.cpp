#include "rpmdb.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "contents.hpp"
#include "rootlet/base/error.hpp"

namespace rootlet::target {
namespace {

constexpr const char* sqlite = "rpmdb.sqlite";
constexpr const char* sqlite_log = "rpmdb.sqlite-wal";
constexpr const char* berkeley = "Packages";
constexpr const char* ndb = "Packages.db";

[[noreturn]] void refuse_ndb(const std::string& name) {
  throw Error("cannot read the RPM database of " + name + ": it is of the kind ndb, which librpm reads on SUSE only",
              "convert a copy on such a system: rpmdb --rebuilddb --dbpath COPY --define '_db_backend sqlite'");
}

void copy_content(const fs::path& from, const fs::path& to) {
  const Fd in = open_read(from);
  const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out) throw system_error("cannot write '" + to.string() + "'");
  for (;;) {
    const ssize_t sent = sendfile(out.get(), in.get(), nullptr, std::size_t{1} << 30U);
    if (sent < 0) throw system_error("cannot copy '" + from.string() + "' to '" + to.string() + "'");
    if (sent == 0) return;
  }
}

/// The kind of a database by its first bytes: the name that librpm gives such a file, or nothing.
const char* file_name_for(const fs::path& path) {
  std::array<char, 16> head{};
  const Fd file = open_read(path);
  const ssize_t got = pread(file.get(), head.data(), head.size(), 0);
  const std::string_view bytes(head.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
  if (bytes == std::string_view("SQLite format 3\0", 16)) return sqlite;
  if (bytes.starts_with("RpmP")) return ndb;
  // Berkeley DB's hash, in either byte order (db_page.h).
  const std::string_view magic = bytes.size() == 16 ? bytes.substr(12) : "";
  if (magic == std::string_view("\x61\x15\x06\0", 4) || magic == std::string_view("\0\x06\x15\x61", 4)) return berkeley;
  return nullptr;
}

}  // namespace

Spool copy_database(const fs::path& path) {
  fs::path file = path;
  if (fs::is_directory(path)) {
    for (const char* name : {ndb, berkeley, sqlite}) {
      if (fs::is_regular_file(path / name)) file = path / name;
    }
  }
  const char* name = file_name_for(file);
  if (name == ndb) refuse_ndb("'" + path.string() + "'");
  if (name == nullptr) {
    throw Error("'" + path.string() + "' is no RPM database that librpm can read", "it reads SQLite and Berkeley DB");
  }
  Spooler spooler;
  Spool spool;
  spool.database = spooler.path() / "rpmdb";
  fs::create_directory(spool.database);
  copy_content(file, spool.database / name);
  const fs::path log = file.string() + "-wal";
  if (name == sqlite && fs::is_regular_file(log)) copy_content(log, spool.database / sqlite_log);
  spool.directory = spooler.release();
  return spool;
}

rpm::InstalledSet read_copy(const Spool& spool, const std::string& name, bool files,
                            const std::map<std::string, std::string>& links) {
  const bool known = fs::exists(spool.database / sqlite) || fs::exists(spool.database / berkeley);
  if (!known && fs::exists(spool.database / ndb)) refuse_ndb(name);
  try {
    return rpm::read_database(spool.database, files, links);
  } catch (const Error& error) {
    // librpm names the copy.
    std::string cause = error.what();
    const std::string copied = spool.database.string();
    for (auto at = cause.find(copied); at != std::string::npos; at = cause.find(copied)) {
      cause.replace(at, copied.size(), "it");
    }
    throw Error("cannot read the RPM database of " + name + ": " + cause, error.hint());
  }
}

}  // namespace rootlet::target
