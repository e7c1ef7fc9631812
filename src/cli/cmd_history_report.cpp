#include <memory>

#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistoryReportArguments {
  std::vector<std::string> images;
  HistoryOptions history;
  PageOptions page;
};

int write_report(const HistoryReportArguments& options, const Session& session) {
  report::need_page_library();
  const std::vector<Timeline> timelines =
      verbs::timelines(options.history.directory, options.images, *session.progress);
  const bool one = timelines.front().image == timelines.back().image;
  write_page(options.page,
             one ? "Size of " + timelines.front().image + " over its releases" : "Sizes of images over their releases",
             timelines);
  return 0;
}

}  // namespace

Action add_history_report(CLI::App& app) {
  auto options = std::make_shared<HistoryReportArguments>();
  app.add_option("IMAGE", options->images, "Only these images (default: all that the directory has records of)");
  add_page_options(app, options->page);
  add_history_option(app, options->history);
  return [options](const Session& session) { return write_report(*options, session); };
}

}  // namespace rootlet::cli
