#pragma once

#include <set>
#include <string>
#include <vector>

#include "rootlet/touched.hpp"

namespace rootlet {

/// Files, calls and rights that the programs of tests have used, as a trace tells it (TestResult).
struct ProgramUses {
  TouchedFiles files;      ///< of the root
  TouchedFiles elsewhere;  ///< that they made, and below /proc, /dev and /sys
  std::set<std::string> system_calls;
  std::set<std::string> sockets;     ///< "inet stream"
  std::set<std::string> privileges;  ///< "root", "low_port"
};

/// A rule for files: apparmor.d(5).
struct AppArmorRule {
  std::string pattern;      ///< quoted as the language wants it
  std::string permissions;  ///< "mrix"
};

/// The rules of a profile for AppArmor; each list is sorted.
struct AppArmorProfile {
  std::vector<std::string> capabilities;  ///< "net_bind_service"
  std::vector<std::string> networks;      ///< "inet stream"
  std::vector<AppArmorRule> files;
};

/// A profile that allows what was used, and a margin: later versions of libraries, other files in directories of /var
/// and /run where files were made, other processes in /proc, and what the C library and a terminal want.
AppArmorProfile apparmor_profile(const ProgramUses& uses);

}  // namespace rootlet
