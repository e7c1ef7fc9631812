#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/child.hpp"
#include "rights/emulate_owners.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"
#include "sandbox.hpp"
#include "tasks.hpp"
#include "users_of_root.hpp"

namespace rootlet::rootfs {
namespace {

/// Of what a command prints, this much is kept.
constexpr std::size_t shown_output = 1U << 20U;

class Collector final : public Outside {
 public:
  Collector(const std::string& what, const RecipeLimits& limits)
      : running_{what, std::chrono::steady_clock::now() + std::chrono::seconds(limits.seconds)} {}
  [[nodiscard]] std::string task() const override { return running_.what; }
  [[nodiscard]] std::optional<Running> running() const override { return running_; }
  void output(std::string_view text) override {
    const std::size_t room = shown_output - std::min(shown_output, text_.size());
    text_.append(text.substr(0, room));
    cut_ = cut_ || text.size() > room;
  }
  void message(const nlohmann::json& /*message*/) override {}
  [[nodiscard]] std::string take() { return cut_ ? text_ + "\n[more was cut]\n" : std::move(text_); }

 private:
  Running running_;
  std::string text_;
  bool cut_ = false;
};

Error cannot_start(const std::string& command, int error_number) {
  std::string hint;
  if (error_number == ENOENT) hint = "no such program in the root: give its full path, or add its package";
  if (error_number == ENOEXEC) hint = "it is no program for this machine's architecture";
  return Error(system_error("'" + command + "' cannot be started", error_number).what(), hint);
}

void become_user(const std::string& user, const RootUsers::Identity& identity) {
  // The sandbox has none to begin with, and a user namespace may not allow the call.
  const bool grouped = identity.groups.empty() || setgroups(identity.groups.size(), identity.groups.data()) == 0;
  if (!grouped || setresgid(identity.gid, identity.gid, identity.gid) != 0 ||
      setresuid(identity.uid, identity.uid, identity.uid) != 0) {
    throw system_error("cannot become the user '" + user + "'");
  }
}

[[noreturn]] void start(const std::vector<std::string>& command, const std::string& workdir, const std::string& user) {
  const RootUsers::Identity identity = RootUsers().identity(user);
  const bool is_already = getuid() == identity.uid && getgid() == identity.gid;
  if (!is_already || (identity.uid == 0 && identity.gid == 0)) become_user(user, identity);
  setenv("HOME", identity.home.c_str(), 0);
  const std::string directory = workdir.empty() ? "/" : workdir;
  if (chdir(directory.c_str()) != 0) throw system_error("cannot enter the directory '" + directory + "'");
  become(command);
  throw cannot_start(command[0], errno);
}

/// Process 1 of the sandbox only waits: signals without a handler do not reach a process 1.
int wait_for_command(Child& command) {
  for (;;) {
    siginfo_t ended{};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) != 0 && errno != EINTR) {
      throw system_error("cannot wait for a process");
    }
    if (ended.si_pid == command.id()) return shell_status(command.wait());
    if (ended.si_pid > 0) waitpid(ended.si_pid, nullptr, 0);
  }
}

struct Command {
  std::vector<std::string> words;
  std::string workdir;
  std::string user;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Command, words, workdir, user)

}  // namespace

int run_inside(const Inside& inside, const nlohmann::json& input) {
  const auto command = input.get<Command>();
  auto child = fork_child();
  if (child) return wait_for_command(*child);
  try {
    start(command.words, command.workdir, command.user);
  } catch (const Error& error) {
    inside.send({{"error", error.what()}, {"hint", error.hint()}});
  }
  _exit(127);
}

RunResult run(const root::Root& root, const std::vector<std::string>& command,
              const std::map<std::string, std::string>& env, const std::string& workdir, const std::string& user,
              const std::string& arch, const RecipeLimits& limits) {
  if (command.empty()) throw Error("there is no command to run");
  SandboxSpec spec;
  spec.root = root.descriptor();
  spec.env = env;
  spec.arch = arch;
  spec.limits = limits;
  spec.discard_changes = true;
  if (rights::owners_are_emulated()) spec.only_user = user;
  spec.env.emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  Collector collector("'" + command[0] + "'", limits);
  RunResult result;
  result.exit_status = run_in_sandbox(spec, "run", Command{command, workdir, user}, collector);
  result.output = collector.take();
  return result;
}

}  // namespace rootlet::rootfs
