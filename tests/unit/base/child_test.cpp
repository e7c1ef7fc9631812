#include "base/child.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

using namespace rootlet;

namespace {

/// Ends by the status, or stays until it is killed where there is none. A byte in the pipe shows that it has begun, and
/// the pipe's end that it has ended.
Child child_with(const Pipe& pipe, std::optional<int> status) {
  auto child = fork_child();
  if (child) return std::move(*child);
  std::signal(SIGTERM, SIG_DFL);  // not what the tests do about it
  static_cast<void>(write(pipe.writer.get(), "x", 1));
  if (status) _exit(*status);
  for (;;) pause();
}

}  // namespace

TEST_CASE("how a child has ended is told as a shell does") {
  const Pipe pipe = make_pipe();
  CHECK(shell_status(child_with(pipe, 0).wait()) == 0);
  CHECK(shell_status(child_with(pipe, 7).wait()) == 7);
  const Pipe other = make_pipe();
  Child child = child_with(other, std::nullopt);
  CHECK(read_some(other.reader) == "x");  // now the signal is not the tests' any more
  child.signal(SIGTERM);
  CHECK(shell_status(child.wait()) == 128 + SIGTERM);
}

TEST_CASE("a child ends with its owner, and with the process that made it") {
  Pipe pipe = make_pipe();
  { const Child given_up = child_with(pipe, std::nullopt); }
  auto maker = fork_child();
  if (!maker) {
    const Child grandchild = child_with(pipe, std::nullopt);
    raise(SIGKILL);
  }
  CHECK(shell_status(maker->wait()) == 128 + SIGKILL);
  pipe.writer.reset();
  CHECK(read_all(pipe.reader).size() <= 2);  // ends: nobody holds the other end any more
}

TEST_CASE("a program that is not there is the child's affair") {
  auto child = fork_child();
  if (!child) {
    become({"no-such-program-here", "x"});
    _exit(errno == ENOENT ? 42 : 1);
  }
  CHECK(shell_status(child->wait()) == 42);
  auto other = fork_child();
  if (!other) {
    become({"sh", "-c", "exit 3"});
    _exit(1);
  }
  CHECK(shell_status(other->wait()) == 3);
}
