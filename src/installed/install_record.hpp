#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "installed/tree.hpp"
#include "rootlet/package.hpp"

namespace rootlet::installed {

/// Why a package is there, as the package manager noted when it installed it.
enum class InstallReason {
  unknown,     ///< no record of it. DNF takes such a package for one that the user asked for
  user,        ///< asked for by name
  group,       ///< part of a group that was asked for
  dependency,  ///< required, or recommended, by another package
};

/// Record of a package manager about the packages in a root; the last note of each.
struct InstallRecord {
  std::string path;                                   ///< where it is in the root: "/var/lib/dnf/history.sqlite"
  std::map<std::string, InstallReason> by_name_arch;  ///< "bash.x86_64"
  std::set<std::string> group_members;                ///< names; DNF 5 notes these apart
  [[nodiscard]] InstallReason reason(const Nevra& package) const;
};

/// The record in a root: DNF 5's packages.toml and groups.toml, else DNF 4's history.sqlite, else yum's yumdb. Nothing
/// where there is none. A record that is damaged is passed over; `warnings` says so.
/// Formats: dnf5-system-state(7); libdnf's history database, version 1.1 and 1.2; yum's YumDB.
std::optional<InstallRecord> install_record(const Tree& tree, std::vector<std::string>& warnings);

}  // namespace rootlet::installed
