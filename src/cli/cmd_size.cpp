#include <algorithm>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis/find.hpp"
#include "rootlet/analysis/sizes.hpp"
#include "rootlet/report/analysis.hpp"
#include "rootlet/report/report.hpp"

namespace rootlet::cli {
namespace {

struct Options {
  TargetOptions target;
  std::vector<std::string> without;
  std::vector<std::string> without_kinds;
};

int show(const Options& options, const Session& session, const target::Target& target) {
  const PackageGraph& graph = target.graph;
  const auto answer = [&](const auto& result) {
    print(session.json ? report::json_text(report::to_json(graph, result)) : report::to_text(graph, result));
    return 0;
  };
  if (options.without.empty() && options.without_kinds.empty()) return answer(analysis::costs(graph));
  std::vector<PackageId> gone;
  for (const std::string& name : options.without) {
    const auto found = analysis::packages_named(graph, name, target.name);
    gone.insert(gone.end(), found.begin(), found.end());
  }
  Kinds kinds;
  const auto is_out = [&](const char* kind) {
    return std::find(options.without_kinds.begin(), options.without_kinds.end(), kind) != options.without_kinds.end();
  };
  kinds.scriptlet = !is_out("scriptlet");
  kinds.weak = !is_out("weak");
  return answer(analysis::without(graph, gone, kinds));
}

}  // namespace

Action add_size(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_target_options(app, options->target);
  app.add_option("--without", options->without, "Show what would leave with this package, and what would remain")
      ->type_name("PACKAGE")
      ->take_all();
  app.add_option("--without-kind", options->without_kinds,
                 "Show what only scriptlets require (scriptlet), or only weak dependencies bring in (weak)")
      ->check(CLI::IsMember({"scriptlet", "weak"}))
      ->type_name("KIND")
      ->take_all();
  return [options](const Session& session) {
    return with_target(session, options->target, target::Depth::database,
                       [&](const target::Target& target) { return show(*options, session, target); });
  };
}

}  // namespace rootlet::cli
