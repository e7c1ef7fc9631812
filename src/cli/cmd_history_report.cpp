#include <algorithm>
#include <iterator>
#include <memory>

#include "command.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/history/file.hpp"
#include "rootlet/history/timeline.hpp"
#include "rootlet/report/graph.hpp"

namespace rootlet::cli {
namespace {

struct Options {
  std::vector<std::string> images;
  HistoryOptions history;
  PageOptions page;
};

/// The images that are named, or all there are.
std::vector<std::string> images_of(const Options& options) {
  if (!options.images.empty()) return options.images;
  std::vector<std::string> all = history::images_of(options.history.directory);
  if (all.empty()) {
    throw Error("there are no records in '" + options.history.directory + "'",
                "'rootlet history add' makes records; --history names another directory");
  }
  return all;
}

int write_report(const Options& options, const Session& session) {
  report::need_page_library();
  std::vector<HistoryRecord> records;
  std::vector<std::string> images = images_of(options);
  std::sort(images.begin(), images.end());
  images.erase(std::unique(images.begin(), images.end()), images.end());
  for (const std::string& image : images) {
    auto more = read_history(session, options.history, image);
    std::move(more.begin(), more.end(), std::back_inserter(records));
  }
  if (records.empty()) {
    throw Error("'" + options.history.directory + "' has no record that can be read",
                "the warnings say what is wrong with each line");
  }
  const std::string of = images.size() == 1 ? "Size of " + images.front() + " over its" : "Sizes of images over their";
  write_page(options.page, of + " releases", history::timelines(std::move(records)));
  return 0;
}

}  // namespace

Action add_history_report(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("IMAGE", options->images, "Only these images (default: all that the directory has records of)");
  add_page_options(app, options->page);
  add_history_option(app, options->history);
  return [options](const Session& session) { return write_report(*options, session); };
}

}  // namespace rootlet::cli
