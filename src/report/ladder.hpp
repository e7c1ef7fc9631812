#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rootlet/ladder.hpp"

namespace rootlet::report {

/// Words for a rung: "the smallest set".
std::string rung_title(const Rung& rung);

/// How much smaller a rung is than the one above: "-38.4%"; of one that is larger, "+1.2%". Empty: nothing differs.
std::string rung_change(const Ladder& ladder, std::size_t place);

/// Differences of a rung from the one above, a sentence each, and what is to be said of its set. Up to `most` packages
/// of each kind are named.
std::vector<std::string> rung_differences(const Ladder& ladder, std::size_t place, std::size_t most);

/// Part of a ladder that is not as it should be: rungs that there are none of, and what documentation takes where that
/// is not known; a sentence each.
std::vector<std::string> ladder_notes(const Ladder& ladder);

}  // namespace rootlet::report
