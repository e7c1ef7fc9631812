#include <memory>
#include <nlohmann/json.hpp>

#include "advisory_options.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistoryShowArguments {
  std::vector<std::string> images;
  HistoryOptions history;
  AdvisorySourceOptions sources;
};

int show(const HistoryShowArguments& options, const Session& session) {
  std::vector<Timeline> timelines = verbs::timelines(options.history.directory, options.images, *session.progress);
  if (const auto known = advisories_if_asked(options.sources, "", session)) {
    for (Timeline& line : timelines) verbs::judge(line, *known);
  }
  if (session.json) {
    print(report::json_text(report::to_json(timelines)));
  } else if (options.images.empty() && timelines.size() > 1) {
    print(report::overview_text(timelines, session.colours.result));
  } else {
    std::vector<std::string> texts;
    for (const Timeline& line : timelines) texts.push_back(report::to_text(line, session.colours.result));
    print(join(texts, "\n"));
  }
  return 0;
}

}  // namespace

Action add_history_show(CLI::App& app) {
  auto options = std::make_shared<HistoryShowArguments>();
  app.add_option("IMAGE", options->images, "The images to show (default: all, a line each)")->type_name("");
  add_advisory_sources(app, options->sources);
  add_history_option(app, options->history);
  return [options](const Session& session) { return show(*options, session); };
}

}  // namespace rootlet::cli
