#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/build/build.hpp"
#include "rootlet/recipe/recipe.hpp"
#include "rootlet/report/report.hpp"

namespace rootlet::cli {
namespace {

struct Options {
  std::string recipe;
  std::string out;
  std::string format = "oci";
  std::string compression = "gzip";
  std::string arch;
  std::string lock;
  bool locked = false;
};

int build_image(const Options& options, const Session& session) {
  const Recipe recipe = recipe::load(options.recipe, options.arch);
  build::BuildOptions build_options;
  build_options.out = options.out;
  build_options.format = *image::parse_format(options.format);
  build_options.compression = options.compression == "zstd" ? image::Compression::zstd : image::Compression::gzip;
  if (options.locked || !options.lock.empty()) {
    build_options.lock = options.lock.empty() ? default_lock(options.recipe) : std::filesystem::path(options.lock);
  }
  const auto outcome = build::build(recipe, build_options, session.environment, *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&outcome)) return no_solution(session, recipe, *unsolvable);
  const auto& result = std::get<build::BuildResult>(outcome);
  if (session.json) {
    print(report::json_text(report::to_json(result)));
  } else if (!session.quiet) {
    print(report::to_text(result));
  }
  return 0;
}

}  // namespace

Action add_build(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("RECIPE", options->recipe, "The recipe to build")->required();
  app.add_option("-o,--output", options->out, "Where the image goes; it appears there complete or not at all")
      ->required()
      ->type_name("OUT");
  app.add_option("--format", options->format,
                 "oci (a directory), oci-archive, docker-archive, tar or dir (default: oci)")
      ->check(CLI::IsMember({"oci", "oci-archive", "docker-archive", "tar", "dir"}))
      ->type_name("FORMAT");
  app.add_option("--compression", options->compression, "How the layer is compressed: gzip or zstd (default: gzip)")
      ->check(CLI::IsMember({"gzip", "zstd"}))
      ->type_name("KIND");
  app.add_flag("--locked", options->locked, "Install exactly what the lock file beside the recipe pins");
  app.add_option("--lock", options->lock, "The lock file to install from; implies --locked")->type_name("FILE");
  app.add_option("--arch", options->arch, "The architecture to build for (default: the recipe's, else this machine's)")
      ->type_name("ARCH");
  return [options](const Session& session) { return build_image(*options, session); };
}

}  // namespace rootlet::cli
