#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/fs.hpp"
#include "base/handle.hpp"
#include "isolation_steps.hpp"
#include "sandbox.hpp"

namespace rootlet::rootfs {
namespace {

/// Closes what /proc/self/fd lists from number `from` to `to`.
bool close_listed(unsigned from, unsigned to) {
  std::vector<unsigned> open;
  {
    const Handle<DIR, closedir> list{opendir("/proc/self/fd")};
    if (!list) return false;
    while (const dirent* entry = readdir(list.get())) {
      char* end = nullptr;
      const unsigned long number = std::strtoul(entry->d_name, &end, 10);
      if (end != entry->d_name && *end == '\0') open.push_back(static_cast<unsigned>(number));
    }
  }
  for (const unsigned number : open) {
    if (number >= from && number <= to) close(static_cast<int>(number));  // the list's own is closed already
  }
  return true;
}

}  // namespace

void close_all_but(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  const auto close_from = [](unsigned from, unsigned to) {
    // Seccomp filters that are older than close_range(2) refuse it.
    check(from > to || close_range(from, to, 0) == 0 || close_listed(from, to), "close_range");
  };
  unsigned from = STDERR_FILENO + 1;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (kept > from) close_from(from, kept - 1);
    from = kept + 1;
  }
  close_from(from, ~0U);
}

void arrange_descriptors(const std::vector<int>& keep) {
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  check(null && dup2(null.get(), STDIN_FILENO) == STDIN_FILENO, "open /dev/null");
  for (const int fd : keep) check(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0, "FD_CLOEXEC");
  close_all_but(keep);
}

}  // namespace rootlet::rootfs
