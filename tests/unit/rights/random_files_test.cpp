// What root does to files, done as real root and with emulated owners: everything that can be seen is the same.
// (Nothing is written: in any user namespace, that takes set-user-ID bits from a file, and only real root keeps them.)
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <random>
#include <vector>

#include "base/fs.hpp"
#include "single_id.hpp"

using namespace rootlet;

namespace {

constexpr int steps = 400;

/// cap_net_raw=ep
constexpr std::array<unsigned char, 20> capability{1, 0, 0, 2, 0, 0x20};

class Files {
 public:
  explicit Files(unsigned seed) : random_(seed) {}

  std::string play() {
    umask(022);
    for (int i = 0; i < steps; ++i) {
      step();
      if (i % 40 == 0) list(".");
    }
    list(".");
    return log_;
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  /// Of a few names, so that things meet.
  std::string name() {
    static constexpr std::array directories{"", "", "a/", "b/", "a/c/", "b/../a/", "link/", "./"};
    static constexpr std::array names{"a", "b", "c", "link", "x", "y", "z", "none"};
    return std::string(directories.at(below(directories.size()))) + names.at(below(names.size()));
  }
  uid_t id() {
    static constexpr std::array<uid_t, 6> ids{0, 0, 48, 1001, 65534, static_cast<uid_t>(-1)};
    return ids.at(below(ids.size()));
  }
  mode_t mode() {
    static constexpr std::array<mode_t, 8> modes{0644, 0755, 04755, 02755, 06711, 02775, 01777, 0};
    return modes.at(below(modes.size()));
  }

  void note(const std::string& what, int returned) {
    log_ += what + ": " + (returned == 0 ? "done" : std::strerror(errno)) + "\n";
  }
  void noted_open(const std::string& what, const std::string& path, int flags) {
    const Fd file(open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC, mode()));
    note(what + " " + path, file ? 0 : -1);
    struct stat info {};
    if (file && fstat(file.get(), &info) == 0) show(info);
  }

  void step() {
    const std::string path = name();
    const char* text = path.c_str();
    const std::string other = name();
    switch (below(21)) {
      case 0: return noted_open("create", path, O_WRONLY | O_CREAT);
      case 1: return noted_open("create new", path, O_RDWR | O_CREAT | O_EXCL);
      case 2: return noted_open("without a name", path, O_TMPFILE | O_WRONLY);
      case 3:
      case 4: return note("mkdir " + path, mkdir(text, mode()));
      case 5: return note("symlink " + path, symlink(other.c_str(), text));
      case 6: return note("link " + path + " " + other, link(other.c_str(), text));
      case 7: return note("rename " + path + " " + other, rename(text, other.c_str()));
      case 8: return note("unlink " + path, unlink(text));
      case 9: return note("rmdir " + path, rmdir(text));
      case 10:
      case 11: return note("chmod " + path, chmod(text, mode()));
      case 12: return note("capability " + path, setxattr(text, "security.capability", capability.data(), 20, 0));
      case 13: return note("mkfifo " + path, mkfifo(text, mode()));
      case 14: return note("chown " + path, chown(text, id(), id()));
      case 15: return note("lchown " + path, lchown(text, id(), id()));
      case 16: return through_directory(path);
      case 17:
      case 18: return through_descriptor(path);
      case 19: return list(".");
      default: return from_directory(path);
    }
  }

  void through_directory(const std::string& path) {
    const Fd dir(open(name().c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    note("fchownat " + path, fchownat(dir.get(), path.c_str(), id(), id(), below(2) == 0 ? 0 : AT_SYMLINK_NOFOLLOW));
  }

  void through_descriptor(const std::string& path) {
    const Fd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file) return;
    const std::string own = "/proc/self/fd/" + std::to_string(file.get());
    switch (below(3)) {
      case 0: return note("fchown " + path, fchown(file.get(), id(), id()));
      case 1: return note("empty path " + path, fchownat(file.get(), "", id(), id(), AT_EMPTY_PATH));
      default: return note("own descriptor " + path, chown(own.c_str(), id(), id()));
    }
  }

  void from_directory(const std::string& path) {
    const Fd here(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (chdir("a") != 0) return;
    note("from a: chown " + path, chown(("../" + path).c_str(), id(), id()));
    note("from a: mkdir " + path, mkdir(path.c_str(), mode()));
    struct stat info {};
    if (stat(path.c_str(), &info) == 0) show(info);
    if (fchdir(here.get()) != 0) log_ += "lost\n";
  }

  void show(const struct stat& info) {
    std::array<char, 100> line{};
    std::snprintf(line.data(), line.size(), "  %o %u:%u n%u\n", info.st_mode, info.st_uid, info.st_gid,
                  static_cast<unsigned>(info.st_nlink));
    log_ += line.data();
  }

  void list(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    for (const std::string& path : names) {
      struct stat info {};
      note(path, lstat(path.c_str(), &info));
      show(info);
      std::array<char, 64> value{};
      const ssize_t size = lgetxattr(path.c_str(), "security.capability", value.data(), value.size());
      if (size > 0) log_ += "  capability of " + std::to_string(size) + " bytes\n";
      if (S_ISLNK(info.st_mode) && stat(path.c_str(), &info) == 0) show(info);
      if (S_ISDIR(info.st_mode) && !fs::is_symlink(path)) list(path);
    }
  }

  std::mt19937 random_;
  std::string log_;
};

/// Where two logs part, with what came before. Empty: nowhere.
std::string parting(const std::string& one, const std::string& other) {
  if (one == other) return {};
  const auto [here, there] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  const auto at = static_cast<std::size_t>(here - one.begin());
  const std::size_t begin = one.rfind('\n', at - std::min<std::size_t>(at, 200)) + 1;
  return one.substr(begin, at - begin + 100) + "\n--- or ---\n" + other.substr(begin, at - begin + 100);
}

}  // namespace

TEST_CASE("files of emulated owners are as those that root makes", "[slow]") {
  if (geteuid() != 0) {
    WARN("skipped: not root");
    return;
  }
  for (unsigned seed = 1; seed <= 25; ++seed) {
    const auto play = [&] { return Files(seed).play(); };
    const single_id::Place roots;
    const single_id::Place places;
    const auto emulated = single_id::run(places, play);
    if (!emulated) return;
    INFO("seed " << seed);
    const std::string real = single_id::run_as_root(roots, play);
    CHECK(real.size() > 5000);
    CHECK(parting(*emulated, real) == "");
  }
}
