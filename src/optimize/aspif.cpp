// The format: "A Tutorial on Hybrid Answer Set Solving with clingo", appendix; potassco.org.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "clasp.hpp"

namespace rootlet::optimize {
namespace {

/// clasp's weights are 32 bits wide; what costs more has a further variable for each further portion, which the first
/// one makes true. (Were they equal, clasp would join them to one again.)
constexpr std::uint64_t most_weight = 1U << 30U;

class Writer {
 public:
  explicit Writer(const Program& program) : program_(program), next_(program.variables + 1) {}

  std::string write() {
    text_ = "asp 1 0 0\n";
    choice();
    for (std::size_t i = 0; i < program_.clauses.size(); ++i) clause(program_.clauses[i]);
    for (std::size_t level = 0; level < program_.levels.size(); ++level) minimize(level);
    for (int variable = 1; variable <= program_.variables; ++variable) {
      const std::string name = std::to_string(variable);
      put("4 {} {} 1 {}\n", name.size(), name, variable);
    }
    return text_ + "0\n";
  }

 private:
  template <class... Values>
  void put(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  void choice() {
    put("1 1 {}", program_.variables);
    for (int variable = 1; variable <= program_.variables; ++variable) put(" {}", variable);
    put(" 0 0\n");
  }

  void clause(std::span<const Literal> literals) {
    put("1 0 0 0 {}", literals.size());
    for (const Literal literal : literals) put(" {}", -literal);
    put("\n");
  }

  void minimize(std::size_t level) {
    std::string terms;
    std::size_t count = 0;
    const Costs& costs = program_.levels[level];
    for (int variable = 1; variable <= program_.variables; ++variable) {
      std::uint64_t cost = costs.at(static_cast<std::size_t>(variable) - 1);
      for (int name = variable; cost > 0; name = companion(variable, cost)) {
        const std::uint64_t portion = std::min(cost, most_weight);
        fmt::format_to(std::back_inserter(terms), " {} {}", name, portion);
        cost -= portion;
        ++count;
      }
    }
    put("2 {} {}{}\n", program_.levels.size() - level, count, terms);
  }

  /// A further variable to pay with, if anything is left to cost.
  int companion(int variable, std::uint64_t cost) {
    if (cost == 0) return 0;
    put("1 1 1 {} 0 0\n1 0 0 0 2 {} {}\n", next_, variable, -next_);
    return next_++;
  }

  const Program& program_;
  int next_;
  std::string text_;
};

}  // namespace

std::string to_aspif(const Program& program) { return Writer(program).write(); }

}  // namespace rootlet::optimize
