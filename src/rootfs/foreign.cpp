#include "rootfs/foreign.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/child.hpp"
#include "base/fs.hpp"
#include "elf/idle_program.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// In a child: starts the program where there is nothing else, and tells why that is impossible.
[[noreturn]] void start(const Fd& program, const Fd& null, const Fd& failure, const fs::path& empty) {
  constexpr unsigned most_seconds = 10;
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null.get(), number);
  alarm(most_seconds);
  // Whoever is not root is so in a user namespace. Who may not even be that sees the host's files: an emulator that is
  // looked up by its path is found then, and later not.
  const auto enter = [&] { return chroot(empty.c_str()) == 0 && chdir("/") == 0; };
  if (!enter() && unshare(CLONE_NEWUSER) == 0) enter();
  std::array<char*, 2> arguments{const_cast<char*>("rootlet"), nullptr};
  std::array<char*, 1> environment{nullptr};
  fexecve(program.get(), arguments.data(), environment.data());
  const std::string number = std::to_string(errno);
  [[maybe_unused]] const ssize_t told = write(failure.get(), number.data(), number.size());
  _exit(1);
}

/// errno of starting it; 0: it was started.
int try_to_start(const std::string& text) {
  // Not closed by execve(2): what has no path then is not given to interpreters.
  const Fd program(memfd_create("rootlet", 0));
  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!program || !null) return 0;  // what is wrong shows when the root is made
  write_all(program.get(), text, "a program in memory");
  std::error_code error;
  const fs::path place = fs::temp_directory_path(error);
  const TempDir empty(error ? "/tmp" : place, "rootlet-empty-");
  Pipe pipe = make_pipe();
  auto child = fork_child();
  if (!child) start(program, null, pipe.writer, empty.path());
  pipe.writer.reset();
  const std::string number = read_all(pipe.reader);
  child->wait();
  return number.empty() ? 0 : std::stoi(number);
}

}  // namespace

std::optional<std::string> why_not_run(const std::string& arch) {
  utsname host{};
  if (uname(&host) != 0) return std::nullopt;
  const auto own = elf::machine_of(host.machine);
  const auto wanted = elf::machine_of(arch);
  if (!own || !wanted || *own == *wanted) return std::nullopt;
  const int error = try_to_start(elf::idle_program(arch));
  if (error == 0) return std::nullopt;
  const std::string none = "this machine runs no programs for '" + arch + "'";
  if (error == ENOEXEC) return none + ": no handler of binfmt_misc takes them";
  if (error == ENOENT) return none + " in another root: the handler of binfmt_misc that takes them lacks the flag F";
  return none + ": " + std::strerror(error);
}

}  // namespace rootlet::rootfs
