#include "rootlet/base/isolate.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"

namespace rootlet {
namespace {

constexpr rlim_t most_seconds = 20;
constexpr rlim_t most_bytes = 4'000'000'000;

void limit(int resource, rlim_t value) noexcept {
  const rlimit both{value, value};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

/// Sends "+result" or "-message\0hint" and ends the process.
[[noreturn]] void run_child(const Fd& out, const std::function<std::string()>& work) noexcept {
  for (const int crash : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV}) std::signal(crash, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, most_seconds);
#ifndef __SANITIZE_ADDRESS__
  limit(RLIMIT_AS, most_bytes);
#endif
  // What a library has to say before it crashes is of no use to anyone.
  if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null >= 0) dup2(null, STDERR_FILENO);
  std::string answer;
  try {
    answer = "+" + work();
  } catch (const Error& error) {
    answer = std::string("-") + error.what() + '\0' + error.hint();
  } catch (...) {
    _exit(1);
  }
  try {
    write_all(out.get(), answer, "pipe");
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

std::string read_all(const Fd& in) {
  std::string text;
  std::string buffer(1U << 16U, '\0');
  for (;;) {
    const ssize_t got = read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read from a pipe");
    if (got == 0) return text;
    text.append(buffer, 0, static_cast<std::size_t>(got));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("cannot wait for a child process");
  }
  return status;
}

}  // namespace

std::string run_isolated(const std::string& library, const std::function<std::string()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot make a pipe");
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t child = fork();
  if (child < 0) throw system_error("cannot start a child process");
  if (child == 0) run_child(out, work);
  out.reset();
  const std::string answer = read_all(in);
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    const bool slow = WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL;
    throw Error(slow ? "it takes " + library + " too long" : library + " crashes on it");
  }
  if (WEXITSTATUS(status) != 0 || answer.empty()) throw Error(library + " cannot cope with it");
  if (answer.front() == '+') return answer.substr(1);
  const std::size_t end = answer.find('\0');
  throw Error(answer.substr(1, end - 1), answer.substr(end + 1));
}

}  // namespace rootlet
