#include "base/child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/limits.hpp"
#include "rootlet/error.hpp"

namespace rootlet {

Child::~Child() {
  if (id_ <= 0) return;
  kill(id_, SIGKILL);
  while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Child::signal(int number) const noexcept {
  if (id_ > 0) kill(id_, number);
}

int Child::wait() {
  const pid_t id = std::exchange(id_, -1);
  int status = 0;
  while (waitpid(id, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("cannot wait for a child process");
  }
  return status;
}

std::optional<Child> fork_child() {
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id < 0) throw system_error("cannot start a child process");
  if (id > 0) return Child(id);
  LimitedTask::leave();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const pid_t now = getppid();
  if (now != parent && now != 0) _exit(1);  // 0: it is in another pid namespace
  return std::nullopt;
}

void become(const std::vector<std::string>& command) noexcept {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments.front(), arguments.data());
}

int shell_status(int status) noexcept { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string read_some(const Fd& in) {
  std::string text(1U << 16U, '\0');
  for (;;) {
    const ssize_t got = read(in.get(), text.data(), text.size());
    if (got >= 0) {
      text.resize(static_cast<std::size_t>(got));
      return text;
    }
    if (errno != EINTR) throw system_error("cannot read from a pipe");
  }
}

std::string read_all(const Fd& in) {
  std::string text;
  for (std::string more = read_some(in); !more.empty(); more = read_some(in)) text += more;
  return text;
}

}  // namespace rootlet
