#pragma once

#include <vector>

#include "rootlet/advisory_answer.hpp"

namespace rootlet::verbs {

/// Those that a filter lets through, the worst first.
std::vector<Advisory> wanted(const std::vector<Advisory>& all, const AdvisoryFilter& filter);

}  // namespace rootlet::verbs
