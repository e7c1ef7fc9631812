#include "processes.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>

#include "../filter.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::size_t kept_beginning = 1U << 20U;
constexpr std::size_t shown_of_each = 1U << 15U;

int milliseconds_until(TestTime until) {
  using namespace std::chrono;
  const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

Error cannot_start_test(const std::string& command, int error_number) {
  std::string hint;
  if (error_number == ENOENT) hint = "no such program in the root: give its full path, or add its package";
  if (error_number == ENOEXEC) hint = "it is no program for this machine's architecture";
  return Error(system_error("'" + command + "' cannot be started", error_number).what(), hint);
}

/// Separates message and hint of what a child could not do before it became the program.
constexpr char separator = '\0';

}  // namespace

void BoundedText::add(std::string_view bytes) {
  size_ += bytes.size();
  beginning_.append(bytes.substr(0, kept_beginning - std::min(kept_beginning, beginning_.size())));
  end_.append(bytes);
  if (end_.size() > 2 * shown_of_each) end_.erase(0, end_.size() - shown_of_each);
}

std::string BoundedText::shown() const {
  if (size_ <= 2 * shown_of_each) return beginning_;
  return beginning_.substr(0, shown_of_each) + "\n[" + grouped(size_ - 2 * shown_of_each) + " bytes were cut]\n" +
         end_.substr(end_.size() - shown_of_each);
}

TestProcesses::TestProcesses(const std::string& user, std::string workdir, std::vector<std::string> allowed_calls)
    : user_(user),
      workdir_(workdir.empty() ? "/" : std::move(workdir)),
      allowed_calls_(std::move(allowed_calls)),
      identity_(RootUsers().identity(user)) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  ends_ = Fd(signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!ends_) throw system_error("cannot watch processes: signalfd");
}

void TestProcesses::enter_as_user() const {
  const bool is_already = getuid() == identity_.uid && getgid() == identity_.gid;
  if (!is_already || (identity_.uid == 0 && identity_.gid == 0)) {
    // The sandbox has no groups to begin with, and a user namespace may not allow the call.
    const auto& groups = identity_.groups;
    const bool grouped = groups.empty() || setgroups(groups.size(), groups.data()) == 0;
    if (!grouped || setresgid(identity_.gid, identity_.gid, identity_.gid) != 0 ||
        setresuid(identity_.uid, identity_.uid, identity_.uid) != 0) {
      throw system_error("cannot become the user '" + user_ + "'");
    }
  }
  setenv("HOME", identity_.home.c_str(), 0);
  if (chdir(workdir_.c_str()) != 0) throw system_error("cannot enter the directory '" + workdir_ + "'");
}

void TestProcesses::become_program(const std::vector<std::string>& command, const Pipe& out, const Pipe& err,
                                   const Fd& trouble) const noexcept {
  std::string told;
  setsid();  // some send signals to their whole process group, httpd among them
  try {
    if (dup2(out.writer.get(), STDOUT_FILENO) < 0 || dup2(err.writer.get(), STDERR_FILENO) < 0) {
      throw system_error("cannot give a program its output");
    }
    // Programs open /dev/stdout anew, as whoever they are.
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      if (fchown(fd, identity_.uid, identity_.gid) != 0) continue;  // there is only one user
    }
    enter_as_user();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!allowed_calls_.empty()) limit_to_calls(allowed_calls_);
    become(command);
    throw cannot_start_test(command[0], errno);
  } catch (const Error& error) {
    told = error.what() + std::string(1, separator) + error.hint();
  } catch (const std::exception& error) {
    told = error.what() + std::string(1, separator);
  }
  while (write(trouble.get(), told.data(), told.size()) < 0 && errno == EINTR) {
  }
  _exit(127);
}

