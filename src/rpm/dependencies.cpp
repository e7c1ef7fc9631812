#include "dependencies.hpp"

#include <string_view>
#include <utility>

namespace rootlet::rpm {
namespace {

// Requires(preuntrans) and Requires(postuntrans) of rpm 4.19 and later. The bits are part of the package format; older
// versions of librpm have no names for them.
constexpr rpmsenseFlags sense_preuntrans = 1U << 20U;
constexpr rpmsenseFlags sense_postuntrans = 1U << 21U;

}  // namespace

/// rpmbuild sets the flags from Requires(pre) and the like (rpmds.h).
std::vector<EdgeKind> kinds_of(rpmsenseFlags flags) {
  std::vector<EdgeKind> kinds;
  static constexpr std::pair<rpmsenseFlags, EdgeKind> scriptlets[] = {
      {RPMSENSE_PRETRANS, EdgeKind::pretrans},    {RPMSENSE_SCRIPT_PRE, EdgeKind::pre},
      {RPMSENSE_SCRIPT_POST, EdgeKind::post},     {RPMSENSE_SCRIPT_PREUN, EdgeKind::preun},
      {RPMSENSE_SCRIPT_POSTUN, EdgeKind::postun}, {RPMSENSE_POSTTRANS, EdgeKind::posttrans},
      {sense_preuntrans, EdgeKind::preuntrans},   {sense_postuntrans, EdgeKind::postuntrans},
      {RPMSENSE_SCRIPT_VERIFY, EdgeKind::verify}};
  for (const auto& [flag, kind] : scriptlets) {
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
