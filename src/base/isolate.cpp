#include "base/isolate.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "answer.hpp"
#include "base/child.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

constexpr rlim_t most_seconds = 20;
constexpr rlim_t most_bytes = 4'000'000'000;

void limit(int resource, rlim_t value) noexcept {
  const rlimit both{value, value};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

[[noreturn]] void run_child(const Fd& out, const std::function<std::string()>& work) noexcept {
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

}  // namespace

std::string run_isolated(const std::string& library, const std::function<std::string()>& work) {
  auto [in, out] = make_pipe();
  auto child = fork_child();
  if (!child) run_child(out, work);
  out.reset();
  const std::string answer = read_all(in);
  const int status = child->wait();
  if (WIFSIGNALED(status)) {
    const bool slow = WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL;
    throw Error(slow ? "it takes " + library + " too long" : library + " crashes on it");
  }
  const std::string silent = library + " cannot cope with it";
  if (WEXITSTATUS(status) != 0) throw Error(silent);
  return result_of(answer, silent);
}

}  // namespace rootlet
