#include <optional>

#include "advisory_options.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/vex.hpp"

namespace rootlet::cli {
namespace {

struct VexArguments {
  TargetOptions target;
  AdvisorySourceOptions sources;
  std::string image;
  std::string author = "rootlet";
  std::string out = "-";
};

std::optional<inspect::Target> open_image(const std::string& path, const Session& session) {
  if (path.empty()) return std::nullopt;
  inspect::Options options;
  options.environment = session.environment;
  auto opened = inspect::open(path, options, *session.progress);
  auto* image = std::get_if<inspect::Target>(&opened);
  if (image == nullptr || !image->image) {
    throw usage_error("--image: '" + path + "' is no image", "an OCI layout or archive that was built from the target");
  }
  return std::move(*image);
}

int write_vex(const VexArguments& options, const Session& session, const inspect::Target& target) {
  const make::Environment environment = environment_of(session, options.target.recipe);
  const auto image = open_image(options.image, session);
  const auto knowledge = verbs::knowledge_of(advisories_from(options.sources, options.target.recipe.arch), &target,
                                             environment, *session.progress);
  Vex vex = verbs::vex(target, image ? &*image : nullptr, knowledge, {});
  vex.author = options.author;
  if (vex.statements.empty()) session.progress->warn("nothing can be proved: the document has no statements");
  write_result(options.out, sbom::openvex(vex));
  return 0;
}

}  // namespace

Action add_vex(CLI::App& app) {
  auto options = std::make_shared<VexArguments>();
  add_target_options(app, options->target);
  add_advisory_sources(app, options->sources);
  app.add_option("--image", options->image,
                 "The image that was built from the recipe or lock: its digest and its system are named")
      ->type_name("IMAGE");
  app.add_option("--author", options->author, "Who stands for the statements (default: rootlet)")->type_name("NAME");
  app.add_option("-o,--output", options->out, "Where to write it (default: '-', standard output)")->type_name("FILE");
  return [options](const Session& session) {
    return with_target(session, options->target, installed::Depth::database,
                       [&](const inspect::Target& target) { return write_vex(*options, session, target); });
  };
}

}  // namespace rootlet::cli
