#include "rootlet/base/supervise.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "answer.hpp"
#include "rootlet/base/error.hpp"

namespace rootlet {
namespace {

constexpr std::array passed_on{SIGINT, SIGTERM, SIGHUP};

/// Waits for the child and passes signals on; they are blocked, so that none comes between a check and a wait.
int wait_passing_signals(pid_t child, sigset_t& signals) {
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    int number = 0;
    sigwait(&signals, &number);
    if (number != SIGCHLD) kill(child, number);
  }
}

}  // namespace

void supervise(const std::function<void()>& clean_up) {
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  for (const int number : passed_on) sigaddset(&signals, number);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, &before);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw system_error("cannot start a process");
  if (child == 0) {
    end_with(parent);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return;
  }
  const int status = wait_passing_signals(child, signals);
  if (!WIFSIGNALED(status)) _exit(WEXITSTATUS(status));
  clean_up();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  _exit(128 + WTERMSIG(status));
}

}  // namespace rootlet
