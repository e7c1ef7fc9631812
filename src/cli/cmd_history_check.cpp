#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/analysis/diff.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/history/check.hpp"
#include "rootlet/history/file.hpp"
#include "rootlet/history/record_of.hpp"
#include "rootlet/report/history.hpp"
#include "rootlet/report/report.hpp"
#include "rootlet/rpm/version.hpp"

namespace rootlet::cli {
namespace {

struct HistoryCheckArguments {
  RecipeOptions recipe;
  std::string target;
  std::string against;
  HistoryOptions history;
};

/// The record to compare with: the last one of this image and architecture, or the last with a label.
const HistoryRecord* earlier(const std::vector<Timeline>& timelines, const HistoryRecord& now,
                             const std::string& label) {
  const auto line =
      std::find_if(timelines.begin(), timelines.end(), [&](const Timeline& one) { return one.arch == now.arch; });
  if (line == timelines.end()) {
    if (label.empty()) return nullptr;
    throw Error("there is no release '" + label + "' of '" + now.image + "' for " + now.arch);
  }
  if (label.empty()) return &line->records.back();
  return &release_labelled(*line, label);
}

int check(const HistoryCheckArguments& options, const Session& session, const Recipe& recipe,
          const target::Target& target) {
  if (recipe.budget.compressed_size && !target.image) {
    throw usage_error(recipe.path.string() + ": the budget limits compressed_size, which only an image has",
                      "name the image that was built from it, too: rootlet history check RECIPE IMAGE");
  }
  const HistoryRecord now = history::record_of(target, {recipe.name, "now", "2000-01-01", ""});
  std::vector<Timeline> timelines;
  if (!options.against.empty() || fs::exists(history::file_of(options.history.directory, recipe.name))) {
    timelines = read_timelines(session, options.history, {recipe.name});
  }
  report::BudgetReport result{now, {}, earlier(timelines, now, options.against)};
  result.checks = history::check(recipe.budget, now, result.before);
  result.growth_unknown = result.before == nullptr && (recipe.budget.growth_percent || recipe.budget.growth_bytes);
  if (result.before != nullptr && result.before->sizes_kept != now.sizes_kept) {
    const std::string with = "counts documentation and languages that images leave out";
    session.progress->warn(
        "growth is more or less than it says: " +
        (now.sizes_kept ? "the release '" + result.before->label + "' " : std::string("the image ")) + with +
        ", the other one does not; add a release whose headers can be read");
  }
  if (result.before != nullptr) result.diff = analysis::diff(result.before->graph, now.graph, rpm::compare_versions);
  print(session.json ? report::json_text(report::to_json(result)) : report::to_text(result));
  return result.over() ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_history_check(CLI::App& app) {
  auto options = std::make_shared<HistoryCheckArguments>();
  add_recipe_options(app, options->recipe, "hold the image against, by its key budget");
  app.add_option("TARGET", options->target, "The image built from it, say (default: the recipe, solved)");
  app.add_option("--against", options->against, "The release since which growth counts (default: the last one)")
      ->type_name("LABEL");
  add_history_option(app, options->history);
  return [options](const Session& session) {
    const Recipe recipe = load_recipe(options->recipe);
    if (recipe.budget == ImageBudget{}) {
      throw usage_error(recipe.path.string() + ": the recipe has no budget",
                        "add one, for instance budget: {installed_size: 40MB, growth: 5%}");
    }
    TargetOptions target;
    target.recipe = options->recipe;
    target.target = options->target.empty() ? options->recipe.recipe : options->target;
    return with_target(session, target, target::Depth::database,
                       [&](const target::Target& found) { return check(*options, session, recipe, found); });
  };
}

}  // namespace rootlet::cli
