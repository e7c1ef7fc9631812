#include "single_id.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "base/child.hpp"
#include "rights/emulate_owners.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace single_id {
namespace {

constexpr uid_t somebody = 4711;
constexpr int no_namespace = 77;

bool write_to(const char* path, const std::string& text) {
  const Fd file(open(path, O_WRONLY | O_CLOEXEC));
  return file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool enter_namespace() {
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setresgid(somebody, somebody, somebody) != 0 ||
                         setresuid(somebody, somebody, somebody) != 0)) {
    return false;
  }
  prctl(PR_SET_DUMPABLE, 1);  // who became another user may not open its own /proc/self/uid_map
  const std::string user = "0 " + std::to_string(geteuid()) + " 1";
  const std::string group = "0 " + std::to_string(getegid()) + " 1";
  return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_to("/proc/self/setgroups", "deny") &&
         write_to("/proc/self/uid_map", user) && write_to("/proc/self/gid_map", group);
}

std::optional<std::string> run_child(const Place& place, const std::function<std::string()>& work, bool as_root) {
  Pipe pipe = make_pipe();
  auto child = fork_child();
  if (!child) {
    int status = 1;
    try {
      if (!as_root) {
        if (!enter_namespace()) _exit(no_namespace);
        rights::emulate_owners();
      }
      if (chdir(place.path().c_str()) == 0) {
        write_all(pipe.writer.get(), work(), "pipe");
        status = 0;
      }
    } catch (const std::exception& error) {
      write_all(pipe.writer.get(), error.what(), "pipe");
    }
    _exit(status);
  }
  pipe.writer.reset();
  std::string answer = read_all(pipe.reader);
  const int status = shell_status(child->wait());
  if (status == no_namespace) return std::nullopt;
  INFO(answer);
  REQUIRE(status == 0);
  return answer;
}

}  // namespace

Place::Place() {
  std::string name = (fs::temp_directory_path() / "rootlet-owners-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Place::~Place() { remove_tree(path_); }

std::optional<std::string> run(const Place& place, const std::function<std::string()>& work) {
  if (geteuid() == 0) REQUIRE(chown(place.path().c_str(), somebody, somebody) == 0);
  auto answer = run_child(place, work, false);
  if (!answer) WARN("skipped: no user namespace can be made here");
  return answer;
}

std::string run_as_root(const Place& place, const std::function<std::string()>& work) {
  return run_child(place, work, true).value();
}

}  // namespace single_id
