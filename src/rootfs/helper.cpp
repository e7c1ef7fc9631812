#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/child.hpp"
#include "base/descriptors.hpp"
#include "base/json.hpp"
#include "covers.hpp"
#include "rootlet/error.hpp"
#include "rootlet/sandbox.hpp"
#include "rpm/payload_service.hpp"
#include "rpm/transaction.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "test/trace.hpp"
#include "wire.hpp"

namespace rootlet::rootfs {
namespace {

using nlohmann::json;

/// Neutral: what runs inside reads it in /proc/1/cmdline.
constexpr const char* program_name = "rootlet";
constexpr const char* hidden_argument = "--inside-sandbox";

/// Where the helper has its channel, and what it is to do, in CBOR: strings may be any bytes there.
constexpr int channel_number = 3;
constexpr int order_number = 4;

struct Task {
  std::string_view name;
  bool uses_librpm;
  bool unpacks;
  int (*carry_out)(const Inside&, const json&);
};
constexpr std::array<Task, 6> tasks{{{"install", true, true, install_inside},
                                     {"import", true, false, import_inside},
                                     {"erase", true, false, erase_inside},
                                     {"trim", true, false, trim_inside},
                                     {"rewrite", true, false, rewrite_inside},
                                     {"test", false, false, test_inside}}};

/// This program's file, opened when it started: another one may have its path by now.
Fd& own_program() {
  static Fd program;
  return program;
}

void remember_program() {
  constexpr int how = O_RDONLY | O_CLOEXEC;
  Fd program(open("/proc/self/exe", how));
  if (!program) {  // no /proc
    const unsigned long name = getauxval(AT_EXECFN);
    if (name != 0) program = Fd(open(reinterpret_cast<const char*>(name), how));
  }
  own_program() = std::move(program);
}

[[noreturn]] void cannot_start(const char* what) {
  throw Error(system_error(std::string("cannot start the process for what packages run: ") + what).what(),
              "the kernel must allow a program to be started from memory (memfd_create(2))");
}

Fd memory_file(const char* name) {
  Fd file(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) cannot_start("memfd_create");
  return file;
}

/// A copy of this program in memory: whoever gets hold of /proc/1/exe has neither the host's file nor its name.
Fd copy_of_program() {
  struct stat info {};
  if (fstat(own_program().get(), &info) != 0) cannot_start("fstat");
  Fd copy = memory_file(program_name);
  off_t offset = 0;
  while (offset < info.st_size) {
    const auto left = static_cast<std::size_t>(info.st_size - offset);
    if (sendfile(copy.get(), own_program().get(), &offset, left) <= 0) cannot_start("sendfile");
  }
  constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (fcntl(copy.get(), F_ADD_SEALS, seals) != 0) cannot_start("F_ADD_SEALS");
  return copy;
}

Fd order_for(const SandboxSpec& spec, std::string_view task, const json& input) {
  Fd order = memory_file("order");
  write_all(order.get(), cbor_of({{"spec", spec}, {"task", task}, {"input", input}}), "order");
  if (lseek(order.get(), 0, SEEK_SET) != 0) cannot_start("lseek");
  return order;
}

/// Above the numbers that are given out.
Fd moved_up(int fd) {
  Fd moved(fcntl(fd, F_DUPFD_CLOEXEC, order_number + 1));
  if (!moved) cannot_start("F_DUPFD_CLOEXEC");
  return moved;
}

void give(const Fd& fd, int number) {
  if (dup2(fd.get(), number) != number) cannot_start("dup2");
}

/// Ends where the parent has ended already: then nobody reads the channel.
void end_without_parent(int channel) {
  pollfd state{channel, POLLOUT, 0};
  if (poll(&state, 1, 0) > 0 && (state.revents & (POLLERR | POLLHUP)) != 0) _exit(1);
}

/// Who decompresses payloads, outside of the root: no scriptlet sees it or counts it.
struct Unpacker {
  Child process;
  Fd socket;
};

Unpacker start_unpacker() {
  SocketPair sockets = make_socket_pair();
  if (auto process = fork_child()) return {std::move(*process), std::move(sockets.first)};
  try {
    close_all_but({sockets.second.get()});
    limit_to_unpacking();
    rpm::serve_payloads(sockets.second.get());
  } catch (...) {  // then nobody serves
  }
  _exit(0);
}

int carry_out(int channel) {
  Inside outwards;
  outwards.channel = channel;
  outwards.send({{"ready", true}});
  const json order = parse_cbor(read_all(Fd(order_number)));
  const SandboxSpec spec = order.at("spec").get<SandboxSpec>();
  const std::string name = order.at("task").get<std::string>();
  const auto* task = std::find_if(tasks.begin(), tasks.end(), [&](const Task& one) { return one.name == name; });
  if (task == tasks.end()) throw Error("the sandbox has no task '" + name + "'");
  setsid();
  std::optional<Unpacker> unpacker;
  if (task->unpacks) unpacker = start_unpacker();
  if (task->uses_librpm) rpm::initialize();
  const Fd proc(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));  // its processes are seen from outside
  unshare_namespaces();
  if (spec.loopback) bring_loopback_up();
  SocketPair covers = make_socket_pair();
  auto first = fork_child();  // only children are in the new pid namespace
  if (!first) {
    setsid();  // what programs inside send to their process group reaches nobody outside
    end_without_parent(channel);
    run_and_exit(channel, [&] {
      const Inside inside = enter_root(spec, channel, std::move(covers.second), unpacker ? unpacker->socket.get() : -1);
      return task->carry_out(inside, order.at("input"));
    });
  }
  for (const int number : {STDOUT_FILENO, STDERR_FILENO}) close(number);
  covers.second.reset();
  if (unpacker) unpacker->socket.reset();
  if (spec.traced == Traced::nothing) {
    keep_covers(std::move(covers.first));
    return shell_status(first->wait());
  }
  const Trace trace = trace_programs(first->id(), std::move(covers.first), proc, spec.traced == Traced::all_calls);
  const int status = shell_status(first->wait());
  for (const json& part : messages_of(trace)) outwards.send(part);
  return status;
}

/// Reading from one that was closed, or writing to it, still fails, as it should; but messages are not worth it.
void open_standard_descriptors() {
  constexpr std::array how{O_WRONLY, O_RDONLY, O_WRONLY};
  for (int number = 0; number <= STDERR_FILENO; ++number) {
    if (fcntl(number, F_GETFD) >= 0) continue;
    // It gets the lowest number that is free.
    if (open("/dev/null", how.at(static_cast<std::size_t>(number))) != number) _exit(1);
  }
}

}  // namespace

