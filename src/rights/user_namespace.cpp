#include "user_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>

#include "base/answer.hpp"
#include "base/child.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rights {
namespace {

constexpr const char* namespaces_hint =
    "the system allows no user namespaces: see user.max_user_namespaces, kernel.unprivileged_userns_clone and "
    "kernel.apparmor_restrict_unprivileged_userns of sysctl, or the container's seccomp profile";

void write_file_of(pid_t process, const char* name, const std::string& text) {
  const std::string path = fmt::format("/proc/{}/{}", process, name);
  const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw system_error("cannot map ids: " + std::string(name));
  }
}

void map_by_kernel(pid_t process, const IdMap& users, const IdMap& groups) {
  // Where the caller may not give any groups, the kernel lets it map its own once nobody there can leave groups.
  if (groups.size() == 1 && groups.front().count == 1) write_file_of(process, "setgroups", "deny");
  write_file_of(process, "uid_map", text_of(users));
  write_file_of(process, "gid_map", text_of(groups));
}

/// newuidmap(1): PROGRAM PID INSIDE OUTSIDE COUNT …
void map_by_program(const char* program, pid_t process, const IdMap& map) {
  std::vector<std::string> command{program, std::to_string(process)};
  for (const IdRange& range : map) {
    for (const std::uint64_t number : {range.inside, range.outside, range.count}) {
      command.push_back(std::to_string(number));
    }
  }
  auto [reader, writer] = make_pipe();
  auto child = fork_child();
  if (!child) {
    for (const int number : {STDOUT_FILENO, STDERR_FILENO}) dup2(writer.get(), number);
    become(command);
    const std::string cause = system_error("cannot be started").what();
    write_all(writer.get(), cause, "pipe");
    _exit(127);
  }
  writer.reset();
  std::string said = read_all(reader);
  const int status = shell_status(child->wait());
  if (status == 0) return;
  while (said.ends_with('\n')) said.pop_back();
  throw Error(fmt::format("{}: {}", program, said.empty() ? "exit status " + std::to_string(status) : said),
              status == 127 ? "it is in the package uidmap of Debian, and in shadow-utils of Fedora" : "");
}

void map_ids(pid_t process, const IdMap& users, const IdMap& groups, Mapper mapper) {
  if (mapper == Mapper::kernel) return map_by_kernel(process, users, groups);
  map_by_program("newuidmap", process, users);
  map_by_program("newgidmap", process, groups);
}

}  // namespace

void enter_user_namespace(const IdMap& users, const IdMap& groups, Mapper mapper) {
  const pid_t process = getpid();
  auto [entered, has_entered] = make_pipe();
  auto [answer, answers] = make_pipe();
  auto outside = fork_child();  // keeps the rights that the map takes
  if (!outside) {
    has_entered.reset();
    answer_and_end(answers, [&, &entered = entered]() -> std::string {
      if (!read_all(entered).empty()) map_ids(process, users, groups, mapper);
      return {};
    });
  }
  answers.reset();
  if (unshare(CLONE_NEWUSER) != 0) throw Error(system_error("cannot make a user namespace").what(), namespaces_hint);
  write_all(has_entered.get(), "x", "pipe");
  has_entered.reset();
  const std::string said = read_all(answer);
  outside->wait();
  static_cast<void>(result_of(said, "cannot map ids"));
}

}  // namespace rootlet::rights
