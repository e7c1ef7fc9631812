#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "base/handle.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

/// Directories this deep are entered one from the other, with a descriptor for each; deeper ones are moved up first.
constexpr int deepest = 16;

/// Empties a directory, whatever is in it, beneath its descriptor: no path is looked up, no link followed, no mount
/// entered.
class Emptying {
 public:
  explicit Emptying(int top) : top_(top), device_(device_of(top)) {}

  /// Another process may still be at work inside: entries vanish or appear meanwhile.
  void run() { empty(top_, 0); }

 private:
  static dev_t device_of(int dir) {
    struct stat info {};
    if (fstat(dir, &info) != 0) throw system_error("cannot look at a directory");
    return info.st_dev;
  }

  /// Some names of what is inside; none when it is empty.
  static std::vector<std::string> names_in(int dir) {
    constexpr std::size_t most = 4096;
    Fd own(openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const Handle<DIR, closedir> list{own ? fdopendir(own.get()) : nullptr};
    if (!list) throw system_error("cannot list a directory");
    own.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(list.get())) {
      std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(std::move(name));
      if (names.size() == most) break;
      errno = 0;
    }
    if (errno != 0) throw system_error("cannot list a directory");
    return names;
  }

  void empty(int dir, int depth) {
    for (auto names = names_in(dir); !names.empty(); names = names_in(dir)) {
      for (const std::string& name : names) remove(dir, name, depth);
    }
  }

  void remove(int dir, const std::string& name, int depth) {
    if (unlinkat(dir, name.c_str(), 0) == 0 || errno == ENOENT) return;
    if (errno != EISDIR && errno != EPERM) throw system_error("'" + name + "'");
    if (unlinkat(dir, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return;
    if (errno != ENOTEMPTY && errno != EEXIST) throw system_error("'" + name + "'");
    if (depth == deepest) return move_up(dir, name);
    const Fd inner = enter(dir, name);
    if (!inner) return;
    empty(inner.get(), depth + 1);
    unlinkat(dir, name.c_str(), AT_REMOVEDIR);  // where it is not empty again, it is listed once more
  }

  [[nodiscard]] Fd enter(int dir, const std::string& name) const {
    Fd inner(openat(dir, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!inner && errno != ENOENT) throw system_error("'" + name + "'");
    if (inner && device_of(inner.get()) != device_) throw Error("'" + name + "': something is mounted there");
    return inner;
  }

  /// A name that is taken is that of something that goes, too.
  void move_up(int dir, const std::string& name) {
    for (;;) {
      const std::string next = ".rootlet-" + std::to_string(moved_++);
      if (renameat(dir, name.c_str(), top_, next.c_str()) == 0 || errno == ENOENT) return;
      if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) throw system_error("'" + name + "'");
    }
  }

  int top_;
  dev_t device_;
  unsigned long moved_ = 0;
};

bool is_gone(int parent, const fs::path& name) {
  return unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || errno == ENOTDIR ||
         unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool is_removed(int dir) {
  struct stat info {};
  return fstat(dir, &info) == 0 && info.st_nlink == 0;
}

void remove_at(int parent, const fs::path& name, const fs::path& shown) try {
  for (int tries = 0; tries < 10; ++tries) {
    if (is_gone(parent, name)) return;
    const Fd top(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top) throw system_error("'" + name.filename().string() + "'");
    Emptying(top.get()).run();
    if (is_gone(parent, name)) return;
  }
  throw system_error("'" + name.filename().string() + "'");
} catch (const Error& error) {
  throw Error("cannot remove '" + shown.string() + "': " + error.what());
}

}  // namespace

void remove_tree(const fs::path& path) { remove_at(AT_FDCWD, path, path); }

void remove_tree(const OpenDirectory& parent, const std::string& name) {
  remove_at(parent.fd(), name, parent.path() / name);
}

void remove_directory(int dir, const OpenDirectory& parent, const std::string& name) try {
  for (int tries = 0; tries < 10; ++tries) {
    Emptying(dir).run();
    if (is_removed(dir)) return;
    // In between, another empty directory at most can take the name.
    if (!parent.has(dir, name)) throw Error("it was emptied, but is no longer there");
    if (unlinkat(parent.fd(), name.c_str(), AT_REMOVEDIR) == 0) return;
  }
  throw system_error("'" + name + "'");
} catch (const Error& error) {
  throw Error("cannot remove '" + (parent.path() / name).string() + "': " + error.what());
}

}  // namespace rootlet
