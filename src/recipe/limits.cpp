#include "reader.hpp"

namespace rootlet::recipe {
namespace {

constexpr std::uint32_t most_seconds = 7 * 24 * 60 * 60;
constexpr std::uint32_t most_processes = 4'000'000;

/// Least values that anything can run in; less is no limit but a mistake.
constexpr std::uint32_t fewest_processes = 16;
constexpr std::uint64_t least_memory = 64'000'000;

}  // namespace

RecipeLimits read_limits(const Value& value) {
  const MapReader map(value, "limits", {"seconds", "processes", "memory"});
  RecipeLimits limits;
  if (const Value* v = map.find("seconds")) {
    limits.seconds = read_number(*v, "seconds", most_seconds);
    if (limits.seconds == 0) fail(v->mark, "seconds: 0 is no time at all");
  }
  if (const Value* v = map.find("processes")) {
    limits.processes = read_number(*v, "processes", most_processes);
    if (limits.processes < fewest_processes) fail(v->mark, "processes: fewer than 16 are too few for any scriptlet");
  }
  if (const Value* v = map.find("memory")) {
    limits.memory = read_size(*v, "memory");
    if (limits.memory < least_memory) fail(v->mark, "memory: less than 64MB is too little for any scriptlet");
  }
  return limits;
}

}  // namespace rootlet::recipe
