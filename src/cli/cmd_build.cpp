#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/supervise.hpp"
#include "base/text.hpp"
#include "base/workers.hpp"
#include "command.hpp"
#include "rights/find_way.hpp"
#include "rootlet/build.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"
#include "rootlet/standalone.hpp"
#include "rootlet/together.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct BuildArguments {
  RecipeOptions recipe;
  std::vector<std::string> more;  ///< recipes
  std::size_t at_once = processors();
  std::string out;
  fs::path spool;  ///< where it waits for standard output; empty: it goes to `out`
  std::string format = "oci";
  std::string compression;
  std::string lock;
  bool locked = false;
  bool no_reuse = false;
  bool standalone = false;
  std::string push;
  std::vector<std::string> sboms;
  make::Documents documents;
};

/// Without a slash at the end, and never "." or "..".
fs::path output_path(const std::string& given) {
  fs::path out = fs::path(given).lexically_normal();
  if (!out.has_filename()) out = out.parent_path();
  return out == "." || out.filename() == ".." ? fs::weakly_canonical(out) : out;
}

image::Compression compression_of(const BuildArguments& options, const fs::path& out, image::Format format) {
  if (options.compression.empty()) return image::default_compression(out, format);
  return options.compression == "zstd" ? image::Compression::zstd : image::Compression::gzip;
}

/// An interrupted build leaves nothing beside its output.
void remove_build_leftovers(const fs::path& out) {
  const make::Workplace place = make::workplace(out);
  remove_leftovers(place.parent, place.prefix);
}

/// Removes all that an interrupted build must not leave.
std::function<void()> clean_up(const BuildArguments& options, const fs::path& out) {
  return [out, spool = options.spool] {
    remove_build_leftovers(out);
    if (!spool.empty()) remove_tree(spool);
  };
}

/// Errors in what --push says come before any work.
void check_push(const BuildArguments& options, const Session& session) {
  if (options.push.empty()) return;
  verbs::check_push(options.push, session.environment);
  if (options.format != "oci" && options.format != "oci-archive") {
    throw usage_error("an image in the format " + options.format + " cannot be pushed",
                      "choose --format oci or oci-archive");
  }
}

/// A build in words and in JSON.
struct Said {  // NOLINT(bugprone-exception-escape): nlohmann_json moves
  std::string text;
  nlohmann::ordered_json json;
};

/// Remembers the same without times, which are those of one build.
Said said_of(const make::BuildResult& result, const make::Environment& environment, Progress& progress) {
  Said said{report::to_text(result), report::to_json(result)};
  nlohmann::ordered_json timeless = said.json;
  timeless["phases"] = nlohmann::ordered_json::array();
  make::remember(result, environment, {report::summary_text(result), dump_json_strictly(timeless)}, progress);
  return said;
}

Said said_of(const make::IndexResult& result, const make::Environment& environment, Progress& progress) {
  Said said{report::to_text(result, true), report::to_json(result)};
  nlohmann::ordered_json timeless = said.json;
  for (auto& one : timeless["arches"]) one["phases"] = nlohmann::ordered_json::array();
  make::remember(result, environment, {report::to_text(result, false), dump_json_strictly(timeless)}, progress);
  return said;
}

Said said_of(const make::TogetherResult& result, const make::Environment& environment, Progress& progress) {
  Said said{report::to_text(result), report::to_json(result)};
  make::remember(result, environment, {said.text, dump_json_strictly(said.json)}, progress);
  return said;
}

Said said_of(const make::Unchanged& unchanged) {
  Said said{unchanged.text + "  unchanged  nothing was built: all is as it was\n", parse_ordered_json(unchanged.json)};
  said.json["reused"] = "image";
  return said;
}

make::BuildOptions build_options_of(const BuildArguments& options) {
  make::BuildOptions build;
  build.out = output_path(options.out);
  build.format = *image::parse_format(options.format);
  build.compression = compression_of(options, build.out, build.format);
  if (options.locked || !options.lock.empty()) {
    build.lock = options.lock.empty() ? default_lock(options.recipe) : std::filesystem::path(options.lock);
  }
  build.reuse = !options.no_reuse;
  build.documents = options.documents;
  for (const std::string& name : options.sboms) {
    const sbom::SbomFormat format = *sbom::format_of(name);
    auto& formats = build.documents.sboms;
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) formats.push_back(format);
  }
  return build;
}

int no_solution(const Session& session, const make::UnsolvableImages& unsolvable) {
  if (session.json) print(report::json_text(report::to_json(unsolvable)));
  fmt::print(stderr, "{} no set of packages satisfies {}\n{}", error_label(session),
             counted(unsolvable.images.size(), "recipe"), report::to_text(unsolvable));
  return exit_code(ErrorKind::no_solution);
}

