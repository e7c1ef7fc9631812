#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/distros.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::cli {
namespace {

/// Message that CLI11 takes for wrong usage, or nothing.
std::string refused_seconds(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0' && std::isfinite(seconds) && seconds > 0) return {};
  return "'" + text + "' is not a positive number of seconds";
}

}  // namespace

void add_goal_options(CLI::App& app, RecipeOptions& options, const std::string& of) {
  std::vector<std::string> known;
  for (const Objective each : objectives) known.emplace_back(objective_name(each));
  app.add_option("--objective", options.objective,
                 fmt::format("{}What to make least: smallest (installed size), fewest (packages) or download (download "
                             "size); or dnf, exactly what DNF would install (default: the recipe's, else {})",
                             of, objective_name(Goal().objective)))
      ->check(CLI::IsMember(known))
      ->type_name("OBJECTIVE");
  app.add_option(
         "--scriptlet-deps", options.scriptlet_deps,
         of + "Whether packages that only scriptlets need stay: keep or drop (default: the recipe's, else keep)")
      ->check(CLI::IsMember({"keep", "drop"}))
      ->type_name("WHAT");
  app.add_option(
         "--conflict-limit", options.search.conflicts,
         fmt::format("{}How many conflicts proving that no set is smaller may come to: a measure of work that is "
                     "the same on every machine (default: {})",
                     of, grouped(options.search.conflicts)))
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_option(
         "--time-limit", options.search.seconds,
         of + "How long proving that no set is smaller may take (default: no limit; what is found then depends on the "
              "machine)")
      ->check(CLI::Validator(refused_seconds, ""))
      ->type_name("SECONDS");
  const auto set = [&options](make::Headers headers) { return [&options, headers] { options.headers = headers; }; };
  CLI::Option* with =
      app.add_flag_callback("--headers", set(make::Headers::required),
                            of + "Fail where a package's header cannot be had (default: then metadata decide), and "
                                 "tell which scriptlets require what. "
                                 "Headers tell what the build leaves out of packages: documentation and languages");
  app.add_flag_callback("--no-headers", set(make::Headers::never),
                        of + "Let metadata decide; package headers are not fetched")
      ->excludes(with);
}

void add_recipe_options(CLI::App& app, RecipeOptions& options, const std::string& verb) {
  const std::string what = verb == "build" ? "build" : "solve";
  const bool takes_all = verb == "build" || verb == "solve" || verb == "pin";
  app.add_option("RECIPE", options.recipe, "The recipe to " + verb + (takes_all ? "; with --distro, a package" : ""))
      ->required();
  if (takes_all) {
    app.add_option("--distro", options.distro,
                   "Take the packages named here of this distribution, such as fedora:44, without a recipe; rootlet "
                   "init --list has all that are known")
        ->type_name("DISTRO");
  }
  const std::string all = takes_all ? ", all where it names several" : "";
  app.add_option("--arch", options.arch,
                 "The architecture to " + what + " for (default: the recipe's" + all + ", else this machine's)")
      ->type_name("ARCH");
  CLI::Option* on = app.add_option("--on", options.on,
                                   "The image to build on, in place of the recipe's 'base': a layout, an archive, "
                                   "docker://HOST/PATH:TAG")
                        ->type_name("IMAGE");
  app.add_option("--variant", options.variant, "The variant of this name of the recipe, on the main image")
      ->needs(on)
      ->type_name("NAME");
  add_goal_options(app, options, "");
}

void add_proof_option(CLI::App& app, RecipeOptions& options) {
  options.want_proof = true;
  app.add_flag_callback(
      "--allow-unproved", [&options] { options.want_proof = false; },
      "Take the best set that was found where the search for a better one was cut short (default: "
      "that is an error)");
}

void take_packages(RecipeOptions& options, const std::vector<std::string>& more) {
  if (options.distro.empty()) return;
  std::vector<std::string> words{options.recipe};
  words.insert(words.end(), more.begin(), more.end());
  take_words(options, words);
}

void take_words(RecipeOptions& options, const std::vector<std::string>& words) {
  options.packages = words;
  for (const std::string& word : options.packages) {
    if (!word.ends_with(".yaml") && !word.ends_with(".yml")) continue;
    throw usage_error("'" + word + "' is a recipe, and with --distro all words are packages",
                      "leave --distro out, and write distro: " + options.distro + " into the recipe");
  }
  options.recipe = recipe::image_name_of(options.packages);
}

void add_more_packages(CLI::App& app, std::vector<std::string>& more) {
  app.add_option("PACKAGE", more, "With --distro: more packages")->needs("--distro");
}

recipe::Overrides overrides_of(const RecipeOptions& options) {
  recipe::Overrides overrides{options.arch, objective_of(options.objective), scriptlet_deps_of(options.scriptlet_deps)};
  overrides.variant = options.variant;
  overrides.on = options.on;
  overrides.distro = options.distro;
  overrides.packages = options.packages;
  overrides.arch_drift = arch_drift_of(options.arch_drift);
  return overrides;
}

Recipe load_recipe(const RecipeOptions& options) { return recipe::load(options.recipe, overrides_of(options)); }

make::Environment environment_of(const Session& session, const RecipeOptions& options) {
  make::Environment environment = session.environment;
  environment.search = options.search;
  environment.want_proof = options.want_proof;
  environment.headers = options.headers;
  return environment;
}

int with_solution(const Session& session, const RecipeOptions& options,
                  const std::function<int(const Recipe&, const make::Resolved&, const Solution&)>& use) {
  const make::Environment environment = environment_of(session, options);
  Recipe recipe = load_recipe(options);
  make::look_into_files(recipe, environment, *session.progress);
  const make::Resolved resolved = make::resolve(recipe, environment, *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) {
    return no_solution(session, options.recipe, *unsolvable);
  }
  tell(resolved.by_metadata, *session.progress);
  return use(recipe, resolved, std::get<Solution>(resolved.outcome));
}

}  // namespace rootlet::cli
