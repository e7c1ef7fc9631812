#include "base/limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>

#include "base/child.hpp"
#include "base/isolate.hpp"
#include "base/memory.hpp"

using namespace rootlet;

namespace {

const Task small_task{.subject = "x", .library = "libx", .hint = "h", .limits = {.bytes = 50'000'000, .seconds = 1}};

/// What comes of work in a child process.
std::string told(const std::function<std::string()>& work) try {
  return "no error: " + Isolated(small_task, work).result().substr(0, 2000);
} catch (const Error& error) {
  return std::string(error.what()) + "|" + error.hint();
}

/// What a process writes to standard error that does such work and has the last word itself.
std::string said(const std::function<std::string()>& work) {
  Pipe pipe = make_pipe();
  auto child = fork_child();
  if (!child) {
    dup2(pipe.writer.get(), STDERR_FILENO);
    say_last_words([](const Error& error) { return std::string(error.what()) + "|" + error.hint(); });
    {
      const LimitedTask task(small_task);
      work();
    }
    _exit(0);
  }
  pipe.writer.reset();
  const std::string text = read_all(pipe.reader);
  return std::to_string(shell_status(child->wait())) + " " + text;
}

/// More than a process can have under the limit, whatever it keeps of memory that it has freed.
std::string too_much() { return std::string(memory_in_use() + 100'000'000, 'x'); }

unsigned deep(unsigned level) {  // NOLINT(misc-no-recursion)
  volatile char room[1000] = {};
  return level == 0 ? 0 : deep(level - 1) + static_cast<unsigned char>(room[level % sizeof room]);
}

std::string run_for_ever() {
  for (volatile unsigned count = 0;;) count = count + 1;
}

std::uint64_t memory_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  return limit.rlim_cur;
}

}  // namespace

TEST_CASE("work that comes to a limit is an error that names it, and what was at work") {
  CHECK(told([] { return std::string(1000, 'x'); }) == "no error: " + std::string(1000, 'x'));
  CHECK(told(run_for_ever) == "x: libx takes more than 1 second of processor time|h");
#ifndef __SANITIZE_ADDRESS__
  CHECK(told(too_much) == "x: libx takes more than 50.0 MB of memory|h");
#endif
  CHECK(told([]() -> std::string { std::abort(); }) == "x: libx crashes on it|h");
  CHECK(told([]() -> std::string {
          raise(SIGKILL);
          return "";
        }) == "x: the system ended libx, as it does where memory runs out|h");
}

TEST_CASE("a process that nobody speaks for says by itself what became of its task") {
  CHECK(said([] { return std::string(); }) == "0 ");
  CHECK(said(run_for_ever) == "1 x: libx takes more than 1 second of processor time|h");
#ifndef __SANITIZE_ADDRESS__
  CHECK(said(too_much) == "1 x: libx takes more than 50.0 MB of memory|h");
  CHECK(said([]() -> std::string { std::abort(); }) == "1 x: libx crashes on it|h");
  CHECK(said([] { return std::to_string(deep(1'000'000)); }) == "1 x: libx crashes on it|h");
#endif
}

TEST_CASE("a task that is done leaves no limits behind, and none go to children") {
  const LastWords words;
  auto child = fork_child();
  if (!child) {
    words.adopt();
    const std::uint64_t before = memory_limit();
    [[maybe_unused]] std::uint64_t within = 0;
    {
      const LimitedTask task({"", "libx", "", {}});
      within = memory_limit();
      auto grandchild = fork_child();
      if (!grandchild) _exit(memory_limit() == before ? 0 : 1);
      if (grandchild->wait() != 0) _exit(2);
    }
#ifndef __SANITIZE_ADDRESS__
    if (within == before) _exit(3);
#endif
    if (memory_limit() != before) _exit(4);
    raise(SIGABRT);
  }
  const int status = child->wait();
  CHECK(shell_status(status) == 128 + SIGABRT);
  CHECK(!words.about(status));  // it was at no task any more
}
