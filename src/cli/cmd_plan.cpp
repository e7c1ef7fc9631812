#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/supervise.hpp"
#include "base/workers.hpp"
#include "plan_options.hpp"
#include "rights/find_way.hpp"
#include "rootlet/error.hpp"
#include "rootlet/plan_report.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct PlanArguments {
  PlanOptions how;
  std::string format = "text";
  std::string out;
};

int show_plan(const PlanArguments& options, const Session& session) {
  const verbs::Plan plan = verbs::plan(plan_request(session, options.how), *session.progress);
  const int code = tell_problems(session, plan);
  if (options.format == "markdown") {
    write_result(options.out, report::to_markdown(plan));
  } else if (options.format == "json" || session.json) {
    write_result(options.out, report::json_text(report::to_json(plan)));
  } else {
    write_result(options.out, report::to_text(plan, session.verbose));
  }
  return code;
}

/// Interrupted builds leave nothing beside their outputs.
void remove_all_leftovers(const std::vector<fs::path>& outputs) {
  try {
    rights::enter(rights::find_way());  // files may belong to ids that exist nowhere else
  } catch (const Error&) {              // what cannot be removed stays for the next build
  }
  for (int i = 0; i < 40; ++i) {
    bool all = true;
    for (const fs::path& out : outputs) {
      const make::Workplace place = make::workplace(out);
      std::error_code none;
      if (fs::is_directory(place.parent, none)) all = remove_abandoned_dirs(place.parent, place.prefix) && all;
    }
    if (all) return;
    usleep(50000);  // processes in a build's namespaces die a moment after it
  }
}

int carry_out(const PlanOptions& options, const Session& session) {
  const verbs::PlanRequest request = plan_request(session, options);
  supervise(
      [outputs = verbs::outputs_of(recipe::load_workspace(request.workspace))] { remove_all_leftovers(outputs); });
  const verbs::Plan plan = verbs::apply(request, *session.progress);
  const int code = tell_problems(session, plan);
  if (session.json) {
    print(report::json_text(report::to_json(plan)));
  } else if (!session.quiet) {
    print(report::to_text(plan, session.verbose));
  }
  return code;
}

}  // namespace

void add_plan_options(CLI::App& app, PlanOptions& options) {
  options.at_once = processors();
  app.add_option("WORKSPACE", options.workspace,
                 "The workspace: a YAML file with recipes, output, and where wanted bases, releases, arches, variants, "
                 "registry, tag, share and history")
      ->required();
  app.add_option(
         "--shard", options.shard,
         "Only this part of the images, and what they are built on: I/N, of which the first is 0/N; auto or "
         "auto/N takes I, and N, from SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or CI_NODE_INDEX (default: all)")
      ->type_name("I/N");
  app.add_option("--level", options.level,
                 "Only images with so many images below them, and what they are built on (default: all)")
      ->type_name("N");
  app.add_option("-j,--jobs", options.at_once, "How many images at once (default: one for each processor)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->type_name("N");
  app.add_option("--date", options.date, "The records' date (default: SOURCE_DATE_EPOCH's, else today's, in UTC)")
      ->type_name("YYYY-MM-DD");
  add_proof_option(app, options.recipe);
}

verbs::PlanRequest plan_request(const Session& session, const PlanOptions& options) {
  verbs::PlanRequest request;
  request.workspace = options.workspace;
  if (!options.shard.empty()) request.shard = verbs::shard_of(options.shard);
  request.level = options.level;
  request.at_once = options.at_once;
  request.date = options.date.empty() ? verbs::today() : options.date;
  request.environment = environment_of(session, options.recipe);
  request.explain = report::explanation;
  return request;
}

int tell_problems(const Session& session, const verbs::Plan& plan) {
  bool unsolved = false;
  bool failed = false;
  for (const verbs::PlannedImage& one : plan.images) {
    const std::string& name = plan.workspace.images[one.image].name;
    for (const std::string& warning : one.warnings) session.progress->warn(name + ": " + warning);
    unsolved = unsolved || one.fate == verbs::ImageFate::no_solution;
    failed = failed || one.fate == verbs::ImageFate::failed;
  }
  fmt::print(stderr, "{}", report::problems_text(plan));
  if (failed) return exit_code(ErrorKind::failure);
  return unsolved ? exit_code(ErrorKind::no_solution) : 0;
}

Action add_plan(CLI::App& app) {
  auto options = std::make_shared<PlanArguments>();
  add_plan_options(app, options->how);
  app.add_option("--format", options->format, "text, json or markdown (default: text)")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options->out, "Write to this file (default, and '-': standard output)")
      ->type_name("FILE");
  return [options](const Session& session) { return show_plan(*options, session); };
}

Action add_apply(CLI::App& app) {
  auto options = std::make_shared<PlanOptions>();
  add_plan_options(app, *options);
  return [options](const Session& session) { return carry_out(*options, session); };
}

}  // namespace rootlet::cli
