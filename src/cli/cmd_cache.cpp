#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/cache.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

using Json = nlohmann::ordered_json;

int show_size(const Session& session) {
  const std::vector<CachePart> parts = cache_parts(session.environment.cache_dir);
  std::uint64_t bytes = 0;
  Json list = Json::array();
  std::string text;
  for (const CachePart& part : parts) {
    bytes += part.bytes;
    list.push_back({{"name", part.name}, {"files", part.files}, {"bytes", part.bytes}});
    text += fmt::format("{:>9}  {}, {}\n", human_size(part.bytes), part.name, counted(part.files, "file"));
  }
  const std::string directory = session.environment.cache_dir.string();
  if (session.json) {
    print(report::json_text({{"directory", directory}, {"bytes", bytes}, {"parts", list}}));
  } else {
    print(text + fmt::format("{:>9}  {}\n", human_size(bytes), printable(directory)));
  }
  return 0;
}

Action add_cache_size(CLI::App& /*app*/) {
  return [](const Session& session) { return show_size(session); };
}

Action add_cache_prune(CLI::App& app) {
  auto most = std::make_shared<std::uint64_t>(5'000'000'000);
  app.add_option("--to", *most, "How much may stay (default: " + human_size(*most) + ")")
      ->transform(CLI::AsSizeValue(true))
      ->type_name("SIZE");
  return [most](const Session& session) {
    const PrunedCache result = prune_cache(session.environment.cache_dir, *most);
    if (session.json) {
      print(report::json_text(
          {{"removed_files", result.removed_files}, {"removed_bytes", result.removed_bytes}, {"bytes", result.bytes}}));
    } else if (!session.quiet) {
      print(fmt::format("removed {}, {}; {} are left\n", counted(result.removed_files, "file"),
                        human_size(result.removed_bytes), human_size(result.bytes)));
    }
    return 0;
  };
}

constexpr std::array<Command, 2> cache_commands{{
    {"size", "Show what the cache takes", add_cache_size},
    {"prune", "Remove what was not used for longest", add_cache_prune},
}};

}  // namespace

Action add_cache(CLI::App& app) { return add_commands(app, cache_commands); }

}  // namespace rootlet::cli
