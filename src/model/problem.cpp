#include "rootlet/problem.hpp"

namespace rootlet {

std::string_view obstacle_name(Obstacle why) noexcept {
  switch (why) {
    case Obstacle::asked: return "asked";
    case Obstacle::best: return "best";
    case Obstacle::requires_: return "requires";
    case Obstacle::needs: return "needs";
    case Obstacle::cannot: return "cannot";
    case Obstacle::nothing_provides: return "nothing_provides";
    case Obstacle::no_match: return "no_match";
    case Obstacle::excluded: return "excluded";
    case Obstacle::hidden: return "hidden";
    case Obstacle::wrong_arch: return "wrong_arch";
    case Obstacle::not_installable: return "not_installable";
    case Obstacle::conflicts: return "conflicts";
    case Obstacle::self_conflict: return "self_conflict";
    case Obstacle::obsoletes: return "obsoletes";
    case Obstacle::same_name: return "same_name";
    case Obstacle::inferior_arch: return "inferior_arch";
    case Obstacle::both_obsolete: return "both_obsolete";
    case Obstacle::low_priority: return "low_priority";
    case Obstacle::on_request_only: return "on_request_only";
    case Obstacle::other: return "other";
    case Obstacle::told: return "told";
    case Obstacle::more: return "more";
  }
  return "other";
}

}  // namespace rootlet
