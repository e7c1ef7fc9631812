#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct WhyArguments {
  TargetOptions target;
  std::string package;
  analysis::ChainOptions chains;
};

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
    const auto tell = [&](const inspect::Target& target) {
      const verbs::WhyAnswer answer = verbs::why(target, options->package, options->chains);
      print(session.json ? report::json_text(report::to_json(target, answer)) : report::to_text(target, answer));
      return 0;
    };
    return with_target_for(session, options->target, options->package, tell, installed::Depth::copies);
  };
}

}  // namespace rootlet::cli
