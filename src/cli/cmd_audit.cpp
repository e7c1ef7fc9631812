#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/report.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct AuditArguments {
  TargetOptions target;
  // A note is something to know or to save; what fails should be there for somebody to mend.
  std::string fail_on = "warning";
  std::string accept;
  std::string format = "text";
  std::string out;
  bool all = false;
};

std::string rendered(const analysis::Audit& audit, const AuditArguments& options, const Session& session) {
  if (options.format == "sarif") return report::json_text(report::to_sarif(audit, options.target.target));
  if (options.format == "json" || session.json) return report::json_text(report::to_json(audit));
  return report::to_text(audit,
                         {options.all, session.verbose, session.colours.result && is_standard_output(options.out)});
}

int show(const AuditArguments& options, const std::vector<Accepted>& accepted, const Session& session,
         const inspect::Target& target) {
  const analysis::Audit audit = verbs::audit(target, accepted);
  write_result(options.out, rendered(audit, options, session));
  const auto level = severity_of(options.fail_on);
  return level && analysis::fails(audit.findings, *level) ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_audit(CLI::App& app) {
  auto options = std::make_shared<AuditArguments>();
  add_target_options(app, options->target);
  app.add_option("--fail-on", options->fail_on,
                 "Exit with 3 where there are findings of this level or above: note, warning, error or never (default: "
                 "warning)")
      ->check(CLI::IsMember({"note", "warning", "error", "never"}))
      ->type_name("LEVEL");
  app.add_option("--accept", options->accept, "A file of accepted findings: a list of rule, package, path and reason")
      ->type_name("FILE");
  app.add_option("--format", options->format, "text, json or sarif (default: text)")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options->out, "Write to this file (default, and '-': standard output)")
      ->type_name("FILE");
  app.add_flag("--all", options->all, "Show every finding, not only the first ones of each rule");
  return [options](const Session& session) {
    const auto accepted = options->accept.empty() ? std::vector<Accepted>() : recipe::load_accepted(options->accept);
    return with_target(
        session, options->target, installed::Depth::contents,
        [&](const inspect::Target& target) { return show(*options, accepted, session, target); },
        installed::Depth::contents);
  };
}

}  // namespace rootlet::cli
