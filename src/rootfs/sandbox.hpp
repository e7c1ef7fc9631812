#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.hpp"
#include "covers.hpp"
#include "rootlet/limits.hpp"
#include "rpm/verified.hpp"

namespace rootlet::rootfs {

/// Things that code inside the sandbox has besides the root.
struct Inside {
  std::vector<int> packages;  ///< SandboxSpec::packages, in its order, read-only even when opened anew through /proc
  Fd proc_underneath;         ///< the root's own directories /proc and /dev, under what is mounted there
  Fd dev_underneath;
  CoverRequests covers;           ///< takes away what is mounted there
  std::string foreign_host_name;  ///< the caller's, where it could not be changed; else empty
  int channel = -1;               ///< to the outside, not owned; see send()
  int payloads = -1;              ///< to rpm::serve_payloads(), not owned; -1: the task has none

  /// Hands a message to Outside::message() and waits until it has been handled: what is written to stdout or stderr
  /// afterwards arrives after it.
  void send(const nlohmann::json& message) const;
};

/// Receives what comes out of the sandbox, in the calling process.
class Outside {
 public:
  virtual ~Outside() = default;
  /// Text that something inside wrote to stdout or stderr. All that was written before a message arrives before it.
  virtual void output(std::string_view text) = 0;
  virtual void message(const nlohmann::json& message) = 0;
  /// The task in words: "erasing packages from the RPM database".
  [[nodiscard]] virtual std::string task() const = 0;
  struct Running {
    std::string what;  ///< "package httpd-2.4…: scriptlet %post"
    std::chrono::steady_clock::time_point deadline;
  };
  /// A part of the task with a limit of time of its own. Where there is none, the time since the last message counts.
  [[nodiscard]] virtual std::optional<Running> running() const { return std::nullopt; }
};

/// How much is seen of programs in a sandbox.
enum class Traced {
  nothing,
  files,      ///< which they touch
  all_calls,  ///< that, and the names of all system calls; also where another filter stops calls before (rights/)
};

/// Parts of a sandbox; all of it goes to another process.
struct SandboxSpec {
  int root = -1;                            ///< becomes "/"; not owned. There is nothing beside it in its directory
  std::vector<rpm::VerifiedFile> packages;  ///< those to open for the task
  std::map<std::string, std::string> env;   ///< the environment beside what tells programs that no system runs
  std::string arch;                         ///< RPM's name of the root's architecture; see personality(2)
  std::string only_user;                    ///< whom it is, and all files belong to; empty: root
  bool discard_changes = false;             ///< the root stays as it is; what is changed is seen inside alone
  bool loopback = false;                    ///< the network has the loopback address, and its ports are for everybody
  Traced traced = Traced::nothing;          ///< of what the task's own children do; sent to Outside at the end
  RecipeLimits limits;
};

/// Runs a task (tasks.hpp) as process 1 of new mount, pid, uts, ipc, network and cgroup namespaces in which nothing of
/// the host is visible: the root is "/" by chroot(2), with nothing above it but the directory that it is in, and with a
/// new /proc and a minimal /dev mounted (directories that were missing for that exist afterwards only if something is
/// in them, or the task sends {"keep": "/dev"}). It is this program started once more (see rootlet/sandbox.hpp), so
/// that nothing is in its memory but what it is given: `spec` and `input`. It is root there, or the only user, with no
/// more capabilities and system calls than packages need to set up files, and no way to get more. It and all it has
/// started die when it returns, and when the calling process or thread does. Returns what the task returns (0 to 255),
/// or 128 + n if signal n killed it. An exception of the task is thrown here, as an Error. Needs the rights of
/// rights::go(), and Linux 5.12.
int run_in_sandbox(const SandboxSpec& spec, std::string_view task, const nlohmann::json& input, Outside& outside);

/// In a child: becomes the helper that carries out a task, with `output` as stdout and stderr. Error: it cannot.
[[noreturn]] void become_helper(const SandboxSpec& spec, std::string_view task, const nlohmann::json& input,
                                const Fd& output, int channel);
/// Runs `code` and leaves the process, telling the outside of an exception.
[[noreturn]] void run_and_exit(int channel, const std::function<int()>& code) noexcept;

/// Closes all descriptors from 3 on but `keep`. Error: it cannot be known which there are.
void close_all_but(std::vector<int> keep);

/// In a mount namespace of its own: lays an empty layer in memory, `bytes` at most, over a directory and returns where
/// both are seen as one.
OpenDirectory mount_scratch_layer(const OpenDirectory& directory, std::uint64_t bytes);

/// The helper's part of it: enters the namespaces; see isolation.cpp.
void unshare_namespaces();
/// In a network namespace of its own: brings its loopback interface up, and lets everybody have ports below 1024, as
/// container engines do. Where that is not allowed, it stays as it was: whoever needs it will see.
void bring_loopback_up();
/// Opens the packages, makes the root "/", mounts /proc and /dev, and gives up all that is not needed. No descriptors
/// stay open but 0 to 2, the channel and those of the result. `covers`: to keep_covers().
/// `payloads`: Inside::payloads.
Inside enter_root(const SandboxSpec& spec, int channel, Fd covers, int payloads);

/// Sets all limits of resources to values that are the same for every caller, as far as the hard limits go; see
/// resource_limits.cpp. Error: they are too low for so many open packages.
void set_resource_limits(std::size_t packages);

/// Refuses what no package needs, for this process and all that it starts, whoever they become; see system_calls.cpp.
void limit_system_calls();
/// Refuses all that is not needed to read open files, to have memory and threads, and to hand over descriptors.
void limit_to_unpacking();

}  // namespace rootlet::rootfs
