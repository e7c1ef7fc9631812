#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rootlet/build.hpp"

namespace rootlet {

/// Something of a host that rootlet needs for a part of its work.
struct HostCheck {
  std::string name;                                   ///< "rights", "clasp", "emulators"
  std::string purpose;                                ///< what it is needed for: "build"
  bool required = false;                              ///< no image is built without it
  std::string found = {};                             ///< what is there: "root", "/usr/bin/clasp"; empty: nothing is
  std::optional<std::string> problem = std::nullopt;  ///< nothing: it is as it should be
  std::string hint = {};                              ///< way out of the problem: a command, where there is one
};

namespace verbs {

/// Looks at this host, and changes nothing of it: what is required first.
std::vector<HostCheck> check_host(const make::Environment& environment);

}  // namespace verbs
}  // namespace rootlet
