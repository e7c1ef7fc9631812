#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct SizeArguments {
  TargetOptions target;
  std::vector<std::string> without;
  std::vector<std::string> without_kinds;
  bool files = false;
  std::size_t largest = 20;
};

int show_files(const SizeArguments& options, const Session& session, const inspect::Target& target) {
  const auto costs = verbs::file_costs(target, options.largest);
  print(session.json ? report::json_text(report::to_json(target.graph, costs)) : report::to_text(costs));
  return 0;
}

int show(const SizeArguments& options, const Session& session, const inspect::Target& target) {
  if (options.files) return show_files(options, session, target);
  const PackageGraph& graph = target.graph;
  const auto answer = [&](const auto& result) {
    print(session.json ? report::json_text(report::to_json(graph, result)) : report::to_text(graph, result));
    return 0;
  };
  if (options.without.empty() && options.without_kinds.empty()) return answer(analysis::costs(graph));
  Kinds kinds;
  const auto is_out = [&](const char* kind) {
    return std::find(options.without_kinds.begin(), options.without_kinds.end(), kind) != options.without_kinds.end();
  };
  kinds.scriptlet = !is_out("scriptlet");
  kinds.weak = !is_out("weak");
  return answer(verbs::without(target, options.without, kinds));
}

}  // namespace

Action add_size(CLI::App& app) {
  auto options = std::make_shared<SizeArguments>();
  add_target_options(app, options->target);
  app.add_option("--without", options->without,
                 "Show what would leave with this package, and what would remain. As for why: a name, a capability, a "
                 "file's path or a glob")
      ->type_name("PACKAGE")
      ->take_all();
  app.add_option("--without-kind", options->without_kinds,
                 "Show what only scriptlets require (scriptlet), or only weak dependencies bring in (weak)")
      ->check(CLI::IsMember({"scriptlet", "weak"}))
      ->type_name("KIND")
      ->take_all();
  CLI::Option* files = app.add_flag("--files", options->files,
                                    "Show what files cost instead: by directory, by kind, duplicates, the largest");
  files->excludes("--without", "--without-kind");
  app.add_option("--largest", options->largest,
                 fmt::format("How many of the largest files to show (default: {})", options->largest))
      ->type_name("N")
      ->needs(files);
  return [options](const Session& session) {
    const auto depth = options->files ? installed::Depth::contents : installed::Depth::files;
    TargetOptions target_options = options->target;
    target_options.paths = std::any_of(options->without.begin(), options->without.end(), names_path);
    return with_target(
        session, target_options, depth, [&](const inspect::Target& target) { return show(*options, session, target); },
        options->files ? std::optional(depth) : std::nullopt);
  };
}

}  // namespace rootlet::cli
