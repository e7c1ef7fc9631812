#include "base/supervise.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace rootlet {
namespace {

constexpr std::array passed_on{SIGINT, SIGTERM, SIGHUP};

/// Waits for the child and passes signals on; they are blocked, so that none comes between a check and a wait.
int wait_passing_signals(Child& child, sigset_t& signals) {
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  for (;;) {
    siginfo_t ended{};
    const auto id = static_cast<id_t>(child.id());
    // Where the system waits for children by itself (SIGCHLD is ignored), nobody learns how they ended: an Error.
    const bool waited = waitid(P_PID, id, &ended, WEXITED | WNOHANG | WNOWAIT) == 0;
    if (waited ? ended.si_pid == child.id() : errno == ECHILD) return child.wait();
    int number = 0;
    sigwait(&signals, &number);
    if (number != SIGCHLD) child.signal(number);
  }
}

}  // namespace

void supervise(const std::function<void()>& clean_up, const std::function<void(const Child&)>& beside) {
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  for (const int number : passed_on) sigaddset(&signals, number);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, &before);
  auto child = fork_child();
  if (!child) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return;
  }
  if (beside) beside(*child);
  const int status = wait_passing_signals(*child, signals);
  if (!WIFSIGNALED(status)) _exit(WEXITSTATUS(status));
  clean_up();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  _exit(128 + WTERMSIG(status));
}

}  // namespace rootlet
