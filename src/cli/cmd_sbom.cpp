#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::cli {
namespace {

struct SbomArguments {
  TargetOptions target;
  std::string format;
  std::string out = "-";
  bool files = false;
};

int write_sbom(const SbomArguments& options, const inspect::Target& target) {
  if (options.files && !target.files) {
    throw usage_error(target.name + ": it has no files, only what its packages say of them",
                      "--files needs a root directory or an image");
  }
  write_result(options.out, sbom::document(verbs::sbom(target), *sbom::format_of(options.format)));
  return 0;
}

}  // namespace

Action add_sbom(CLI::App& app) {
  auto options = std::make_shared<SbomArguments>();
  add_target_options(app, options->target);
  app.add_option("--format", options->format, "spdx-2.3, spdx-3.0 (JSON-LD of 3.0.1) or cyclonedx-1.6")
      ->check(CLI::IsMember({"spdx-2.3", "spdx-3.0", "cyclonedx-1.6"}))
      ->type_name("FORMAT")
      ->required();
  app.add_option("-o,--output", options->out, "Where to write it (default: '-', standard output)")->type_name("FILE");
  app.add_flag("--files", options->files,
               "With all regular files, their digests and the packages that own them; of a root or an image");
  return [options](const Session& session) {
    // The database tells signatures only where files are read, too.
    const auto depth = options->files ? installed::Depth::contents : installed::Depth::files;
    return with_target(session, options->target, depth,
                       [&](const inspect::Target& target) { return write_sbom(*options, target); });
  };
}

}  // namespace rootlet::cli
