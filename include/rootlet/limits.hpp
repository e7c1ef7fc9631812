#pragma once

#include <cstdint>

namespace rootlet {

/// What a scriptlet, a trigger or a test may take; more ends the build.
struct RecipeLimits {
  std::uint64_t seconds = 600;  ///< each of them
  // Where the host lets a process make cgroups with these limits:
  std::uint64_t processes = 4096;        ///< at once
  std::uint64_t memory = 4'000'000'000;  ///< bytes; also what a test may write
};

}  // namespace rootlet
