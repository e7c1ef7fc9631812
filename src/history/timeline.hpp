#pragma once

#include <vector>

#include "rootlet/record.hpp"

namespace rootlet::history {

/// Records by image and architecture, each sorted by date, with what changed from one to the next.
std::vector<Timeline> timelines(std::vector<HistoryRecord> records);

}  // namespace rootlet::history
