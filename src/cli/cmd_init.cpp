#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/distros.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct InitArguments {
  std::string name;
  std::string distro;
  std::vector<std::string> packages;
  std::string out;
  bool force = false;
  bool list = false;
  bool no_solve = false;
};

int show_distros(const Session& session) {
  const std::vector<Distro> distros = recipe::known_distros();
  print(session.json ? report::json_text(report::to_json(distros)) : report::to_text(distros));
  return 0;
}

Starter starter_of(const InitArguments& options) {
  if (options.distro.empty()) {
    throw usage_error("no distribution is named", "write --distro fedora:44, say; rootlet init --list has all of them");
  }
  Starter starter{options.name, options.distro, options.packages};
  if (starter.packages.empty() && starter.name.empty()) {
    throw usage_error("no package is named", "write --package NAME, as often as there are packages");
  }
  if (starter.packages.empty()) starter.packages.push_back(starter.name);
  if (starter.name.empty() || options.packages.empty()) starter.name = recipe::image_name_of(starter.packages);
  return starter;
}

/// Solves the recipe in each way of a ladder, too. What cannot be reached is noted, since the recipe is there all the
/// same.
std::variant<WrittenStarter, Unsolvable> solved(WrittenStarter starter, const Session& session) {
  try {
    RecipeOptions options;
    options.recipe = starter.recipe;
    Recipe recipe = load_recipe(options);
    const make::Environment environment = environment_of(session, options);
    make::Resolved resolved = make::resolve(recipe, environment, *session.progress);
    if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
    starter.solution = std::get<Solution>(resolved.outcome);
    auto ladder = make::ladder(recipe, environment, *session.progress, &resolved);
    if (auto* rungs = std::get_if<Ladder>(&ladder)) starter.ladder = std::move(*rungs);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::failure) throw;
    session.progress->abandon();
    starter.not_solved = error.what();
  }
  return starter;
}

int init(const InitArguments& options, const Session& session) {
  if (options.list) return show_distros(session);
  const Starter starter = starter_of(options);
  const std::string text = recipe::starter_text(starter);
  const std::string out = options.out.empty() ? starter.name + ".yaml" : options.out;
  if (out == "-") {
    print(text);
    return 0;
  }
  std::error_code error;
  if (!options.force && fs::exists(fs::symlink_status(out, error))) {
    throw usage_error("'" + out + "' is there already", "name another file with -o, or write over it with --force");
  }
  write_result(out, text);
  WrittenStarter fresh{out, starter.distro};
  if (options.no_solve) fresh.not_solved = "--no-solve";
  const auto answer = options.no_solve ? std::variant<WrittenStarter, Unsolvable>(fresh) : solved(fresh, session);
  const auto* written = std::get_if<WrittenStarter>(&answer);
  const WrittenStarter& told = written == nullptr ? fresh : *written;
  if (session.json) {
    if (written != nullptr) print(report::json_text(report::to_json(told)));
  } else if (!session.quiet) {
    print(report::to_text(told));
  }
  return written == nullptr ? no_solution(session, out, std::get<Unsolvable>(answer)) : 0;
}

}  // namespace

Action add_init(CLI::App& app) {
  auto options = std::make_shared<InitArguments>();
  app.add_option("NAME", options->name, "The name of the image, and its package where --package names none");
  app.add_option("--distro", options->distro, "The distribution and its release: fedora:44")->type_name("DISTRO");
  app.add_option("--package", options->packages, "A package of the image; may be given several times")
      ->allow_extra_args(false)
      ->type_name("PACKAGE");
  app.add_option("-o,--output", options->out, "The file to write (default: NAME.yaml; '-': standard output)")
      ->type_name("FILE");
  app.add_flag("--force", options->force, "Write over a file that is there already");
  app.add_flag("--no-solve", options->no_solve, "Only write the recipe: do not solve it, nor show what it comes to");
  app.add_flag("--list", options->list, "List the distributions and their releases, and write nothing");
  return [options](const Session& session) { return init(*options, session); };
}

}  // namespace rootlet::cli
