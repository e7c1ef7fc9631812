#include "base_recipe.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/workers.hpp"
#include "listening.hpp"
#include "locked_solution.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::make {
namespace {

using nlohmann::json;

Recipe load_base(const std::string& path, const std::string& arch) {
  recipe::Overrides overrides;
  overrides.arch = arch;
  return recipe::load(path, overrides);
}

std::string place_of(const std::string& path) { return fs::weakly_canonical(path).string(); }

/// A recipe that is built on itself would never be built.
void check_chain(const Recipe& recipe) {
  std::set<std::string> seen{place_of(recipe.path)};
  for (std::string base = recipe.base; names_recipe(base); base = load_base(base, recipe.selection.arch).base) {
    if (!seen.insert(place_of(base)).second) throw usage_error("recipes are built on each other in a circle");
  }
}

/// In a worker: builds, and returns the warnings as JSON.
std::string build_to(const fs::path& out, const std::string& path, const std::string& arch,
                     const Environment& environment) {
  Progress silent;
  Listening progress(silent);
  const Recipe base = load_base(path, arch);
  if (base.layers.history) {
    throw usage_error("its layers go by its history", "build it by itself, and let base name the image");
  }
  BuildOptions options;
  options.out = out;
  options.format = image::Format::oci_archive;
  fs::path lock = path;
  lock.replace_extension(".lock.json");
  if (fs::exists(lock)) options.lock = lock;
  const auto outcome = build(base, options, environment, progress);
  if (std::holds_alternative<Unsolvable>(outcome)) {
    throw Error("no set of packages satisfies it", "run rootlet solve " + path + " to see why", ErrorKind::no_solution);
  }
  if (const auto* built = std::get_if<BuildResult>(&outcome)) remember(*built, environment, {}, progress);
  return dump_json(json(progress.warnings()));
}

}  // namespace

bool names_recipe(const std::string& base) {
  std::error_code error;
  return (base.ends_with(".yaml") || base.ends_with(".yml")) && fs::is_regular_file(base, error);
}

fs::path build_base(const Recipe& recipe, const Environment& environment, Progress& progress) {
  check_chain(recipe);
  const std::string& arch = recipe.selection.arch;
  const fs::path directory = environment.cache_dir / "bases";
  repo::require_own_cache(environment.cache_dir);
  repo::make_cache_dirs(directory);
  const std::string name = digest_of(arch + " " + place_of(recipe.base));
  const fs::path out = directory / (name + ".tar");
  const FileLock alone(directory / (name + ".lock"));
  progress.begin("building the base", 0, Progress::Unit::items);
  const Job job{recipe.base, [&] { return build_to(out, recipe.base, arch, environment); }};
  const Outcome outcome = run_workers({job}, 1, [](std::size_t, const Job&) {}).front();
  if (const auto* error = std::get_if<Error>(&outcome)) {
    progress.abandon();
    throw Error(*error);
  }
  progress.end();
  for (const json& warning : parse_json(std::get<std::string>(outcome))) progress.warn(warning.get<std::string>());
  return out;
}

}  // namespace rootlet::make
