#include "told.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "rootlet/report.hpp"

namespace rootlet::test {

std::string told(World& world, std::vector<std::string> specs) {
  const std::string text = report::to_text(world.problems(specs));
  world.reverse();
  std::reverse(specs.begin(), specs.end());
  CHECK(report::to_text(world.problems(specs)) == text);
  return "\n" + text;
}

}  // namespace rootlet::test
