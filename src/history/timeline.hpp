#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rootlet/layers.hpp"
#include "rootlet/record.hpp"

namespace rootlet::history {

/// Records by image and architecture, each sorted by date, with what changed from one to the next.
std::vector<Timeline> timelines(std::vector<HistoryRecord> records);

/// Bytes of layers that who has an image must pull for another one. Nothing: one of them has no layers that are known.
std::optional<std::uint64_t> bytes_to_pull(const HistoryRecord& before, const HistoryRecord& after);

/// Facts that the layers of the next release look at.
std::vector<LayeredRelease> layered_releases(const Timeline& timeline);

}  // namespace rootlet::history
