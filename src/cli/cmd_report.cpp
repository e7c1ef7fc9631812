#include <algorithm>
#include <memory>
#include <utility>

#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct ReportArguments {
  TargetOptions target;
  verbs::Release release;
  HistoryOptions history;
  PageOptions page;
};

constexpr const char* no_releases = "releases: what is recorded of an image is its packages";

int write_files_report(const ReportArguments& options, const inspect::Target& target) {
  const auto costs = verbs::file_costs(target);
  const std::string image = options.release.image.empty() ? target.image_name : options.release.image;
  const std::string title = "Files of " + image;
  write_result(options.page.out, report::files_page_text(title, costs, {no_releases}));
  if (!options.page.svg.empty()) {
    const Timeline named{image, target.image ? target.image->arch : "", {}, {}};
    fs::create_directories(options.page.svg);
    write_file(fs::path(options.page.svg) / report::chart_file(named, "files.svg"),
               report::files_chart(title, costs, {}));
  }
  return 0;
}

/// Writes what is recorded of the image, and the target as it is now at the end, whatever the records' dates.
int write_report(const ReportArguments& options, const Session& session, const inspect::Target& target) {
  report::need_page_library();
  Timeline line = verbs::timeline_of(target, options.release, options.history.directory, *session.progress);
  const std::string title = "Size of " + line.image + (line.records.size() == 1 ? "" : " over its releases");
  std::vector<Timeline> lines;
  lines.push_back(std::move(line));
  write_page(options.page, title, lines);
  return 0;
}

}  // namespace

Action add_report(CLI::App& app) {
  auto options = std::make_shared<ReportArguments>();
  add_target_options(app, options->target);
  add_page_options(app, options->page);
  add_release_options(app, options->release, "now");
  add_history_option(app, options->history);
  return [options](const Session& session) {
    return with_target(
        session, options->target, installed::Depth::database,
        [&](const inspect::Target& target) {
          return target.graph.packages_known ? write_report(*options, session, target)
                                             : write_files_report(*options, target);
        },
        installed::Depth::contents);
  };
}

}  // namespace rootlet::cli
