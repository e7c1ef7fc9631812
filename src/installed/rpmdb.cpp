#include "rpmdb.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "root/contents.hpp"
#include "rootlet/error.hpp"

namespace rootlet::installed {
namespace {

constexpr const char* sqlite = "rpmdb.sqlite";
constexpr const char* sqlite_log = "rpmdb.sqlite-wal";
constexpr const char* berkeley = "Packages";
constexpr const char* ndb = "Packages.db";

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

void copy_kind(const fs::path& file, const char* name, root::Spooler& spooler, Spool& spool) {
  const fs::path directory = spooler.path() / ("rpm" + std::to_string(spool.databases.size()));
  fs::create_directory(directory);
  copy_content(file, directory / name);
  const fs::path log = file.string() + "-wal";
  if (name == std::string_view(sqlite) && fs::is_regular_file(log)) copy_content(log, directory / sqlite_log);
  spool.databases.push_back({directory, name, {}});
}

rpm::InstalledSet read_copy(const SpooledDatabase& database, const std::string& name, bool files,
                            const std::map<std::string, std::string>& links) {
  try {
    return rpm::read_database(database.directory, files, links);
  } catch (const Error& error) {
    // librpm names the copy.
    std::string cause = error.what();
    const std::string copied = database.directory.string();
    for (auto at = cause.find(copied); at != std::string::npos; at = cause.find(copied)) {
      cause.replace(at, copied.size(), "it");
    }
    throw Error("cannot read the RPM database of " + name + ": " + cause, error.hint());
  }
}

/// One of several databases, as it was found.
struct Reading {
  const SpooledDatabase* database;
  rpm::InstalledSet set;
  std::optional<Error> error;
};

PackageRecord record_of(const Reading& reading) {
  PackageRecord record{reading.database->place + "/" + reading.database->file, {}, !reading.error};
  for (const InstalledPackage& package : reading.set.packages) record.packages.push_back(package.nevra);
  return record;
}

bool same_packages(const rpm::InstalledSet& one, const rpm::InstalledSet& other) {
  return std::equal(one.packages.begin(), one.packages.end(), other.packages.begin(), other.packages.end(),
                    [](const InstalledPackage& a, const InstalledPackage& b) { return a.nevra == b.nevra; });
}

std::string shown_database(const SpooledDatabase& database) {
  return database.place.empty() ? database.file : database.place + " (" + database.file + ")";
}

void tell_others(const std::vector<Reading>& all, const Reading& taken, const std::string& name,
                 std::vector<std::string>& warnings) {
  for (const Reading& other : all) {
    if (&other == &taken || (!other.error && same_packages(other.set, taken.set))) continue;
    const std::string state = other.error                  ? std::string("cannot be read: ") + other.error->what()
                              : other.set.packages.empty() ? "holds no packages"
                                                           : "holds " + counted(other.set.packages.size(), "package");
    warnings.push_back(name + " has several RPM databases: " + shown_database(*taken.database) + " counts, with " +
                       counted(taken.set.packages.size(), "package") + "; " + shown_database(*other.database) + " " +
                       state);
  }
}

}  // namespace

Spool copy_databases(const fs::path& path) {
  std::vector<fs::path> files{path};
  if (fs::is_directory(path)) {
    files.clear();
    for (const char* name : {sqlite, ndb, berkeley}) {
      if (fs::is_regular_file(path / name)) files.push_back(path / name);
    }
  }
  root::Spooler spooler;
  Spool spool;
  for (const fs::path& file : files) {
    if (const char* name = file_name_for(file)) copy_kind(file, name, spooler, spool);
  }
  if (spool.databases.empty()) {
    throw Error("'" + path.string() + "' is no RPM database that can be read",
                "it is neither one of SQLite, nor of ndb, nor of Berkeley DB's hash");
  }
  spool.directory = spooler.release();
  return spool;
}

rpm::InstalledSet read_copies(const Spool& spool, const std::string& name, bool files,
                              std::vector<std::string>& warnings, const std::map<std::string, std::string>& links,
                              std::vector<PackageRecord>* records) {
  std::vector<Reading> all;
  for (const SpooledDatabase& database : spool.databases) {
    Reading& reading = all.emplace_back(Reading{&database, {}, std::nullopt});
    try {
      const std::string place = database.place.empty() ? "" : " (" + database.place + ")";
      reading.set = read_copy(database, name + place, files, links);
    } catch (const Error& error) {
      reading.error = error;
    }
    if (records != nullptr) records->push_back(record_of(reading));
  }
  const auto taken = std::find_if(all.begin(), all.end(), [](const Reading& one) { return !one.set.packages.empty(); });
  if (taken != all.end()) {
    tell_others(all, *taken, name, warnings);
    return std::move(taken->set);
  }
  const auto damaged = std::find_if(all.begin(), all.end(), [](const Reading& one) { return one.error.has_value(); });
  if (damaged != all.end()) throw *damaged->error;
  return {};
}

}  // namespace rootlet::installed
