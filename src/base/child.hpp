#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fs.hpp"

namespace rootlet {

/// A child process, which does not outlive its owner: it is killed where that goes before wait().
class Child {
 public:
  explicit Child(pid_t id) noexcept : id_(id) {}
  Child(Child&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Child& operator=(Child&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Child();

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void signal(int number) const noexcept;
  /// Waits until it has ended; its status as waitpid(2) has it.
  int wait();

 private:
  pid_t id_;
};

/// Splits the process in two. The parent is given the child; the child is given nothing, and ends when its parent does.
/// (One that is first in a new pid namespace does not see whether its parent has ended before.)
/// Call it before threads are started. Error: there can be no more processes.
std::optional<Child> fork_child();

/// In a child: becomes a program, found as execvp(3) finds it. Returns where that is impossible, errno telling why.
void become(const std::vector<std::string>& command) noexcept;

/// How a shell tells waitpid(2)'s status: the exit status, or 128 and the number of the signal.
int shell_status(int status) noexcept;

/// A pipe. Programs that are started are not given its ends.
struct Pipe {
  Fd reader;
  Fd writer;
};
Pipe make_pipe();

/// Next bytes of a pipe or file, 64 KiB at most; empty at its end. Error: it cannot be read.
std::string read_some(const Fd& in);
/// All bytes until the end.
std::string read_all(const Fd& in);

}  // namespace rootlet
