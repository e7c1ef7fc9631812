#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "optimize/optimize.hpp"

namespace rootlet::optimize {

using Deadline = std::chrono::steady_clock::time_point;

/// Question about the best assignments of a program.
enum class Question {
  best,   ///< a few of them, and whether these are all
  ever,   ///< the variables that are true in at least one
  always  ///< the variables that are true in all
};

struct Answer {
  /// By variable - 1: assignments, the best last; or the one answer to `ever` or `always`. Empty: none was found in
  /// time.
  std::vector<std::vector<bool>> found;
  std::vector<std::uint64_t> lower;  ///< bounds by level, where the search was cut short
  bool impossible = false;           ///< no assignment satisfies all clauses
  bool complete = false;             ///< the question is answered
  bool all = false;                  ///< all the best ones are among those found
};

/// Asks clasp, which gives up after so many conflicts or at the deadline. Errors: it cannot be started, it fails.
Answer ask(const Program& program, Question question, std::uint64_t conflicts, Deadline deadline);

/// A program in clasp's input format, ASPIF 1: each variable free to choose, each clause a constraint against all of
/// its literals failing, each level a minimize statement.
std::string to_aspif(const Program& program);

}  // namespace rootlet::optimize
