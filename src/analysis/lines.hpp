#pragma once

#include <vector>

#include "rootlet/suggestion.hpp"

namespace rootlet::analysis {

/// For each entry of the recipe that a set answers, what it alone keeps in the set, with up to `most` of the heaviest
/// packages among that and the shortest chains of requirements to them. Most bytes first, then by place.
std::vector<LineCost> line_costs(const Solution& solution, std::size_t most);

}  // namespace rootlet::analysis
