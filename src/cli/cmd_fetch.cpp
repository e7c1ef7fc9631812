#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/build.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct FetchArguments {
  std::string lock;
  std::string out;
  std::string recipe;
};

int fetch_lock(const FetchArguments& options, const Session& session) {
  make::FetchResult result;
  std::set<std::string> counted_already;  // architectures may share packages of none
  for (const Lock& lock : lock::read_all(options.lock)) {
    std::vector<RepoSpec> known;
    if (!options.recipe.empty()) known = recipe::load(options.recipe, {.arch = lock.selection.arch}).repos;
    make::fetch(lock, options.out, known, session.environment, *session.progress);
    for (const ChosenPackage& chosen : lock.packages) {
      if (chosen.package.in_base() || !counted_already.insert(chosen.package.checksum.str()).second) continue;
      ++result.packages;
      result.bytes += chosen.package.download_size;
    }
  }
  if (session.json) {
    print(report::json_text({{"path", options.out}, {"packages", result.packages}, {"bytes", result.bytes}}));
  } else if (!session.quiet) {
    print(fmt::format("{}: {}, {}\nBuild from it: rootlet build RECIPE -o OUT --locked --offline --cache-dir {}\n",
                      options.out, counted(result.packages, "package"), human_size(result.bytes), options.out));
  }
  return 0;
}

}  // namespace

Action add_fetch(CLI::App& app) {
  auto options = std::make_shared<FetchArguments>();
  app.add_option("LOCK", options->lock, "The lock file")->required();
  app.add_option("-o,--output", options->out, "The directory to fill; it serves as --cache-dir of later builds")
      ->required()
      ->type_name("DIR");
  app.add_option("--recipe", options->recipe,
                 "The recipe that says how the lock's repositories are reached: users, certificates, proxies")
      ->type_name("RECIPE");
  return [options](const Session& session) {
    if (options->out == "-") throw usage_error("packages go to a directory, and '-' is standard output", "name one");
    return fetch_lock(*options, session);
  };
}

}  // namespace rootlet::cli
