#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "advisory_options.hpp"
#include "base/fs.hpp"
#include "base/workers.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/fleet_report.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct FleetArguments {
  std::vector<std::string> targets;
  std::vector<std::string> bases;
  std::vector<std::string> labels;
  std::vector<std::string> packages;
  std::vector<std::string> advisories;
  AdvisorySourceOptions sources;
  TargetOptions how;  ///< without a target
  std::size_t at_once = processors();
  std::string format = "text";
  std::string out;
};

verbs::FleetRequest request_of(const FleetArguments& options, const Session& session) {
  verbs::FleetRequest request;
  request.targets = options.targets;
  request.bases = options.bases;
  request.labels = options.labels;
  request.packages = options.packages;
  const verbs::AdvisoriesFrom from = advisories_from(options.sources, options.how.recipe.arch);
  if (!from.empty()) {
    request.advisories = verbs::knowledge_of(from, nullptr, session.environment, *session.progress);
    request.filter.names = options.advisories;
    if (!options.advisories.empty()) request.filter.types.clear();
  } else if (!options.advisories.empty()) {
    throw usage_error("--advisory: nothing says what '" + options.advisories.front() + "' is about",
                      "give --recipe, --updateinfo, --osv or --csaf, too");
  }
  bool paths = false;
  for (const std::string& one : options.packages) paths = paths || names_path(one);
  TargetOptions how = options.how;
  how.paths = paths;
  request.open = open_options(session, how, paths ? installed::Depth::files : installed::Depth::database);
  request.at_once = options.at_once;
  request.explain = report::way_explanation;
  request.explain_unsolvable = report::explanation;
  return request;
}

/// Tables as files of a directory.
void write_tables(const std::string& directory, const std::vector<report::FleetTable>& tables, bool csv) {
  make_dirs(directory);
  for (const report::FleetTable& one : tables) {
    write_file(fs::path(directory) / (one.name + (csv ? ".csv" : ".jsonl")),
               csv ? report::to_csv(one) : report::to_json_lines(one, false));
  }
}

void write_answer(const FleetArguments& options, const verbs::FleetAnswer& answer, const Session& session) {
  const bool to_stdout = options.out.empty() || options.out == "-";
  if (options.format == "csv-tables" || (options.format == "jsonl" && !to_stdout)) {
    return write_tables(options.out, report::fleet_tables(answer), options.format == "csv-tables");
  }
  std::string text;
  if (options.format == "jsonl") {
    for (const report::FleetTable& one : report::fleet_tables(answer)) text += report::to_json_lines(one, true);
  } else if (options.format == "html") {
    text = report::fleet_page_text("Fleet", answer);
  } else if (options.format == "json" || session.json) {
    text = report::json_text(report::to_json(answer));
  } else {
    text = report::to_text(answer, session.verbose);
  }
  write_result(options.out, text);
}

int exit_code_of(const verbs::FleetAnswer& answer) {
  bool unsolved = false;
  for (const verbs::FleetFailure& one : answer.failures) {
    if (std::holds_alternative<Error>(one.why)) return exit_code(ErrorKind::failure);
    unsolved = true;
  }
  return unsolved || !answer.rebuilds.empty() ? exit_code(ErrorKind::no_solution) : 0;
}

int show(const FleetArguments& options, const Session& session) {
  if (options.format == "csv-tables" && (options.out.empty() || options.out == "-")) {
    throw usage_error("--format csv-tables writes several files", "name a directory for them: -o DIR");
  }
  const verbs::FleetAnswer answer = verbs::fleet(request_of(options, session), *session.progress);
  for (const std::string& warning : answer.warnings) session.progress->warn(warning);
  fmt::print(stderr, "{}", report::problems_text(answer));
  write_answer(options, answer, session);
  return exit_code_of(answer);
}

}  // namespace

Action add_fleet(CLI::App& app) {
  auto options = std::make_shared<FleetArguments>();
  app.add_option(
         "TARGET", options->targets,
         "What to look at: each as rootlet why takes it, an image layout or archive with several images, a file "
         "of records (IMAGE.jsonl), a folder of these, or a workspace")
      ->required();
  app.add_option(
         "--base", options->bases,
         "An image that others are built on: it is looked at, too, and told where none is (may be given several "
         "times)")
      ->type_name("TARGET")
      ->take_all();
  app.add_option("--label", options->labels,
                 "Of records: those with this label (default: the last of each image; may be given several times)")
      ->type_name("LABEL")
      ->take_all();
  app.add_option(
         "--package", options->packages,
         "Show the images that have this package and are to be built again, and what brings it there. As for why: a "
         "name, a capability (\"openssl-libs < 1:3.0.7-28\"), a file's path or a glob (may be given several times)")
      ->type_name("PACKAGE")
      ->take_all();
  app.add_option("--advisory", options->advisories,
                 "Show the images in which this advisory, by its id or a CVE, is open (default with a source of "
                 "advisories: all of type security; may be given several times)")
      ->type_name("ID")
      ->take_all();
  add_advisory_sources(app, options->sources);
  app.add_option("--arch", options->how.recipe.arch,
                 "Which architecture of images, or which one to solve recipes for (default: the only one, the "
                 "recipe's, else this machine's)")
      ->type_name("ARCH");
  app.add_option("--jobs", options->at_once, "How many to read at once (default: one for each processor)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->type_name("N");
  app.add_option(
         "--format", options->format,
         "text, json, html, or tables for databases: jsonl (with -o DIR a file for each) or csv-tables (default: "
         "text)")
      ->check(CLI::IsMember({"text", "json", "html", "jsonl", "csv-tables"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options->out,
                 "Write to this file, tables to this directory (default, and '-': standard output)")
      ->type_name("OUT");
  add_reading_options(app, options->how);
  return [options](const Session& session) { return show(*options, session); };
}

}  // namespace rootlet::cli
