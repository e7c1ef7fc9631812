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
  if (kinds.empty()) kinds.push_back((flags & RPMSENSE_PREREQ) != 0 ? EdgeKind::scriptlet : EdgeKind::runtime);
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
