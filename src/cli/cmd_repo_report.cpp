#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/workers.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/fleet_report.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct RepoReportArguments {
  std::vector<std::string> targets;
  TargetOptions how;  ///< without a target
  std::size_t at_once = processors();
  std::size_t most = 20;
  std::vector<std::string> what_if;
};

/// "base-files requires gawk" as the names of the two packages.
std::pair<std::string, std::string> requirement_of(const std::string& text) {
  constexpr std::string_view between = " requires ";
  const std::size_t at = text.find(between);
  const std::string to = at == std::string::npos ? "" : text.substr(at + between.size());
  if (at == 0 || to.empty() || to.find(' ') != std::string::npos) {
    throw usage_error("--what-if: '" + text + "' is no requirement of one package on another",
                      "write it as the report does: 'base-files requires gawk'");
  }
  return {text.substr(0, at), to};
}

int show_repo_report(const RepoReportArguments& options, const Session& session) {
  verbs::FleetRequest request;
  request.targets = options.targets;
  request.open = open_options(session, options.how, installed::Depth::database);
  request.at_once = options.at_once;
  request.costs = true;
  for (const std::string& one : options.what_if) request.what_if.push_back(requirement_of(one));
  request.explain = report::way_explanation;
  request.explain_unsolvable = report::explanation;
  const verbs::FleetAnswer answer = verbs::fleet(request, *session.progress);
  for (const std::string& warning : answer.warnings) session.progress->warn(warning);
  fmt::print(stderr, "{}", report::problems_text(answer));
  print(session.json ? report::json_text(report::repo_report_json(answer))
                     : report::repo_report_text(answer, options.most));
  bool unsolved = false;
  for (const verbs::FleetFailure& one : answer.failures) {
    if (std::holds_alternative<Error>(one.why)) return exit_code(ErrorKind::failure);
    unsolved = true;
  }
  return unsolved ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_repo_report(CLI::App& app) {
  auto options = std::make_shared<RepoReportArguments>();
  app.add_option("TARGET", options->targets,
                 "The workloads: recipes, workspaces, records of a history, or whatever else rootlet fleet looks at")
      ->required();
  app.add_option("--arch", options->how.recipe.arch,
                 "Which architecture to solve recipes for (default: the recipe's, else this machine's)")
      ->type_name("ARCH");
  app.add_option("--most", options->most,
                 fmt::format("How many packages and requirements to show (default: {})", options->most))
      ->type_name("N");
  app.add_option(
         "--what-if", options->what_if,
         "What would be won if packages of one name did not require what another one offers: recipes are solved "
         "again; may be repeated")
      ->type_name("'A requires B'");
  app.add_option("--jobs", options->at_once, "How many to read at once (default: one for each processor)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->type_name("N");
  add_reading_options(app, options->how);
  return [options](const Session& session) { return show_repo_report(*options, session); };
}

}  // namespace rootlet::cli
