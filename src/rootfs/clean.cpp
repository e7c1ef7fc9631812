#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "root/beneath.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

bool everything(const std::string& /*name*/, bool /*is_directory*/) { return true; }

/// "dnf.log", "dnf.librepo.log-20240101", "hawkey.log.1": logs of package managers, rotated ones too.
bool is_package_manager_log(const std::string& name, bool is_directory) {
  constexpr std::array<std::string_view, 6> logs{"dnf.log",  "dnf.librepo.log", "dnf.rpm.log",
                                                 "dnf5.log", "hawkey.log",      "yum.log"};
  return !is_directory && std::any_of(logs.begin(), logs.end(), [&](std::string_view log) {
    return name.starts_with(log) && (name.size() == log.size() || name[log.size()] == '-' || name[log.size()] == '.');
  });
}

/// Files that rpm leaves beside its database and makes again: its locks, Berkeley DB's environment, SQLite's log.
bool is_side_file(const std::string& name, bool is_directory) {
  return !is_directory && (name == ".rpm.lock" || name == ".keyring.lock" || name == ".dbenv.lock" ||
                           name == "rpmdb.sqlite-wal" || name == "rpmdb.sqlite-shm" || name.starts_with("__db."));
}

/// SQLite's log is empty when the database was closed in order; a full one holds changes that must not be lost.
void require_closed(const root::Root& root, const std::string& dbpath) {
  const std::string log = dbpath + "/rpmdb.sqlite-wal";
  const Fd fd = root.open(log, O_PATH | O_NOFOLLOW);
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return;
  throw Error("cannot clean the rpm database in the root: '" + log + "' holds changes that the database lacks",
              "a scriptlet may have left an rpm process behind; build again");
}

void clean_package_managers(const root::Root& root) {
  for (const char* directory :
       {"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/lib/dnf", "/var/lib/yum"}) {
    root.remove_entries(directory, everything, false);
  }
  root.remove_entries("/var/log", is_package_manager_log, false);
}

}  // namespace

void clean(const root::Root& root, const std::string& dbpath, bool keep_rpmdb, bool on_base) {
  root.remove_entries("/var/cache/ldconfig", everything, false);
  if (!on_base) clean_package_managers(root);
  if (keep_rpmdb) {
    require_closed(root, dbpath);
    root.remove_entries(dbpath, is_side_file, true);
  } else {
    root.remove_entries(dbpath, everything, true);
  }
}

}  // namespace rootlet::rootfs
