#pragma once

#include <vector>

#include "rootlet/package.hpp"
#include "universe.hpp"

namespace rootlet::solv {

/// Source packages that the packages of a set were built from, of those that the repositories have; sorted by NEVRA.
/// Where several repositories have one, it is that of the first by id.
std::vector<Package> sources_of(const Universe& universe, const std::vector<ChosenPackage>& packages);

}  // namespace rootlet::solv
