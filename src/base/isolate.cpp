#include "rootlet/base/isolate.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "answer.hpp"
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

[[noreturn]] void run_child(const Fd& out, pid_t parent, const std::function<std::string()>& work) noexcept {
  end_with(parent);
  for (const int crash : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV}) std::signal(crash, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, most_seconds);
#ifndef __SANITIZE_ADDRESS__
  limit(RLIMIT_AS, most_bytes);
#endif
  // What a library has to say before it crashes is of no use to anyone.
  if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null >= 0) dup2(null, STDERR_FILENO);
  answer_and_end(out, work);
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

}  // namespace

std::string run_isolated(const std::string& library, const std::function<std::string()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot make a pipe");
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw system_error("cannot start a child process");
  if (child == 0) run_child(out, parent, work);
  out.reset();
  const std::string answer = read_all(in);
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    const bool slow = WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL;
    throw Error(slow ? "it takes " + library + " too long" : library + " crashes on it");
  }
  const std::string silent = library + " cannot cope with it";
  if (WEXITSTATUS(status) != 0) throw Error(silent);
  return result_of(answer, silent);
}

}  // namespace rootlet
