#include "unnamed_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "rootlet/error.hpp"

namespace rootlet {

Fd unnamed_file(const OpenDirectory& place) {
  constexpr mode_t own = 0600;
  Fd fd(openat(place.fd(), ".", O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, own));
  if (fd) return fd;
  // A file system that cannot do that: the name goes at once.
  for (int attempt = 0;; ++attempt) {
    const std::string name = ".rootlet-" + std::to_string(getpid()) + "-" + std::to_string(attempt);
    fd = Fd(openat(place.fd(), name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, own));
    if (fd && unlinkat(place.fd(), name.c_str(), 0) == 0) return fd;
    if (fd || errno != EEXIST) throw system_error("cannot make a temporary file in '" + place.path().string() + "'");
  }
}

}  // namespace rootlet
