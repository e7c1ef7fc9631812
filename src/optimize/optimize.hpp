#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace rootlet::optimize {

/// A variable, counted from 1, or, negative, its negation.
using Literal = int;

/// Clauses, of each of which at least one literal must hold, in one piece of memory.
class Clauses {
 public:
  void add(std::span<const Literal> literals);
  [[nodiscard]] std::size_t size() const noexcept { return starts_.size() - 1; }
  [[nodiscard]] std::span<const Literal> operator[](std::size_t index) const {
    return std::span(literals_).subspan(starts_[index], starts_[index + 1] - starts_[index]);
  }

 private:
  std::vector<Literal> literals_;
  std::vector<std::size_t> starts_{0};
};

/// Cost of each variable if it is true, by variable - 1.
using Costs = std::vector<std::uint64_t>;

/// Which variables are to be true.
struct Program {
  int variables = 0;
  Clauses clauses;
  /// The sum of the first is to be least, then, among equals, that of the second, and so on. Among those that are
  /// equal throughout, the first variable that makes a difference is to be true.
  std::vector<Costs> levels;
};

struct Optimum {
  std::vector<bool> values;           ///< by variable - 1
  std::vector<std::uint64_t> costs;   ///< by level
  std::vector<std::uint64_t> bounds;  ///< by level, the first ones only: no assignment is below; equal costs if proved
  bool proved = false;                ///< there is no better one
};

/// Limits of a search before it is cut short.
struct EffortLimits {
  /// Conflicts that each question to clasp may come to: the same work everywhere, so what is found does not depend on
  /// the machine.
  std::uint64_t conflicts = 100'000;
  double seconds = std::numeric_limits<double>::infinity();
};

/// The best assignment, by exact search in whole numbers; nothing if none satisfies all clauses. `known` is one that
/// does, or empty. Where it is cut short: what has been found by then, `known` if nothing better, and the bounds that
/// are proved by then; nothing if nothing is known.
/// Runs clasp, of the Potassco project, in a process of its own. Error: there is no clasp, or it fails.
std::optional<Optimum> minimize(const Program& program, const std::vector<bool>& known, const EffortLimits& limits);

}  // namespace rootlet::optimize
