#include "trace.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <optional>
#include <sstream>

#include "file_calls.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

using Does = FileCall::Does;

constexpr std::size_t most_paths = 300'000;
constexpr std::size_t paths_of_message = 5'000;
constexpr std::uintptr_t page = 4096;

/// A process that stands still, seen from its tracer.
class Stopped {
 public:
  Stopped(pid_t id, const Fd& proc) : id_(id), proc_(proc) {}

  /// Text in its memory.
  [[nodiscard]] std::optional<std::string> text_at(std::uint64_t address) const {
    std::array<char, PATH_MAX> bytes{};
    // Text may end right before memory that is not there.
    const std::size_t first = std::min(page - address % page, bytes.size());
    const std::size_t got = read_memory(address, bytes.data(), first);
    const std::size_t more =
        got == first ? read_memory(address + first, bytes.data() + first, bytes.size() - first) : 0;
    const void* end = std::memchr(bytes.data(), 0, got + more);
    if (end == nullptr) return std::nullopt;
    return std::string(bytes.data());
  }
  std::size_t read_memory(std::uint64_t address, void* to, std::size_t size) const {
    const iovec local{to, size};
    const iovec remote{reinterpret_cast<void*>(address), size};  // NOLINT(performance-no-int-to-ptr)
    const ssize_t got = size == 0 ? 0 : process_vm_readv(id_, &local, 1, &remote, 1, 0);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }
  /// Where a link of its directory in /proc leads: "cwd", "fd/3"; empty: nowhere.
  [[nodiscard]] std::string link(const std::string& name) const {
    std::array<char, PATH_MAX> target{};
    const ssize_t size =
        readlinkat(proc_.get(), (std::to_string(id_) + "/" + name).c_str(), target.data(), target.size());
    return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  /// Files that are mapped into its memory (proc(5), maps).
  [[nodiscard]] std::set<std::string> mapped() const {
    std::set<std::string> paths;
    std::istringstream lines(text_of("maps"));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t at = line.find('/');
      if (at != std::string::npos) paths.insert(line.substr(at));
    }
    return paths;
  }

  /// Whether its effective user is root (proc(5), status).
  [[nodiscard]] bool is_root() const {
    const std::string status = text_of("status");
    std::istringstream users(status.substr(std::min(status.find("\nUid:"), status.size())));
    std::string key;
    long real = -1;
    long effective = -1;
    users >> key >> real >> effective;
    return effective == 0;
  }

