#pragma once

#include <cstdint>
#include <optional>

namespace rootlet {

/// Limits of each scriptlet, trigger and test; more ends the build.
struct RecipeLimits {
  std::uint64_t seconds = 600;  ///< each of them, and what librpm does itself between two messages
  // Where the host lets a process make cgroups with these limits:
  std::uint64_t processes = 4096;        ///< at once
  std::uint64_t memory = 4'000'000'000;  ///< bytes; also what a test may write
};

/// Limits of the search for the best set of packages; beyond them there is the best that was found, without a proof.
struct SearchLimits {
  std::uint64_t conflicts = 100'000;             ///< of clasp's, by question: the same work on every machine
  std::optional<double> seconds = std::nullopt;  ///< besides; what is found then depends on the machine
};

}  // namespace rootlet
