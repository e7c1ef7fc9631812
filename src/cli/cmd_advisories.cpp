#include <algorithm>
#include <nlohmann/json.hpp>

#include "advisory_options.hpp"
#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct AdvisoriesArguments {
  TargetOptions target;
  AdvisorySourceOptions sources;
  std::vector<std::string> types;
  std::vector<std::string> severities;
  std::vector<std::string> names;
  std::string accept;
  std::string fail_on = "unknown";
  std::string format = "text";
  std::string out;
  bool all = false;
  bool fixed = false;
};

verbs::AdvisoryFilter filter_of(const AdvisoriesArguments& options) {
  verbs::AdvisoryFilter filter;
  if (options.all) filter.types.clear();
  if (!options.types.empty()) filter.types.clear();
  for (const std::string& name : options.types) filter.types.insert(advisory_type_of(name));
  for (const std::string& name : options.severities) filter.severities.insert(*advisory_severity_of(name));
  filter.names = options.names;
  filter.fixed = options.fixed;
  return filter;
}

std::string rendered(const inspect::Target& target, const verbs::AdvisoryAnswer& answer,
                     const AdvisoriesArguments& options, const Session& session) {
  if (options.format == "sarif") return report::json_text(report::to_sarif(target, answer));
  if (options.format == "json" || session.json) return report::json_text(report::to_json(target, answer));
  return report::to_text(target, answer,
                         {options.fixed, session.verbose, session.colours.result && is_standard_output(options.out)});
}

/// Whether an advisory of this severity or a worse one is open.
bool fails(const analysis::AdvisoryCounts& counts, const std::string& fail_on) {
  const auto least = advisory_severity_of(fail_on);
  if (!least) return false;
  const auto from = counts.by_severity.begin() + static_cast<std::ptrdiff_t>(*least);
  return std::any_of(from, counts.by_severity.end(), [](std::size_t count) { return count > 0; });
}

int show(const AdvisoriesArguments& options, const Session& session, const inspect::Target& target) {
  const auto accepted =
      options.accept.empty() ? std::vector<AcceptedAdvisory>() : recipe::load_accepted_advisories(options.accept);
  const make::Environment environment = environment_of(session, options.target.recipe);
  const auto knowledge = verbs::knowledge_of(advisories_from(options.sources, options.target.recipe.arch), &target,
                                             environment, *session.progress);
  const auto answer =
      verbs::advisories(target, knowledge, filter_of(options), accepted, environment, *session.progress);
  write_result(options.out, rendered(target, answer, options, session));
  return fails(answer.counts, options.fail_on) ? exit_code(ErrorKind::no_solution) : 0;
}

void add_filters(CLI::App& app, AdvisoriesArguments& options) {
  CLI::Option* type =
      app.add_option("--type", options.types,
                     "Only advisories of this type: security, bugfix, enhancement, newpackage or other (default: "
                     "security; may be given several times)")
          ->check(CLI::IsMember({"security", "bugfix", "enhancement", "newpackage", "other"}))
          ->type_name("TYPE")
          ->take_all();
  app.add_flag("--all", options.all, "Advisories of all types")->excludes(type);
  app.add_option("--severity", options.severities,
                 "Only advisories of this severity: critical, important, moderate, low, or unknown where none is "
                 "stated (default: all; may be given several times)")
      ->check(CLI::IsMember({"critical", "important", "moderate", "low", "unknown"}))
      ->type_name("SEVERITY")
      ->take_all();
  app.add_option("--cve", options.names, "Only advisories about this CVE, or with this id (may be given several times)")
      ->type_name("ID")
      ->take_all();
  app.add_flag("--fixed", options.fixed, "Show advisories whose fix is there, too");
}

}  // namespace

Action add_advisories(CLI::App& app) {
  auto options = std::make_shared<AdvisoriesArguments>();
  add_target_options(app, options->target);
  CLI::Option* positional = app.get_option("TARGET");
  positional->description(positional->get_description() +
                          ", or records of a history (IMAGE.jsonl), of which --tag gives the label");
  add_advisory_sources(app, options->sources);
  add_filters(app, *options);
  app.add_option("--fail-on", options->fail_on,
                 "Exit with 3 where an advisory of this severity or a worse one is open: unknown, low, moderate, "
                 "important, critical or never (default: unknown, which is any)")
      ->check(CLI::IsMember({"unknown", "low", "moderate", "important", "critical", "never"}))
      ->type_name("SEVERITY");
  add_accepted_advisories(app, options->accept);
  app.add_option("--format", options->format, "text, json or sarif (default: text)")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options->out, "Write to this file (default, and '-': standard output)")
      ->type_name("FILE");
  return [options](const Session& session) {
    return with_target_or_record(session, options->target,
                                 [&](const inspect::Target& target) { return show(*options, session, target); });
  };
}

}  // namespace rootlet::cli