 private:
  /// A file of its directory in /proc.
  [[nodiscard]] std::string text_of(const std::string& name) const {
    const Fd file(openat(proc_.get(), (std::to_string(id_) + "/" + name).c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 1U << 14U> piece{};
    for (ssize_t got = 0; file && (got = read(file.get(), piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  pid_t id_;
  const Fd& proc_;
};

bool may_write(std::uint64_t open_flags) {
  return (open_flags & O_ACCMODE) != O_RDONLY || (open_flags & (O_CREAT | O_TRUNC)) != 0;
}

/// "inet stream", by socket(2)'s arguments; families and types that programs of images have.
std::string socket_name(std::uint64_t family, std::uint64_t type) {
  constexpr std::array families{std::pair{AF_UNIX, "unix"},     std::pair{AF_INET, "inet"},
                                std::pair{AF_INET6, "inet6"},   std::pair{AF_NETLINK, "netlink"},
                                std::pair{AF_PACKET, "packet"}, std::pair{AF_VSOCK, "vsock"}};
  constexpr std::array types{std::pair{SOCK_STREAM, "stream"}, std::pair{SOCK_DGRAM, "dgram"},
                             std::pair{SOCK_RAW, "raw"}, std::pair{SOCK_SEQPACKET, "seqpacket"}};
  constexpr int type_bits = 0xf;
  std::string name;
  for (const auto& [number, word] : families) name += static_cast<int>(family) == number ? word : "";
  for (const auto& [number, word] : types) {
    name += !name.empty() && (static_cast<int>(type) & type_bits) == number ? std::string(" ") + word : "";
  }
  return name;
}

/// A system call that is about to be made.
struct PendingCall {
  std::uint32_t architecture;
  std::uint64_t number;
  std::array<std::uint64_t, 6> arguments;
};

class Tracer {
 public:
  Tracer(pid_t first, const Fd& proc, bool all_calls) : first_(first), proc_(proc), all_calls_(all_calls) {}

  /// From now on, children of process 1 stand still where something is to be seen.
  void begin() {
    constexpr unsigned long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP |
                                      PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                      PTRACE_O_TRACECLONE;
    if (ptrace(PTRACE_SEIZE, first_, nullptr, options) != 0) {
      throw Error(system_error("cannot trace the programs of a test: ptrace").what(),
                  "as root of a container, it takes --cap-add SYS_PTRACE; and kernel.yama.ptrace_scope of sysctl must "
                  "be less than 3");
    }
    base_ = Stopped(first_, proc_).link("root");
    if (base_.empty()) throw Error("cannot trace the programs of a test: there is no /proc");
    if (base_ == "/") base_.clear();
  }

  /// Ends all of them: process 1 is gone only when nobody that it started is left to be waited for.
  void abandon() const noexcept {
    kill(first_, SIGKILL);
    for (siginfo_t ended{}; waitid(P_ALL, 0, &ended, WEXITED | __WALL | WNOWAIT) == 0 || errno == EINTR;) {
      if (ended.si_pid == first_) return;
      if (ended.si_pid > 0) waitpid(ended.si_pid, nullptr, __WALL);
    }
  }

  Trace run() {
    for (;;) {
      siginfo_t ended{};
      if (waitid(P_ALL, 0, &ended, WEXITED | WSTOPPED | __WALL | WNOWAIT) != 0) {
        if (errno == EINTR) continue;
        throw system_error("cannot wait for the programs of a test");
      }
      // A process that stands still need not be waited for: it goes on by ptrace(2).
      const bool has_ended = ended.si_code != CLD_TRAPPED && ended.si_code != CLD_STOPPED;
      if (!has_ended) {
        stopped(ended.si_pid, ended.si_status);
        continue;
      }
      if (ended.si_pid == first_) return std::move(trace_);
      waitpid(ended.si_pid, nullptr, __WALL);
      fresh_.erase(ended.si_pid);
    }
  }

 private:
  /// `how`: a signal, and above it the event of ptrace(2).
  void stopped(pid_t id, int how) {
    const int signal = how & 0xff;
    const int event = how >> 8;
    if (event == PTRACE_EVENT_STOP) {
      const bool whole_group = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
      if (whole_group) {
        ptrace(PTRACE_LISTEN, id, nullptr, nullptr);
        return;
      }
      return go_on(id, 0);
    }
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) note_child(id);
    if (event == PTRACE_EVENT_EXEC) executed(id);
    const bool is_call = event == PTRACE_EVENT_SECCOMP || signal == (SIGTRAP | 0x80);
    if (is_call && id != first_) called(id);
    go_on(id, event == 0 && !is_call ? signal : 0);
  }

  void go_on(pid_t id, int signal) const {
    // Fails where it was killed meanwhile, which is seen next.
    ptrace(all_calls_ && id != first_ ? PTRACE_SYSCALL : PTRACE_CONT, id, nullptr, static_cast<long>(signal));
  }

  /// Children of process 1 are the program's only once they have become it.
  void note_child(pid_t parent) {
    unsigned long child = 0;
    if (parent != first_ || ptrace(PTRACE_GETEVENTMSG, parent, nullptr, &child) != 0) return;
    fresh_.insert(static_cast<pid_t>(child));
  }

  /// The kernel has opened the program, its interpreter and its loader.
  void executed(pid_t id) {
    fresh_.erase(id);
    const Stopped program(id, proc_);
    const std::string file = program.link("exe");
    if (all_calls_ && program.is_root()) trace_.privileges.insert("root");
    note(file, true).executed = true;
    for (const std::string& path : program.mapped()) note(path, true).mapped = true;
  }

  [[nodiscard]] static std::optional<PendingCall> call_of(pid_t id) {
    __ptrace_syscall_info info{};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0) return std::nullopt;
    PendingCall call{info.arch, 0, {}};
    if (info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
      call.number = info.seccomp.nr;
      std::copy_n(info.seccomp.args, call.arguments.size(), call.arguments.begin());
    } else if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      call.number = info.entry.nr;
      std::copy_n(info.entry.args, call.arguments.size(), call.arguments.begin());
    } else {
      return std::nullopt;  // it comes back
    }
    return call;
  }

  void called(pid_t id) {
    const auto call = call_of(id);
    if (!call) return;
    const auto [known, is_new] = known_.try_emplace({call->architecture, call->number}, nullptr);
    if (is_new) known->second = file_call(call->architecture, call->number);
    if (fresh_.contains(id)) {
      if (known->second != nullptr && known->second->does == Does::execute) touch(id, *known->second, *call);
      return;
    }
    if (all_calls_) note_call(*call);
    if (known->second != nullptr) touch(id, *known->second, *call);
  }

  void note_call(const PendingCall& call) {
    const auto [known, is_new] = called_.try_emplace({call.architecture, call.number});
    if (is_new) {
      known->second = system_call_name(call.architecture, call.number);
      trace_.system_calls.insert(known->second);
    }
    if (known->second == "socket" || known->second == "socketpair") {
      trace_.sockets.insert(socket_name(call.arguments[0], call.arguments[1]));
    }
  }

  void touch(pid_t id, const FileCall& file, const PendingCall& call) {
    const Stopped process(id, proc_);
    const auto argument = [&](int place) { return place < 0 ? 0 : call.arguments.at(static_cast<std::size_t>(place)); };
    const auto flags = argument(file.flags);
    if (file.does == Does::map && (flags & MAP_ANONYMOUS) != 0) return;
    if (file.does == Does::map || file.does == Does::list) {
      Touch& how = note(process.link("fd/" + std::to_string(static_cast<int>(argument(file.directory)))), true);
      (file.does == Does::map ? how.mapped : how.listed) = true;
      return;
    }
    if (file.does == Does::socket)
      return touch_socket(process, argument(file.path), argument(file.path + 1), file.changes);
    const auto path = process.text_at(argument(file.path));
    if (!path) return;
    bool follows = file.follows;
    if (file.does == Does::look || file.does == Does::execute) follows = follows && (flags & AT_SYMLINK_NOFOLLOW) == 0;
    std::uint64_t open_flags = flags;
    if (file.does == Does::open_how && process.read_memory(flags, &open_flags, sizeof open_flags) == 0) return;
    const bool opens = file.does == Does::open || file.does == Does::open_how;
    if (opens) follows = (open_flags & O_NOFOLLOW) == 0;
    const int directory = file.directory < 0 ? AT_FDCWD : static_cast<int>(argument(file.directory));
    if (Touch* how = note_named(process, directory, *path, follows)) {
      how->opened = how->opened || (opens && (open_flags & O_PATH) == 0);
      how->executed = how->executed || file.does == Does::execute;
      how->looked_at = true;
      how->written = how->written || file.changes || (opens && may_write(open_flags));
    }
    if (file.does == Does::change_root) chroots_ = true;
    if (file.second_path < 0) return;
    const auto second = process.text_at(argument(file.second_path));
    const int start = file.second_directory < 0 ? AT_FDCWD : static_cast<int>(argument(file.second_directory));
    if (Touch* how = second ? note_named(process, start, *second, false) : nullptr) {
      how->looked_at = how->written = true;
    }
  }

  void touch_socket(const Stopped& process, std::uint64_t address, std::uint64_t size, bool binds) {
    sockaddr_un name{};
    const std::size_t got = process.read_memory(address, &name, std::min<std::size_t>(size, sizeof name));
    if (name.sun_family == AF_INET || name.sun_family == AF_INET6) {
      sockaddr_in internet{};
      std::memcpy(&internet, &name, sizeof internet);
      if (binds && ntohs(internet.sin_port) < IPPORT_RESERVED) trace_.privileges.insert("low_port");
    }
    if (got <= offsetof(sockaddr_un, sun_path) || name.sun_family != AF_UNIX || name.sun_path[0] == '\0') return;
    const std::string path(name.sun_path, strnlen(name.sun_path, got - offsetof(sockaddr_un, sun_path)));
    if (Touch* how = note_named(process, AT_FDCWD, path, true)) how->looked_at = how->written = true;
  }

  /// A path as the process names it. nullptr: it is nowhere.
  Touch* note_named(const Stopped& process, int directory, const std::string& path, bool follows) {
    if (path.empty() || path.starts_with('/')) {
      if (path.empty()) return nullptr;
      return &note(chroots_ ? process.link("root") + path : path, follows);
    }
    const std::string start = process.link(directory == AT_FDCWD ? "cwd" : "fd/" + std::to_string(directory));
    return start.starts_with('/') ? &note(start + "/" + path, follows) : nullptr;
  }

  /// A path from the root, or from the directory around it as /proc names them.
  Touch& note(std::string path, bool follows) {
    if (!base_.empty() && (path == base_ || path.starts_with(base_ + "/"))) path.erase(0, base_.size());
    if (trace_.paths.size() >= most_paths) {
      throw Error("the programs of a test have named more than 300,000 files: no trace holds them");
    }
    return trace_.paths[{std::move(path), follows}];
  }

  pid_t first_;
  const Fd& proc_;
  bool all_calls_;
  std::string base_;  ///< the root as /proc names it; empty: "/"
  bool chroots_ = false;
  std::set<pid_t> fresh_;  ///< children of process 1 that are not the program yet
  std::map<std::pair<std::uint32_t, std::uint64_t>, const FileCall*> known_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> called_;
  Trace trace_;
};

}  // namespace

Trace trace_programs(pid_t first, Fd request, const Fd& proc, bool all_calls) {
  std::array<char, 16> byte{};
  // What comes first is what keeps covers; a test needs none.
  for (int i = 0; i < 2; ++i) {
    if (recv(request.get(), byte.data(), 1, 0) != 1) return {};  // the inside tells why
  }
  Tracer tracer(first, proc, all_calls);
  tracer.begin();
  if (send(request.get(), byte.data(), 1, MSG_NOSIGNAL) != 1) return {};
  request.reset();
  try {
    return tracer.run();
  } catch (...) {
    tracer.abandon();
    throw;
  }
}

std::vector<nlohmann::json> messages_of(const Trace& trace) {
  std::vector<nlohmann::json> messages{
      {{"system_calls", trace.system_calls}, {"sockets", trace.sockets}, {"privileges", trace.privileges}}};
  nlohmann::json paths = nlohmann::json::array();
  for (const auto& [path, how] : trace.paths) {
    paths.push_back(
        {path.first, path.second, how.opened, how.executed, how.mapped, how.looked_at, how.listed, how.written});
    if (paths.size() < paths_of_message) continue;
    messages.push_back({{"paths", std::move(paths)}});
    paths = nlohmann::json::array();
  }
  messages.push_back({{"paths", std::move(paths)}});
  return messages;
}

void add_message(const nlohmann::json& message, Trace& trace) {
  if (message.contains("system_calls")) {
    message.at("system_calls").get_to(trace.system_calls);
    message.at("sockets").get_to(trace.sockets);
    message.at("privileges").get_to(trace.privileges);
  }
  if (!message.contains("paths")) return;
  for (const nlohmann::json& one : message.at("paths")) {
    trace.paths[{one.at(0).get<std::string>(), one.at(1).get<bool>()}] = {one.at(2), one.at(3), one.at(4),
                                                                          one.at(5), one.at(6), one.at(7)};
  }
}

}  // namespace rootlet::rootfs
