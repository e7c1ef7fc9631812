#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/optimize/optimize.hpp"

namespace rootlet::optimize {

using Deadline = std::chrono::steady_clock::time_point;

/// What is asked about the best assignments of a program.
enum class Question {
  best,   ///< one of them, and whether it is the only one
  ever,   ///< the variables that are true in at least one
  always  ///< the variables that are true in all
};

struct Answer {
  std::vector<bool> values;          ///< by variable - 1; empty: none was found in time
  std::vector<std::uint64_t> lower;  ///< bounds by level, where the search was cut short
  bool impossible = false;           ///< no assignment satisfies all clauses
  bool complete = false;             ///< the question is answered
  bool only = false;                 ///< there is no other best assignment
};

/// Asks clasp. Errors: it cannot be started, it fails.
Answer ask(const Program& program, Question question, Deadline deadline);

/// A program in clasp's input format, ASPIF 1: each variable free to choose, each clause a constraint against all of
/// its literals failing, each level a minimize statement.
std::string to_aspif(const Program& program);

}  // namespace rootlet::optimize
