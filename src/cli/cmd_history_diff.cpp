#include <memory>

#include "advisory_options.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"

namespace rootlet::cli {
namespace {

struct HistoryDiffArguments {
  std::string image;
  std::string before;
  std::string after;
  std::string arch;
  std::string format = "text";
  AdvisorySourceOptions sources;
  HistoryOptions history;
};

/// The records of the image for the architecture that is asked for, or the only one.
const Timeline& timeline_of(const std::vector<Timeline>& timelines, const HistoryDiffArguments& options) {
  if (options.arch.empty() && timelines.size() == 1) return timelines.front();
  std::string known;
  for (const Timeline& one : timelines) {
    if (one.arch == options.arch) return one;
    known += (known.empty() ? "" : ", ") + one.arch;
  }
  if (options.arch.empty())
    throw usage_error("'" + options.image + "' is for several architectures", "give --arch: " + known);
  throw Error("there are no records of '" + options.image + "' for " + options.arch, "there are some for " + known);
}

int show(const HistoryDiffArguments& options, const Session& session) {
  const auto timelines = verbs::timelines(options.history.directory, {options.image}, *session.progress);
  const Timeline& line = timeline_of(timelines, options);
  const HistoryRecord& before = verbs::release_labelled(line, options.before);
  const HistoryRecord& after = verbs::release_labelled(line, options.after);
  Diff diff = verbs::diff(before, after);
  if (const auto known = advisories_if_asked(options.sources, options.arch, session)) {
    diff.advisories = verbs::advisory_changes(before, after, *known);
  }
  print_diff(session, options.format, diff);
  return 0;
}

}  // namespace

Action add_history_diff(CLI::App& app) {
  auto options = std::make_shared<HistoryDiffArguments>();
  app.add_option("IMAGE", options->image, "The image")->required();
  app.add_option("BEFORE", options->before, "The label of the earlier release")->required();
  app.add_option("AFTER", options->after, "The label of the later release")->required();
  app.add_option("--arch", options->arch, "The architecture (default: the only one)")->type_name("ARCH");
  add_diff_format(app, options->format);
  add_advisory_sources(app, options->sources);
  add_history_option(app, options->history);
  return [options](const Session& session) { return show(*options, session); };
}

}  // namespace rootlet::cli
