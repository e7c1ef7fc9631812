#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistoryAddArguments {
  TargetOptions target;
  verbs::Release release;
  HistoryOptions history;
};

int add(const HistoryAddArguments& options, const Session& session, const inspect::Target& target) {
  const HistoryRecord record = verbs::record_of(target, options.release);
  const fs::path file = verbs::add(record, options.history.directory);
  const Totals totals = record.totals();
  if (session.json) {
    print(report::json_text({{"file", file.string()},
                             {"image", record.image},
                             {"label", record.label},
                             {"date", record.date},
                             {"arch", record.arch},
                             {"packages", totals.packages},
                             {"installed_size", totals.installed_size}}));
  } else {
    print(fmt::format("{} {} ({}, {}): {}, {} installed; added to {}\n", printable(record.image),
                      printable(record.label), record.arch, record.date, counted(totals.packages, "package"),
                      human_size(totals.installed_size), file.string()));
  }
  return 0;
}

}  // namespace

Action add_history_add(CLI::App& app) {
  auto options = std::make_shared<HistoryAddArguments>();
  add_target_options(app, options->target);
  add_release_options(app, options->release);
  add_history_option(app, options->history);
  return [options](const Session& session) {
    return with_target(session, options->target, installed::Depth::database,
                       [&](const inspect::Target& target) { return add(*options, session, target); });
  };
}

}  // namespace rootlet::cli
