#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rootlet/plan.hpp"

namespace rootlet::verbs {

/// Report of a process on an image of a workspace.
struct ImageSaid {
  ImageFate fate = ImageFate::unchanged;
  std::vector<PlanReason> reasons;
  std::vector<HistoryRecord> records;
  std::vector<HistoryRecord> before;  ///< of the last build; none: there was none
  std::vector<std::pair<std::string, std::uint64_t>> downloads;
  std::string digest, pushed;
  std::vector<std::string> warnings;
  std::optional<Explanation> unsolvable;
};

std::string to_line(const ImageSaid& said);
ImageSaid image_said_of(std::string_view line);

}  // namespace rootlet::verbs
