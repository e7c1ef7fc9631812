#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct TreeArguments {
  TargetOptions target;
  std::string invert;
  std::optional<std::size_t> depth;
  std::vector<std::string> only;
};

int show(const TreeArguments& options, const Session& session, const inspect::Target& target) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  std::string text;
  for (const auto& lines : verbs::trees(target, {options.invert, options.depth, kinds_of(options.only)})) {
    if (session.json) {
      json.push_back(report::to_json(target.graph, lines));
    } else {
      text += report::to_text(target.graph, lines);
    }
  }
  print(session.json ? report::json_text({{"trees", json}}) : text);
  return 0;
}

}  // namespace

Action add_tree(CLI::App& app) {
  auto options = std::make_shared<TreeArguments>();
  add_target_options(app, options->target);
  app.add_option("--invert", options->invert, "Start at this package and show what requires it")->type_name("PACKAGE");
  app.add_option("--depth", options->depth, "How many levels below the first to show")->type_name("N");
  add_only_option(app, options->only);
  return [options](const Session& session) {
    return with_target_for(session, options->target, options->invert,
                           [&](const inspect::Target& target) { return show(*options, session, target); });
  };
}

}  // namespace rootlet::cli
