#include <memory>

#include "command.hpp"
#include "rootlet/plan_report.hpp"

namespace rootlet::cli {
namespace {

struct EngineArguments {
  std::string engine;
  std::string workspace;
  std::string out;
  report::EngineOptions options;
};

}  // namespace

Action add_engine(CLI::App& app) {
  auto options = std::make_shared<EngineArguments>();
  app.add_option("KIND", options->engine, "slurm, kubernetes, tekton, github or gitlab")
      ->check(CLI::IsMember({"slurm", "kubernetes", "tekton", "github", "gitlab"}))
      ->required();
  app.add_option("WORKSPACE", options->workspace, "The workspace, as the jobs find it")->required();
  app.add_option("--shards", options->options.shards, "Jobs beside each other for a level, at most (default: 1)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N");
  app.add_option("--image", options->options.image,
                 "The container image with rootlet that jobs run in; kubernetes and tekton want one")
      ->type_name("IMAGE");
  app.add_option(
         "--volume", options->options.volume,
         "The persistent volume claim with the workspace and its output; kubernetes and tekton want one, "
         "unless the workspace shares its states in the registry: then it may be in the image's working directory")
      ->type_name("CLAIM");
  app.add_option("-o,--output", options->out, "Write to this file (default, and '-': standard output)")
      ->type_name("FILE");
  return [options](const Session&) {
    options->options.engine = *report::engine_of(options->engine);
    write_result(options->out,
                 report::jobs_text(recipe::load_workspace(options->workspace), options->workspace, options->options));
    return 0;
  };
}

}  // namespace rootlet::cli