void print_file(const fs::path& path) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) throw system_error("cannot read '" + path.string() + "'");
  std::string part(1U << 20U, '\0');
  for (;;) {
    const ssize_t size = read(file.get(), part.data(), part.size());
    if (size < 0) throw system_error("cannot read '" + path.string() + "'");
    if (size == 0) return;
    write_all(STDOUT_FILENO, std::string_view(part).substr(0, static_cast<std::size_t>(size)), "standard output");
  }
}

/// Pushes and tells what a build has made. `Result`, `Problem`: BuildResult and Unsolvable, or those of several.
template <class Result, class Problem>
int finish(std::variant<Result, Problem, make::Unchanged> outcome, const BuildArguments& options,
           const make::BuildOptions& build, const Session& session) {
  if (auto* result = std::get_if<Result>(&outcome); result != nullptr && !options.spool.empty()) {
    result->out = "standard output";
    result->key.clear();  // where it waits is gone afterwards
  }
  if (const auto* unsolvable = std::get_if<Problem>(&outcome)) {
    if constexpr (std::is_same_v<Problem, make::UnsolvableImages>) {
      return no_solution(session, *unsolvable);
    } else {
      return no_solution(session, options.recipe.recipe, *unsolvable);
    }
  }
  const auto* unchanged = std::get_if<make::Unchanged>(&outcome);
  Said said = unchanged != nullptr
                  ? said_of(*unchanged)
                  : said_of(std::get<Result>(outcome), environment_of(session, options.recipe), *session.progress);
  if (!options.push.empty()) {
    const PushResult pushed = verbs::push(build.out, "", options.push, session.environment, *session.progress);
    said.text += report::to_text(pushed);
    said.json["pushed"] = report::to_json(pushed);
  }
  if (!options.spool.empty()) {
    if (!session.quiet) fmt::print(stderr, "{}", said.text);
    print_file(build.out);
  } else if (session.json) {
    print(report::json_text(said.json));
  } else if (!session.quiet) {
    print(said.text);
  }
  return 0;
}

/// Several recipes in one call.
void check_several(const BuildArguments& options) {
  const auto refuse = [](const char* what, const char* hint) {
    throw usage_error(std::string(what) + " is for one recipe, and there are several", hint);
  };
  if (!options.lock.empty()) refuse("--lock", "--locked takes the lock beside each recipe");
  if (!options.recipe.variant.empty()) refuse("--variant", "build it by itself, on its main image");
  if (!options.push.empty()) refuse("--push", "push each with rootlet push OUT --tag NAME docker://HOST/PATH:TAG");
}

make::TogetherRecipe member_of(const std::string& path, BuildArguments options, const Session& session) {
  options.recipe.recipe = path;
  make::TogetherRecipe member{path, load_recipes(options.recipe), true, build_options_of(options)};
  if (member.recipes.empty()) {
    member.recipes.push_back(load_recipe(options.recipe));
    member.several_arches = false;
  }
  for (const Recipe& one : member.recipes) {
    member.options.releases[one.selection.arch] = verbs::layered_releases(one, *session.progress);
  }
  return member;
}

int build_several(const BuildArguments& options, const Session& session) {
  check_several(options);
  std::vector<make::TogetherRecipe> members{member_of(options.recipe.recipe, options, session)};
  for (const std::string& path : options.more) members.push_back(member_of(path, options, session));
  const make::BuildOptions& build = members.front().options;
  supervise(clean_up(options, build.out));
  return finish(
      make::build_together(members, build, options.at_once, environment_of(session, options.recipe), *session.progress),
      options, build, session);
}

/// Carries out --standalone. Returns why there is no solution.
std::optional<Unsolvable> stand_alone(const BuildArguments& options, Recipe& recipe,
                                      const make::Environment& environment, Progress& progress) {
  if (!options.standalone) return std::nullopt;
  auto alone = make::standalone(recipe, environment, progress);
  if (auto* unsolvable = std::get_if<Unsolvable>(&alone)) return std::move(*unsolvable);
  recipe = std::get<Recipe>(std::move(alone));
  return std::nullopt;
}

int build_image(const BuildArguments& options, const Session& session) {
  if (!options.more.empty()) return build_several(options, session);
  check_push(options, session);
  std::vector<Recipe> recipes = load_recipes(options.recipe);
  make::BuildOptions build = build_options_of(options);
  const make::Environment environment = environment_of(session, options.recipe);
  for (Recipe& one : recipes) {
    if (const auto problem = stand_alone(options, one, environment, *session.progress)) {
      return no_solution(session, options.recipe.recipe, make::UnsolvableArches{{one.selection.arch, *problem}});
    }
    build.releases[one.selection.arch] = verbs::layered_releases(one, *session.progress);
  }
  if (!recipes.empty()) {
    supervise(clean_up(options, build.out));
    return finish(make::build_index(recipes, build, environment, *session.progress), options, build, session);
  }
  Recipe recipe = load_recipe(options.recipe);
  if (const auto problem = stand_alone(options, recipe, environment, *session.progress)) {
    return no_solution(session, options.recipe.recipe, *problem);
  }
  build.releases[recipe.selection.arch] = verbs::layered_releases(recipe, *session.progress);
  supervise(clean_up(options, build.out));
  return finish(make::build(recipe, build, environment, *session.progress), options, build, session);
}

