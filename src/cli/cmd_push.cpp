#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/report.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::cli {
namespace {

struct PushArguments {
  std::string layout;
  std::string to;
  std::string tag;
};

int push_image(const PushArguments& options, const Session& session) {
  const PushResult result =
      verbs::push(options.layout, options.tag, options.to, session.environment, *session.progress);
  if (session.json) {
    print(report::json_text(report::to_json(result)));
  } else if (!session.quiet) {
    print(report::to_text(result));
  }
  return 0;
}

}  // namespace

Action add_push(CLI::App& app) {
  auto options = std::make_shared<PushArguments>();
  app.add_option("OUT", options->layout, "The image: an OCI layout or an oci-archive")->required();
  app.add_option("REF", options->to, "Where it goes: docker://HOST/PATH:TAG")->required();
  app.add_option(
         "--tag", options->tag,
         "Which image, where there are several: its name or tag, its place (@1 is the second), or how its digest "
         "begins")
      ->type_name("TAG");
  return [options](const Session& session) { return push_image(*options, session); };
}

}  // namespace rootlet::cli
