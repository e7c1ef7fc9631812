#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis/diff.hpp"
#include "rootlet/analysis/differences.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/report/diff.hpp"
#include "rootlet/report/report.hpp"
#include "rootlet/rpm/version.hpp"

namespace rootlet::cli {
namespace {

struct DiffArguments {
  TargetOptions target;
  std::string other;
  std::string format = "text";
};

Diff compare(const target::Target& before, const target::Target& after) {
  Diff diff;
  diff.before = before.name;
  diff.after = after.name;
  for (const target::Target* one : {&before, &after}) {
    if (!one->graph.packages_known) diff.not_compared = "packages: nothing tells those of " + one->name;
  }
  if (diff.not_compared.empty()) diff.packages = analysis::diff(before.graph, after.graph, rpm::compare_versions);
  if (!diff.not_compared.empty() && !(before.files && after.files)) {
    throw Error("there is nothing to compare: " + diff.not_compared, "compare it with a root directory or an image");
  }
  if (before.files && after.files) {
    const auto olds = analysis::owners_of(*before.files, before.installed);
    const auto news = analysis::owners_of(*after.files, after.installed);
    diff.files = analysis::file_differences({*before.files, before.graph, olds}, {*after.files, after.graph, news});
  }
  if (before.image) diff.compressed_before = before.image->compressed_size();
  if (after.image) diff.compressed_after = after.image->compressed_size();
  if (before.image && after.image) diff.config = analysis::config_differences(*before.image, *after.image);
  return diff;
}

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
    print(format == "markdown" ? report::to_markdown(diff) : report::to_text(diff));
  }
}

Action add_diff(CLI::App& app) {
  auto options = std::make_shared<DiffArguments>();
  add_target_options(app, options->target);
  app.add_option("OTHER", options->other, "What to compare it with: also any of these")->required();
  add_diff_format(app, options->format);
  return [options](const Session& session) {
    TargetOptions other = options->target;
    other.target = options->other;
    const auto use = [&](const target::Target& before) {
      const auto show = [&](const target::Target& after) {
        print_diff(session, options->format, compare(before, after));
        return 0;
      };
      return with_target(session, other, target::Depth::contents, show, target::Depth::contents);
    };
    return with_target(session, options->target, target::Depth::contents, use, target::Depth::contents);
  };
}

}  // namespace rootlet::cli