void require_served() {
  if (own_program()) return;
  throw Error("this program cannot build images: its main() has not called rootlet::serve_sandbox()");
}

void become_helper(const SandboxSpec& spec, std::string_view task, const json& input, const Fd& output, int channel) {
  // unshare(2) takes the working directory along into the new mount namespace, and no descriptor: those stay of the old
  // one's mounts. So it is the working directory by which the root is handed on.
  if (fchdir(spec.root) != 0) cannot_start("fchdir");
  const Fd program = moved_up(copy_of_program().get());
  const Fd order = moved_up(order_for(spec, task, input).get());
  const Fd own_channel = moved_up(channel);
  const Fd own_output = moved_up(output.get());
  const Fd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null) cannot_start("/dev/null");
  const Fd own_input = moved_up(null.get());
  give(own_channel, channel_number);
  run_and_exit(channel_number, [&]() -> int {
    give(order, order_number);
    give(own_input, STDIN_FILENO);
    for (const int number : {STDOUT_FILENO, STDERR_FILENO}) give(own_output, number);
    close_all_but({channel_number, order_number, program.get()});
    std::array<char*, 3> arguments{const_cast<char*>(program_name), const_cast<char*>(hidden_argument), nullptr};
    std::array<char*, 1> environment{nullptr};
    fexecve(program.get(), arguments.data(), environment.data());
    cannot_start("execveat");
  });
}

}  // namespace rootlet::rootfs

namespace rootlet {

void serve_sandbox(int argc, char** argv) {
  using namespace rootfs;
  open_standard_descriptors();
  std::signal(SIGCHLD, SIG_DFL);
  const bool inside = argc == 2 && std::string_view(argv[1]) == hidden_argument;
  if (inside && fcntl(order_number, F_GETFD) >= 0) {
    prctl(PR_SET_NAME, program_name);
    run_and_exit(channel_number, [] { return carry_out(channel_number); });
  }
  remember_program();
}

}  // namespace rootlet