/// Builds beside nothing of the user's, and prints the image then: so it comes complete or not at all.
int build_to_standard_output(BuildArguments options, const Session& session) {
  if (session.json) throw usage_error("with -o -, the image goes where --json would", "name a file with -o");
  if (options.format == "oci" || options.format == "dir") {
    throw usage_error("an image in the format " + options.format + " is a directory, and '-' is standard output",
                      "choose --format oci-archive, docker-archive or tar");
  }
  if (isatty(STDOUT_FILENO) == 1) throw usage_error("standard output is a terminal", "send it to a file or a program");
  const TempDir place(fs::temp_directory_path(), ".rootlet-output-");
  options.spool = place.path();
  options.out = (place.path() / "image").string();
  return build_image(options, session);
}

}  // namespace

void remove_leftovers(const fs::path& parent, const std::string& prefix) {
  try {
    rights::enter(rights::find_way());  // files may belong to ids that exist nowhere else
  } catch (const Error&) {              // what cannot be removed stays for the next time
  }
  // Processes in the build's namespaces die a moment after it.
  for (int i = 0; i < 40 && !remove_abandoned_dirs(parent, prefix); ++i) usleep(50000);
}

Action add_build(CLI::App& app) {
  auto options = std::make_shared<BuildArguments>();
  app.add_option("-o,--output", options->out,
                 "Where the image goes; it appears there complete or not at all ('-': standard output, for the formats "
                 "that are one file)")
      ->required()
      ->type_name("OUT");
  app.add_option("--format", options->format,
                 "oci (a directory), oci-archive, docker-archive, tar or dir (default: oci)")
      ->check(CLI::IsMember({"oci", "oci-archive", "docker-archive", "tar", "dir"}))
      ->type_name("FORMAT");
  app.add_option("--compression", options->compression,
                 "How the layer is compressed: gzip or zstd (default: gzip; a tar by its suffix)")
      ->check(CLI::IsMember({"gzip", "zstd"}))
      ->type_name("KIND");
  app.add_flag("--locked", options->locked, "Install exactly what the lock file beside the recipe pins");
  app.add_option("--lock", options->lock, "The lock file to install from; implies --locked")->type_name("FILE");
  app.add_flag("--no-reuse", options->no_reuse, "Install anew, though nothing may have changed since an earlier build");
  CLI::Option* sbom =
      app.add_option(
             "--sbom", options->sboms,
             "Add SBOMs to the image, as referrers in its layout: spdx-2.3, spdx-3.0, cyclonedx-1.6, or several of "
             "these with commas between")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(CLI::IsMember({"spdx-2.3", "spdx-3.0", "cyclonedx-1.6"}))
          ->type_name("FORMAT");
  app.add_flag(
         "--sbom-files", options->documents.sbom_files,
         "With --sbom: list all regular files, too, with digests, owners, and what made those that no package owns")
      ->needs(sbom);
  app.add_flag("--provenance", options->documents.provenance,
               "Add SLSA build provenance to the image, as a referrer in its layout");
  app.add_option("--sign-key", options->documents.sign_key,
                 "Sign the image and its documents with this key, by cosign; its password is in COSIGN_PASSWORD")
      ->check([](const std::string& key) { return key.empty() ? std::string("it names no key") : std::string(); })
      ->type_name("KEY");
  app.add_option("--push", options->push, "Push the image to a registry, too: docker://HOST/PATH:TAG")
      ->type_name("REF");
  add_proof_option(app, options->recipe);
  add_recipe_options(app, options->recipe, "build");
  CLI::Option* more = app.add_option("MORE", options->more,
                                     "More recipes: OUT gets the images of all, each named as its recipe names it, and "
                                     "what they share is there once; with --distro, more packages");
  app.add_option("--jobs", options->at_once,
                 "Of several recipes: how many are built at once (default: one for each processor)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1024}))
      ->needs(more)
      ->type_name("N");
  app.add_flag("--standalone", options->standalone,
               "Build the variant as an image by itself, its packages in the versions that IMAGE has: for a debug "
               "container beside one of IMAGE")
      ->needs("--variant")
      ->excludes("--locked", "--lock");
  add_drift_option(app, options->recipe);
  return [options](const Session& session) {
    take_packages(options->recipe, options->more);
    if (!options->recipe.packages.empty()) options->more.clear();
    return options->out == "-" ? build_to_standard_output(*options, session) : build_image(*options, session);
  };
}

}  // namespace rootlet::cli
