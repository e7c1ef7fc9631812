#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/limits.hpp"

namespace rootlet::rootfs {

/// A cgroup for a sandbox, below that of the calling process, in each hierarchy that limits processes or memory there:
/// of version 2 where the caller's cgroup hands these controllers down, of version 1 where it may be written to. Where
/// the host allows none of it, there is none, and its own limits are what is left.
class ControlGroup {
 public:
  explicit ControlGroup(const RecipeLimits& limits);
  ~ControlGroup();
  ControlGroup(const ControlGroup&) = delete;
  ControlGroup& operator=(const ControlGroup&) = delete;

  /// Puts the calling process into it.
  void enter() const noexcept;
  /// "more than 4.0 GB of memory": which limit something inside has met; empty: none.
  [[nodiscard]] std::string exceeded() const;

 private:
  void add(const std::filesystem::path& parent);

  RecipeLimits limits_;
  std::vector<std::filesystem::path> places_;
};

}  // namespace rootlet::rootfs
