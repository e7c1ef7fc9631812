#include "base/entries.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "base/handle.hpp"
#include "rootlet/error.hpp"

namespace rootlet {

Fd open_entry(int directory, const std::string& name, int flags) {
  constexpr int always = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Fd fd(openat(directory, name.c_str(), always | O_NOATIME | flags));
  if (!fd && errno == EPERM) fd = Fd(openat(directory, name.c_str(), always | flags));
  return fd;
}

std::string link_target(int directory, const std::string& name, const std::string& shown) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = readlinkat(directory, name.c_str(), target.data(), target.size());
  if (size < 0) throw system_error("cannot read " + shown);
  target.resize(static_cast<std::size_t>(size));
  return target;
}

std::vector<std::string> names_in(int directory, const std::string& shown) {
  Fd own = open_entry(directory, ".", O_DIRECTORY);
  const Handle<DIR, closedir> stream{own ? fdopendir(own.get()) : nullptr};
  if (!stream) throw system_error("cannot read " + shown);
  own.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(stream.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (errno != 0) throw system_error("cannot read " + shown);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rootlet
