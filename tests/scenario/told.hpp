#pragma once

#include <string>
#include <vector>

#include "../support/world.hpp"

namespace rootlet::test {

/// The explanation as the user sees it. It must not depend on any order: of repositories, packages or requests.
std::string told(World& world, std::vector<std::string> specs);

}  // namespace rootlet::test
