#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "command.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct WhyArguments {
  TargetOptions target;
  std::string package;
  analysis::ChainOptions chains;
  std::string trace;
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
  app.add_option(
         "--trace", options->trace,
         "Say of a file, too, whether the tests have touched it of which 'rootlet test --trace' wrote this file")
      ->type_name("FILE");
  return [options](const Session& session) {
    std::optional<TouchedFiles> trace;
    if (!options->trace.empty()) trace = verbs::read_trace(options->trace);
    const auto tell = [&](const inspect::Target& target) {
      const verbs::WhyAnswer answer = verbs::why(target, options->package, options->chains, trace ? &*trace : nullptr);
      print(session.json ? report::json_text(report::to_json(target, answer)) : report::to_text(target, answer));
      return 0;
    };
    return with_target_for(session, options->target, options->package, tell, installed::Depth::copies);
  };
}

}  // namespace rootlet::cli
