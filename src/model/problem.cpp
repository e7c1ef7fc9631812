#include "rootlet/problem.hpp"

namespace rootlet {

std::string_view why_name(Why why) noexcept {
  switch (why) {
    case Why::asked: return "asked";
    case Why::best: return "best";
    case Why::requires_: return "requires";
    case Why::needs: return "needs";
    case Why::cannot: return "cannot";
    case Why::nothing_provides: return "nothing_provides";
    case Why::no_match: return "no_match";
    case Why::excluded: return "excluded";
    case Why::hidden: return "hidden";
    case Why::wrong_arch: return "wrong_arch";
    case Why::not_installable: return "not_installable";
    case Why::conflicts: return "conflicts";
    case Why::self_conflict: return "self_conflict";
    case Why::obsoletes: return "obsoletes";
    case Why::same_name: return "same_name";
    case Why::inferior_arch: return "inferior_arch";
    case Why::both_obsolete: return "both_obsolete";
    case Why::low_priority: return "low_priority";
    case Why::on_request_only: return "on_request_only";
    case Why::other: return "other";
    case Why::told: return "told";
    case Why::more: return "more";
  }
  return "other";
}

}  // namespace rootlet
