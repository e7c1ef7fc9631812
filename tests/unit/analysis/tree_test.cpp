#include "rootlet/analysis.hpp"

#include <catch2/catch.hpp>

#include "made_graph.hpp"

namespace rootlet {
namespace {

/// "  " for each level, the name, "*" where it was shown before.
std::string drawn(const PackageGraph& graph, const analysis::TreeOptions& options) {
  std::string text;
  for (const analysis::TreeLine& line : analysis::tree(graph, options)) {
    text += std::string(2 * line.level, ' ');
    text += line.root ? "[" + graph.roots[*line.root].name + "]" : graph.at(*line.package).nevra.name;
    text += line.repeated ? "*\n" : "\n";
  }
  return text;
}

test::MadeGraph sample() {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 10).package("glibc", 100).package("tool", 1000);
  made.needs("app", {"bash"}).needs("app", {"glibc"}).needs("bash", {"glibc"}).needs("glibc", {"bash"});
  made.needs("tool", {"bash"}, EdgeKind::post);
  return made.root("app").root("tool");
}

TEST_CASE("each package is unfolded where it comes first") {
  CHECK(drawn(sample().graph(), {}) ==
        "[app]\n  app\n    bash\n      glibc\n        bash*\n    glibc*\n[tool]\n  tool\n    bash*\n");
}

TEST_CASE("a limit of depth leaves packages to be unfolded elsewhere") {
  CHECK(drawn(sample().graph(), {.depth = 2}) == "[app]\n  app\n    bash\n    glibc\n[tool]\n  tool\n    bash\n");
}

TEST_CASE("upside down, a tree leads from a package to the roots") {
  const auto made = sample();
  CHECK(drawn(made.graph(), {.invert = made.id("glibc")}) ==
        "glibc\n  app\n    [app]\n  bash\n    app*\n    glibc*\n    tool\n      [tool]\n");
}

TEST_CASE("only the kinds that are asked for are followed") {
  CHECK(drawn(sample().graph(), {.kinds = {.runtime = false}}) == "[app]\n  app\n[tool]\n  tool\n    bash\n");
}

}  // namespace
}  // namespace rootlet
