#include "database.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"

namespace rootlet::rootfs {

void leave_write_ahead_mode(const std::string& dbpath) {
  const std::string database = dbpath + "/rpmdb.sqlite";
  struct stat info {};
  if (lstat((database + "-wal").c_str(), &info) == 0 && info.st_size != 0) {
    throw Error("the RPM database was not closed properly");
  }
  const Fd file(open(database.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file || pwrite(file.get(), "\1\1", 2, 18) != 2) throw system_error("cannot write '" + database + "'");
  unlink((database + "-wal").c_str());
  unlink((database + "-shm").c_str());
}

}  // namespace rootlet::rootfs
