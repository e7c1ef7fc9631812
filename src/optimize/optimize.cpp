#include "optimize/optimize.hpp"

#include <algorithm>
#include <chrono>

#include "clasp.hpp"

namespace rootlet::optimize {
namespace {

constexpr double most_seconds = 1e8;  // three years: what a clock can still add

std::vector<std::uint64_t> costs_of(const Program& program, const std::vector<bool>& values) {
  std::vector<std::uint64_t> sums;
  for (const Costs& level : program.levels) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] ? level.at(i) : 0;
    sums.push_back(sum);
  }
  return sums;
}

/// The program with a level more for each variable that the best assignments differ in.
Program with_ties_broken(const Program& program, const std::vector<bool>& ever, const std::vector<bool>& always) {
  Program result = program;
  for (int variable = 1; variable <= program.variables; ++variable) {
    const auto index = static_cast<std::size_t>(variable) - 1;
    if (!ever[index] || always[index]) continue;
    // It costs something to be false: so does a variable that stands for the opposite.
    ++result.variables;
    const std::vector<Literal> opposite{variable, result.variables};
    result.clauses.add(opposite);
    for (Costs& level : result.levels) level.resize(static_cast<std::size_t>(result.variables), 0);
    result.levels.emplace_back(static_cast<std::size_t>(result.variables), 0).back() = 1;
  }
  for (Costs& level : result.levels) level.resize(static_cast<std::size_t>(result.variables), 0);
  return result;
}

}  // namespace

void Clauses::add(std::span<const Literal> literals) {
  literals_.insert(literals_.end(), literals.begin(), literals.end());
  starts_.push_back(literals_.size());
}

std::optional<Optimum> minimize(const Program& program, const std::vector<bool>& known, const EffortLimits& limits) {
  const std::chrono::duration<double> limit(std::min(limits.seconds, most_seconds));
  const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::duration_cast<Deadline::duration>(limit);
  const auto ask_of = [&](const Program& of, Question question) {
    return ask(of, question, limits.conflicts, deadline);
  };
  const Answer best = ask_of(program, Question::best);
  std::vector<std::vector<bool>> candidates = best.found;
  if (!known.empty()) candidates.push_back(known);
  if (best.impossible || candidates.empty()) return std::nullopt;
  Optimum optimum;
  for (const auto& values : candidates) {
    const auto costs = costs_of(program, values);
    const bool equal = costs == optimum.costs;
    if (optimum.values.empty() || costs < optimum.costs || (equal && values > optimum.values)) {
      optimum = {values, costs, {}, best.complete};
    }
  }
  optimum.bounds = best.complete ? optimum.costs : best.lower;
  if (!best.complete || best.all) return optimum;
  const Answer ever = ask_of(program, Question::ever);
  const Answer always = ask_of(program, Question::always);
  if (!ever.complete || !always.complete) return optimum;
  const Program settled = with_ties_broken(program, ever.found.back(), always.found.back());
  const Answer first = ask_of(settled, Question::best);
  if (!first.complete) return optimum;
  optimum.values = first.found.back();
  optimum.values.resize(static_cast<std::size_t>(program.variables));
  return optimum;
}

}  // namespace rootlet::optimize
