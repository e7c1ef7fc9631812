#include <catch2/catch.hpp>

#include "../analysis/made_graph.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"

namespace rootlet {
namespace {

/// Packages of which each requires the next.
PackageGraph chain_of(std::size_t length) {
  test::MadeGraph made;
  for (std::size_t i = 0; i < length; ++i) made.package("p" + std::to_string(i), 1);
  for (std::size_t i = 1; i < length; ++i) made.needs("p" + std::to_string(i - 1), {"p" + std::to_string(i)});
  return made.root("p0").graph();
}

TEST_CASE("the text of a chain of 20,000 packages grows with their number, not with its square") {
  const PackageGraph graph = chain_of(20000);
  const std::string text = report::to_text(graph, analysis::tree(graph, {}));
  CHECK(text.size() < 20000 * 500);
  CHECK(text.find("└── (level 20000) p19999-") != std::string::npos);
}

TEST_CASE("a tree says levels in words only where they are no longer indented") {
  const PackageGraph graph = chain_of(102);
  const std::string text = report::to_text(graph, analysis::tree(graph, {}));
  CHECK(text.find("\n" + std::string(4 * 99, ' ') + "└── p99-") != std::string::npos);
  CHECK(text.find("\n" + std::string(4 * 99, ' ') + "└── (level 101) p100-") != std::string::npos);
  CHECK(text.find("(level 100)") == std::string::npos);
}

}  // namespace
}  // namespace rootlet
