#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/find.hpp"
#include "analysis/solution.hpp"
#include "command.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"
#include "rpm/version.hpp"

namespace rootlet::cli {
namespace {

struct WhyArguments {
  TargetOptions target;
  std::string package;
  analysis::ChainOptions chains;
};

int explain(const WhyArguments& options, const Session& session, const inspect::Target& target) {
  const bool leaves =
      analysis::find_packages(target.graph, options.package, rpm::compare_versions).empty() && target.build_graph;
  const PackageGraph& graph = leaves ? *target.build_graph : target.graph;
  const auto found = analysis::packages_named(graph, options.package, target.name, rpm::compare_versions);
  if (!graph.dependencies_known) {
    throw Error(target.name + ": its package manifest says nothing of dependencies",
                "an image with an RPM database, or the recipe it was built from, can tell why a package is there");
  }
  std::vector<std::vector<Alternative>> others(graph.packages.size());
  if (target.solution) {
    others = analysis::alternatives_of(*target.solution, leaves ? analysis::Part::whole : analysis::Part::staying);
  }
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  std::string text;
  for (const PackageId package : found) {
    const analysis::Why why = analysis::why(graph, package, options.chains);
    const auto& alternatives = others.at(index(package));
    if (session.json) {
      json.push_back(report::to_json(graph, why, alternatives));
      json.back()["build_only"] = leaves;
    } else {
      if (!text.empty()) text += "\n";
      if (leaves) text += "takes part in the build only:\n";
      text += report::to_text(graph, why, alternatives);
    }
  }
  print(session.json ? report::json_text({{"packages", json}}) : text);
  return 0;
}

}  // namespace

Action add_why(CLI::App& app) {
  auto options = std::make_shared<WhyArguments>();
  add_target_options(app, options->target);
  app.add_option("PACKAGE", options->package, "A name, a NEVRA, a capability, a file's path, or a glob over these")
      ->required();
  app.add_flag("--all", options->chains.all, "Show every way from a root to the package, not only the shortest ones");
  app.add_option("--limit", options->chains.most,
                 fmt::format("How many ways from each root to show (default: {})", options->chains.most))
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  return [options](const Session& session) {
    return with_target_for(session, options->target, options->package,
                           [&](const inspect::Target& target) { return explain(*options, session, target); });
  };
}

}  // namespace rootlet::cli
