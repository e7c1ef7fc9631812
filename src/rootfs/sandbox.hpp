#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.hpp"
#include "rpm/verified.hpp"

namespace rootlet::rootfs {

/// What code inside the sandbox has besides the root.
struct Inside {
  std::vector<int> packages;  ///< SandboxSpec::packages, in its order, read-only even when opened anew through /proc
  Fd proc_underneath;         ///< the root's own directories /proc and /dev, under what is mounted there
  Fd dev_underneath;
  int channel = -1;  ///< to the outside, not owned; see send()

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
};

struct SandboxSpec {
  std::filesystem::path root;                         ///< becomes "/"
  std::vector<const rpm::VerifiedPackage*> packages;  ///< those to open for the body
  std::map<std::string, std::string> env;  ///< the environment beside what tells programs that no system runs
  bool discard_changes = false;            ///< what is written to the root is gone afterwards
};

/// Runs `body` as process 1 of new mount, pid, uts, ipc, network and cgroup namespaces in which nothing of the host is
/// visible: the root is "/", with a new /proc and a minimal /dev mounted (directories that were missing for that
/// exist afterwards only if something is in them, or the body sends {"keep": "/dev"}). It is root there, with no more
/// capabilities than packages need to set up files, and no way to get more. It and all it has started die when it
/// returns, and when the calling process or thread does.
/// Returns what `body` returns (0 to 255), or 128 + n if signal n killed it. An exception in `body` is thrown here,
/// as an Error. Needs root, and Linux 5.12.
int run_in_sandbox(const SandboxSpec& spec, const std::function<int(Inside&)>& body, Outside& outside);

/// In a mount namespace of its own: lays an empty layer in memory over the root and returns where both are seen as one.
std::filesystem::path mount_scratch_layer(const std::filesystem::path& root);

/// The calling process's part of it, once it has been forked: enters the namespaces; see isolation.cpp.
void unshare_namespaces();
/// Opens the packages, makes the root "/", mounts /proc and /dev, and gives up all that is not needed. stdout and
/// stderr go to `output`; no other descriptors stay open than those of the result.
Inside enter_root(const SandboxSpec& spec, Fd output, int channel);

}  // namespace rootlet::rootfs
