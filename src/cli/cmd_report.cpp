#include <algorithm>
#include <memory>
#include <utility>

#include "command.hpp"
#include "rootlet/history/timeline.hpp"
#include "rootlet/report/graph.hpp"

namespace rootlet::cli {
namespace {

struct ReportArguments {
  TargetOptions target;
  ReleaseOptions release;
  HistoryOptions history;
  PageOptions page;
};

/// What is recorded of the image, and the target as it is now at the end, whatever the records' dates.
int write_report(const ReportArguments& options, const Session& session, const target::Target& target) {
  HistoryRecord now = record_of(target, options.release);
  std::vector<HistoryRecord> records = read_records(session, options.history, now.image);
  std::erase_if(records, [&](const HistoryRecord& one) { return one.arch != now.arch; });
  for (const HistoryRecord& one : records) now.date = std::max(now.date, one.date);
  const std::string title = "Size of " + now.image + (records.empty() ? "" : " over its releases");
  records.push_back(std::move(now));
  write_page(options.page, title, history::timelines(std::move(records)));
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
    report::need_page_library();
    return with_target(session, options->target, target::Depth::database,
                       [&](const target::Target& target) { return write_report(*options, session, target); });
  };
}

}  // namespace rootlet::cli
