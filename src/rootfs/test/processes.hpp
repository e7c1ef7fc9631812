#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../users_of_root.hpp"
#include "base/child.hpp"
#include "base/fs.hpp"
#include "rootlet/tests.hpp"

namespace rootlet::rootfs {

using TestTime = std::chrono::steady_clock::time_point;

/// A text that comes bit by bit, of which the beginning and the end are kept.
class BoundedText {
 public:
  void add(std::string_view bytes);
  /// The first MiB.
  [[nodiscard]] const std::string& beginning() const noexcept { return beginning_; }
  /// For people: 64 KiB at most, with a line in place of what is left out.
  [[nodiscard]] std::string shown() const;

 private:
  std::string beginning_;
  std::string end_;
  std::uint64_t size_ = 0;
};

/// Programs that a test runs, seen from process 1 of its sandbox. Whatever is waited for, their output is read
/// meanwhile, so that none of them waits for that.
class TestProcesses {
 public:
  /// Programs run as this user in this directory, and make these system calls alone; empty: all that the sandbox
  /// allows. Errors: as RootUsers::identity().
  TestProcesses(const std::string& user, std::string workdir, std::vector<std::string> allowed_calls);

  /// Returns its place. Error: it cannot be started.
  std::size_t start(const std::vector<std::string>& command);
  /// Forgets the last one that was started, which has ended.
  void forget_last();

  /// waitpid(2)'s status; nothing where it has not ended in time.
  std::optional<int> wait_for(std::size_t which, TestTime until);
  /// False where a descriptor is not ready (poll(2)) in time.
  bool wait_until_ready(int fd, short events, TestTime until);
  void pause(TestTime until);
  /// Sends a signal to all processes of the sandbox and waits until they have ended.
  void stop(int signal, TestTime until);

  [[nodiscard]] std::size_t count() const noexcept { return started_.size(); }
  /// Status of one that has ended.
  [[nodiscard]] std::optional<int> status(std::size_t which) const { return started_.at(which).status; }
  [[nodiscard]] const BoundedText& out(std::size_t which) const { return started_.at(which).out; }
  [[nodiscard]] const BoundedText& err(std::size_t which) const { return started_.at(which).err; }
  /// Facts of all of them, as results have them.
  [[nodiscard]] std::vector<TestProcess> told() const;

 private:
  struct Started {
    std::vector<std::string> command;
    Child child;
    Fd out_pipe;
    Fd err_pipe;
    BoundedText out;
    BoundedText err;
    std::optional<int> status;
  };

  [[noreturn]] void become_program(const std::vector<std::string>& command, const Pipe& out, const Pipe& err,
                                   const Fd& trouble) const noexcept;
  void enter_as_user() const;
  /// One poll(2): takes output and ends of processes. True where `fd` is ready.
  bool turn(int fd, short events, TestTime until);
  void reap();
  static void take(Fd& pipe, BoundedText& text);

  std::string user_;
  std::string workdir_;
  std::vector<std::string> allowed_calls_;
  RootUsers::Identity identity_;
  Fd ends_;  ///< of children: signalfd(2)
  bool none_left_ = false;
  std::vector<Started> started_;
};

/// "exit status 2", "signal 9 (Killed)". `status`: waitpid(2)'s.
std::string how_it_ended(int status);

}  // namespace rootlet::rootfs
