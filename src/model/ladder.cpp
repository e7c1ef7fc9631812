#include "rootlet/ladder.hpp"

namespace rootlet {

std::string_view rung_name(RungKind kind) noexcept {
  switch (kind) {
    case RungKind::base: return "base";
    case RungKind::weak_deps: return "weak_deps";
    case RungKind::dnf: return "dnf";
    case RungKind::smallest: return "smallest";
    case RungKind::no_scriptlet_deps: return "no_scriptlet_deps";
    case RungKind::trim_unneeded: return "trim_unneeded";
  }
  return "";
}

}  // namespace rootlet
