#include "rights/emulate_owners.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/child.hpp"
#include "single_id.hpp"

using namespace rootlet;

namespace {

std::string result(int returned) { return returned == 0 ? "0" : std::strerror(errno); }

std::string owner_of(const struct stat& info) {
  return std::to_string(info.st_uid) + ":" + std::to_string(info.st_gid) + " ";
}

/// By each call that can show it.
std::string owner(const std::string& path) {
  struct stat info {};
  struct statx extended {};
  std::string shown;
  shown += lstat(path.c_str(), &info) == 0 ? owner_of(info) : result(-1);
  shown += stat(path.c_str(), &info) == 0 ? owner_of(info) : result(-1);
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  shown += fstat(file.get(), &info) == 0 ? owner_of(info) : result(-1);
  shown += syscall(SYS_fstat, file.get(), &info) == 0 ? owner_of(info) : result(-1);
#ifdef SYS_stat
  shown += syscall(SYS_stat, path.c_str(), &info) == 0 ? owner_of(info) : result(-1);
  shown += syscall(SYS_lstat, path.c_str(), &info) == 0 ? owner_of(info) : result(-1);
#endif
  if (statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS, &extended) != 0) return result(-1);
  return shown + std::to_string(extended.stx_uid) + ":" + std::to_string(extended.stx_gid);
}

Fd make(const std::string& name, mode_t mode = 0644) {
  return Fd(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode));
}

/// What a test returns where all is well, and else says what is not.
class Findings {
 public:
  void same(const std::string& what, const std::string& got, const std::string& wanted) {
    if (got != wanted) text_ += what + ": " + got + ", not " + wanted + "\n";
  }
  [[nodiscard]] std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string all(const std::string& owner) {
  std::string text;
  for (int i = 0; i < 6; ++i) text += owner + " ";
  return text + owner;
}

}  // namespace

TEST_CASE("files can be given to any owner, and are seen as given") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    const Fd file = make("file");
    findings.same("new", owner("file"), all("0:0"));
    findings.same("chown", result(chown("file", 48, 50)), "0");
    findings.same("given", owner("file"), all("48:50"));
    findings.same("fchown", result(fchown(file.get(), static_cast<uid_t>(-1), 7)), "0");
    findings.same("given a group", owner("file"), all("48:7"));
    findings.same("link", result(link("file", "second") | symlink("second", "pointer")), "0");
    findings.same("by another name", owner("second"), all("48:7"));
    findings.same("lchown", result(lchown("pointer", 9, 9)), "0");
    findings.same("of a link", owner("pointer").substr(0, 9), "9:9 48:7 ");
    findings.same("rename", result(rename("file", "third")), "0");
    findings.same("after a rename", owner("third"), all("48:7"));
    findings.same("unlink", result(unlink("third") | unlink("second")), "0");
    make("third");
    findings.same("a new file", owner("third"), all("0:0"));
    findings.same("no file", result(chown("none", 1, 1)), "No such file or directory");
    findings.same("no descriptor", result(fchown(999, 1, 1)), "Bad file descriptor");
    findings.same("no memory", result(chown(reinterpret_cast<const char*>(8), 1, 1)), "Bad address");
    findings.same("no flag", result(fchownat(AT_FDCWD, "third", 1, 1, 1)), "Invalid argument");
    findings.same("through a descriptor", result(chown(("/proc/self/fd/" + std::to_string(file.get())).c_str(), 3, 4)),
                  "0");
    return findings.text();
  });
  if (done) CHECK(*done == "");
}

TEST_CASE("a file that takes over the number of a removed one belongs to root") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    for (int i = 0; i < 1500; ++i) {  // more than are remembered before removed ones are forgotten
      make("again");
      struct stat info {};
      findings.same("stat", result(lstat("again", &info)), "0");
      findings.same("new", owner_of(info), "0:0 ");
      findings.same("chown", result(chown("again", 48, 50) | unlink("again")), "0");
    }
    return findings.text();
  });
  if (done) CHECK(*done == "");
}

TEST_CASE("a file without a name keeps its owner when it gets one") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    const Fd file(open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644));
    findings.same("fchown", result(fchown(file.get(), 48, 50)), "0");
    for (int i = 0; i < 1500; ++i) {
      make("other");
      findings.same("chown", result(chown("other", 48, 50) | unlink("other")), "0");
    }
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    findings.same("linkat", result(linkat(AT_FDCWD, path.c_str(), AT_FDCWD, "named", AT_SYMLINK_FOLLOW)), "0");
    findings.same("named", owner("named"), all("48:50"));
    return findings.text();
  });
  if (done) CHECK(*done == "");
}

TEST_CASE("a chroot is where its paths begin and end") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    make("outside");
    findings.same("mkdir", result(mkdir("root", 0755) | mkdir("root/sub", 0755)), "0");
    make("root/outside");
    findings.same("symlink", result(symlink("/outside", "root/sub/absolute") | symlink("../../outside", "root/sub/up")),
                  "0");
    const Fd above(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto child = fork_child();
    if (!child)
      _exit(chroot("root") == 0 && chdir("/sub") == 0 && chown("up", 1, 2) == 0 && chown("absolute", 3, -1) == 0 &&
                    chown("/../../outside", -1, 4) == 0 && fchownat(above.get(), "root/sub", 5, 5, 0) == 0
                ? 0
                : 1);
    findings.same("in the chroot", std::to_string(child->wait()), "0");
    findings.same("outside", owner("outside"), all("0:0"));
    findings.same("inside", owner("root/outside"), all("3:4"));
    findings.same("of the descriptor's directory", owner("root/sub"), all("5:5"));
    return findings.text();
  });
  if (done) CHECK(*done == "");
}

TEST_CASE("a process cannot become another user, and the build learns of it") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    const gid_t groups[] = {0, 10};
    findings.same("setgroups", result(static_cast<int>(syscall(SYS_setgroups, 2, groups))), "0");
    findings.same("root", result(setresuid(0, 0, 0) | setresgid(0, static_cast<gid_t>(-1), 0)), "0");
    findings.same("nobody has tried", std::to_string(rights::take_refused_id().value_or(0)), "0");
    findings.same("setuid", result(setuid(48)), "Invalid argument");
    findings.same("told", std::to_string(rights::take_refused_id().value_or(0)), "48");
    findings.same("told once", std::to_string(rights::take_refused_id().value_or(0)), "0");
    auto child = fork_child();
    if (!child) _exit(setresgid(static_cast<gid_t>(-1), 7, static_cast<gid_t>(-1)) == 0 ? 1 : 0);
    findings.same("of a child", std::to_string(child->wait()), "0");
    findings.same("told of a child", std::to_string(rights::take_refused_id().value_or(0)), "7");
    return findings.text();
  });
  if (done) CHECK(*done == "");
}

TEST_CASE("calls of many processes at once are answered") {
  const single_id::Place place;
  const auto done = single_id::run(place, [] {
    Findings findings;
    std::vector<Child> children;
    for (uid_t id = 1; id <= 8; ++id) {
      auto child = fork_child();
      if (child) {
        children.push_back(std::move(*child));
        continue;
      }
      const std::string name = std::to_string(id);
      make(name);
      for (int i = 0; i < 200; ++i) {
        struct stat info {};
        if (chown(name.c_str(), id, i) != 0 || stat(name.c_str(), &info) != 0) _exit(1);
        if (info.st_uid != id || info.st_gid != static_cast<gid_t>(i)) _exit(2);
      }
      _exit(0);
    }
    for (Child& child : children) findings.same("child", std::to_string(child.wait()), "0");
    return findings.text();
  });
  if (done) CHECK(*done == "");
}
