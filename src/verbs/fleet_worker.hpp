#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rootlet/fleet_answer.hpp"

namespace rootlet::verbs {

/// FleetImage::kind of what was solved.
inline constexpr const char* kind_of_recipes = "recipe";

/// A target of a fleet that a process reads.
struct FleetTask {
  std::string name;    ///< as answers have it
  std::string target;  ///< as inspect::open() takes it, or a file of records
  std::string tag;     ///< which image of several; empty: the only one
  bool is_base = false;
  recipe::Overrides recipe = {};        ///< of a recipe
  std::optional<ImageInfo> image = {};  ///< of a layout on this machine, whose blobs are there
};

/// An image of a target, with what is to be done about it. Places in FleetRebuild::image do not count.
struct FleetPart {
  analysis::FleetFacts facts;
  std::vector<FleetRebuild> rebuilds;
  std::vector<std::string> not_looked_at;
};

/// Outcome of a target.
struct FleetReading {
  std::vector<FleetPart> parts;
  std::vector<std::string> warnings;
  std::optional<Explanation> unsolvable;
  std::optional<Error> failure;  ///< as inspect::open() throws it
  bool as_first = false;         ///< its one part has the facts of the first reading's, but for the image
};

/// Key of all that can be found in an image: its layers, and the words of its manifest on them. Empty: not known.
std::string layers_key(const FleetTask& task);

/// Reads targets with the same layers, of which the first is read and stands for all; or one of any kind.
std::vector<FleetReading> read_fleet_targets(const std::vector<const FleetTask*>& tasks, const FleetRequest& request);

/// Readings on their way from one process to another.
std::string to_line(const std::vector<FleetReading>& readings);
std::vector<FleetReading> fleet_readings_of(std::string_view line);

}  // namespace rootlet::verbs
