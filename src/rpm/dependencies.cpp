#include "dependencies.hpp"

#include <string_view>
#include <utility>

namespace rootlet::rpm {

/// rpmbuild sets the flags from Requires(pre) and the like (rpmds.h).
std::vector<EdgeKind> kinds_of(rpmsenseFlags flags) {
  std::vector<EdgeKind> kinds;
  for (const auto& [flag, kind] :
       {std::pair{RPMSENSE_PRETRANS, EdgeKind::pretrans}, std::pair{RPMSENSE_SCRIPT_PRE, EdgeKind::pre},
        std::pair{RPMSENSE_SCRIPT_POST, EdgeKind::post}, std::pair{RPMSENSE_SCRIPT_PREUN, EdgeKind::preun},
        std::pair{RPMSENSE_SCRIPT_POSTUN, EdgeKind::postun}, std::pair{RPMSENSE_POSTTRANS, EdgeKind::posttrans},
        std::pair{RPMSENSE_SCRIPT_VERIFY, EdgeKind::verify}}) {
    if ((flags & flag) != 0) kinds.push_back(kind);
  }
  // Interpreters of triggers have no flag of their own; those of files are found by rpmbuild (parseScript.c, rpmfc.c).
  const bool found_in_file = (flags & RPMSENSE_FIND_REQUIRES) != 0;
  const bool of_trigger = (flags & RPMSENSE_INTERP) != 0 && !found_in_file;
  if (kinds.empty() && (of_trigger || (flags & RPMSENSE_PREREQ) != 0)) kinds.push_back(EdgeKind::scriptlet);
  if (kinds.empty() || found_in_file) kinds.push_back(EdgeKind::runtime);
  return kinds;
}

std::string capability_of(rpmds dependency) {
  const char* text = rpmdsDNEVR(dependency);
  std::string capability = text == nullptr || std::string_view(text).size() < 2 ? "" : text + 2;
  const auto zero = capability.rfind(" 0:");
  if (zero != std::string::npos && !capability.starts_with('(')) capability.erase(zero + 1, 2);
  return capability;
}

}  // namespace rootlet::rpm
