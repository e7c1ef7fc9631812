#include "rootlet/diff.hpp"

namespace rootlet {

std::string_view change_kind_name(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::added: return "added";
    case ChangeKind::removed: return "removed";
    case ChangeKind::upgraded: return "upgraded";
    case ChangeKind::downgraded: return "downgraded";
    case ChangeKind::resized: return "resized";
    case ChangeKind::renamed: return "renamed";
  }
  return "";
}

std::string_view cause_kind_name(CauseKind kind) noexcept {
  switch (kind) {
    case CauseKind::line_added: return "line_added";
    case CauseKind::line_removed: return "line_removed";
    case CauseKind::line_changed: return "line_changed";
    case CauseKind::requirement_added: return "requirement_added";
    case CauseKind::requirement_met: return "requirement_met";
    case CauseKind::requirement_dropped: return "requirement_dropped";
    case CauseKind::requirement_unmet: return "requirement_unmet";
    case CauseKind::provider_swapped: return "provider_swapped";
    case CauseKind::provider_joined: return "provider_joined";
    case CauseKind::provider_left: return "provider_left";
    case CauseKind::companion: return "companion";
    case CauseKind::renamed: return "renamed";
    case CauseKind::updated: return "updated";
    case CauseKind::unexplained: return "unexplained";
  }
  return "";
}

bool ChangeCause::in_earlier() const noexcept {
  return kind == CauseKind::requirement_dropped || kind == CauseKind::requirement_unmet ||
         (kind == CauseKind::companion && before);
}

}  // namespace rootlet
