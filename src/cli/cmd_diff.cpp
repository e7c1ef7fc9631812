#include <nlohmann/json.hpp>

#include "advisory_options.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct DiffArguments {
  TargetOptions target;
  std::string other;
  std::string format = "text";
  AdvisorySourceOptions sources;
};

}  // namespace

void add_diff_format(CLI::App& app, std::string& format) {
  app.add_option("--format", format, "How to print it: text, markdown (for a merge request) or json")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->type_name("FORMAT");
}

void print_diff(const Session& session, const std::string& format, const Diff& diff) {
  if (session.json || format == "json") {
    print(report::json_text(report::to_json(diff)));
  } else {
    print(format == "markdown" ? report::to_markdown(diff) : report::to_text(diff, session.colours.result));
  }
}

Action add_diff(CLI::App& app) {
  auto options = std::make_shared<DiffArguments>();
  add_target_options(app, options->target);
  app.add_option("OTHER", options->other, "What to compare it with: also any of these")->required();
  add_diff_format(app, options->format);
  add_advisory_sources(app, options->sources);
  return [options](const Session& session) {
    TargetOptions other = options->target;
    other.target = options->other;
    const auto use = [&](const inspect::Target& before) {
      const auto show = [&](const inspect::Target& after) {
        Diff diff = verbs::diff(before, after);
        if (const auto known = advisories_if_asked(options->sources, options->target.recipe.arch, session)) {
          diff.advisories = verbs::advisory_changes(before, after, *known);
        }
        print_diff(session, options->format, diff);
        return 0;
      };
      return with_target(session, other, installed::Depth::contents, show, installed::Depth::contents);
    };
    return with_target(session, options->target, installed::Depth::contents, use, installed::Depth::contents);
  };
}

}  // namespace rootlet::cli
