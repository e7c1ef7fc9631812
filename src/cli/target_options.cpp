#include <algorithm>

#include "base/text.hpp"
#include "command.hpp"

namespace rootlet::cli {

void add_target_options(CLI::App& app, TargetOptions& options) {
  app.add_option("TARGET", options.target,
                 "A recipe, a lock, a root directory, an RPM database (file or directory), an OCI image layout, an "
                 "oci-archive, a docker-archive, what skopeo calls dir:, an image in a registry "
                 "(docker://HOST/PATH:TAG), or an "
                 "SBOM (SPDX or CycloneDX, JSON)")
      ->required();
  app.add_option("--distro", options.recipe.distro,
                 "Look at what packages of this distribution, such as fedora:44, come to: TARGET is one of them, or "
                 "several with commas between; rootlet init --list has all that are known")
      ->type_name("DISTRO");
  app.add_option("--arch", options.recipe.arch,
                 "Which architecture of an image, or which one to solve a recipe for (default: the only one, the "
                 "recipe's, else this machine's)")
      ->type_name("ARCH");
  app.add_option(
         "--tag", options.tag,
         "Which image, where there are several: its name or tag, its place (@1 is the second), or how its digest "
         "begins")
      ->type_name("TAG");
  add_reading_options(app, options);
}

void add_reading_options(CLI::App& app, TargetOptions& options) {
  app.add_option(
         "--unpack-limit", options.unpack_limit,
         "To what size an image may unpack that is packed unusually well, to a 200th of that or less (default: " +
             human_size(options.unpack_limit) + ")")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
  add_goal_options(app, options.recipe, "Of a recipe: ");
}

inspect::Options open_options(const Session& session, const TargetOptions& options, installed::Depth depth) {
  inspect::Options result;
  result.tree.depth = depth;
  result.tree.arch = options.recipe.arch;
  result.tree.tag = options.tag;
  result.tree.unpacked_limit = options.unpack_limit;
  result.recipe = overrides_of(options.recipe);
  result.environment = environment_of(session, options.recipe);
  result.environment.paths = options.paths;
  return result;
}

void add_only_option(CLI::App& app, std::vector<std::string>& only) {
  app.add_option(
         "--only", only,
         "Follow only dependencies of this kind: runtime, scriptlet, weak or other (may be given several times)")
      ->check(CLI::IsMember({"runtime", "scriptlet", "weak", "other"}))
      ->type_name("KIND")
      ->take_all();
}

Kinds kinds_of(const std::vector<std::string>& only) {
  if (only.empty()) return {};
  const auto has = [&](const char* kind) { return std::find(only.begin(), only.end(), kind) != only.end(); };
  return {has("runtime"), has("scriptlet"), has("weak"), has("other")};
}

int with_target(const Session& session, const TargetOptions& given, installed::Depth depth,
                const std::function<int(const inspect::Target&)>& use, std::optional<installed::Depth> files_alone) {
  TargetOptions options = given;
  if (!options.recipe.distro.empty() && options.recipe.packages.empty()) {
    take_words(options.recipe, CLI::detail::split(options.target, ','));
    options.target = options.recipe.recipe;
  }
  inspect::Options how = open_options(session, options, depth);
  how.files_alone = files_alone;
  const auto opened = inspect::open(options.target, how, *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&opened)) {
    return no_solution(session, options.target, *unsolvable);
  }
  const auto& target = std::get<inspect::Target>(opened);
  for (const std::string& warning : target.warnings) session.progress->warn(warning);
  return use(target);
}

bool names_path(std::string_view what) { return what.find('/') != std::string_view::npos; }

int with_target_for(const Session& session, TargetOptions options, std::string_view what,
                    const std::function<int(const inspect::Target&)>& use, installed::Depth of_paths) {
  options.paths = names_path(what);
  return with_target(session, options, options.paths ? of_paths : installed::Depth::database, use);
}

}  // namespace rootlet::cli