std::size_t TestProcesses::start(const std::vector<std::string>& command) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe trouble = make_pipe();
  auto child = fork_child();
  if (!child) become_program(command, out, err, trouble.writer);
  trouble.writer.reset();
  const std::string told = read_all(trouble.reader);  // empty as soon as the program runs
  if (!told.empty()) {
    child->wait();
    const std::size_t end = told.find(separator);
    throw Error(told.substr(0, end), told.substr(std::min(end + 1, told.size())));
  }
  Started started{command, std::move(*child), std::move(out.reader), std::move(err.reader), {}, {}, {}};
  for (const Fd* pipe : {&started.out_pipe, &started.err_pipe}) fcntl(pipe->get(), F_SETFL, O_NONBLOCK);
  started_.push_back(std::move(started));
  none_left_ = false;
  return started_.size() - 1;
}

void TestProcesses::forget_last() { started_.pop_back(); }

void TestProcesses::take(Fd& pipe, BoundedText& text) {
  char buffer[1U << 16U];
  // A pipeful at most, then others have their turn.
  const ssize_t got = pipe ? read(pipe.get(), buffer, sizeof buffer) : -1;
  if (got > 0) text.add({buffer, static_cast<std::size_t>(got)});
  if (got == 0) pipe.reset();
}

void TestProcesses::reap() {
  signalfd_siginfo ignored{};
  while (read(ends_.get(), &ignored, sizeof ignored) > 0) {
  }
  for (;;) {
    siginfo_t ended{};
    none_left_ = waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
    if (ended.si_pid <= 0) return;
    const auto known = std::find_if(started_.begin(), started_.end(),
                                    [&](const Started& one) { return one.child.id() == ended.si_pid; });
    if (known == started_.end()) {
      waitpid(ended.si_pid, nullptr, 0);  // one that lost its parent
      continue;
    }
    known->status = known->child.wait();
    take(known->out_pipe, known->out);
    take(known->err_pipe, known->err);
  }
}

bool TestProcesses::turn(int fd, short events, TestTime until) {
  std::vector<pollfd> states{{fd, events, 0}, {ends_.get(), POLLIN, 0}};
  for (const Started& one : started_) {
    states.push_back({one.out_pipe.get(), POLLIN, 0});  // -1 is passed over
    states.push_back({one.err_pipe.get(), POLLIN, 0});
  }
  if (poll(states.data(), states.size(), milliseconds_until(until)) < 0 && errno != EINTR) {
    throw system_error("cannot wait for programs");
  }
  for (std::size_t i = 0; i < started_.size(); ++i) {
    if (states[2 + 2 * i].revents != 0) take(started_[i].out_pipe, started_[i].out);
    if (states[3 + 2 * i].revents != 0) take(started_[i].err_pipe, started_[i].err);
  }
  if (states[1].revents != 0) reap();
  return states[0].revents != 0;
}

std::optional<int> TestProcesses::wait_for(std::size_t which, TestTime until) {
  while (!started_.at(which).status && std::chrono::steady_clock::now() < until) turn(-1, 0, until);
  return started_.at(which).status;
}

bool TestProcesses::wait_until_ready(int fd, short events, TestTime until) {
  do {
    if (turn(fd, events, until)) return true;
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

void TestProcesses::pause(TestTime until) {
  do {
    turn(-1, 0, until);
  } while (std::chrono::steady_clock::now() < until);
}

void TestProcesses::stop(int signal, TestTime until) {
  kill(-1, signal);  // all but this one
  reap();
  while (!none_left_ && std::chrono::steady_clock::now() < until) turn(-1, 0, until);
  for (Started& one : started_) {
    take(one.out_pipe, one.out);
    take(one.err_pipe, one.err);
  }
}

std::vector<TestProcess> TestProcesses::told() const {
  std::vector<TestProcess> all;
  for (const Started& one : started_) {
    all.push_back(
        {join(one.command, " "), one.status ? how_it_ended(*one.status) : "", one.out.shown(), one.err.shown()});
  }
  return all;
}

std::string how_it_ended(int status) {
  // A shell tells of a signal by its number and 128.
  const int shell = shell_status(status);
  const char* name = shell > 128 ? sigabbrev_np(shell - 128) : nullptr;
  if (name == nullptr) return "exit status " + std::to_string(shell);
  return "signal " + std::to_string(shell - 128) + " (" + sigdescr_np(shell - 128) + ")";
}

}  // namespace rootlet::rootfs
