#pragma once

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
  recipe::Overrides recipe = {};  ///< of a recipe
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
};

/// Reads a target. Errors: as inspect::open().
FleetReading read_fleet_target(const FleetTask& task, const FleetRequest& request);

/// A reading on its way from one process to another.
std::string to_line(const FleetReading& reading);
FleetReading fleet_reading_of(std::string_view line);

}  // namespace rootlet::verbs
