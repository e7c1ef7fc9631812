#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/import.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct ImportArguments {
  std::string file;
  std::string format;
  std::string out = "-";
  std::vector<std::string> repos;
  std::vector<std::string> packages;
  std::string releasever;
  bool force = false;
};

void refuse_existing(const ImportArguments& options) {
  std::error_code error;
  const fs::file_status there = fs::symlink_status(options.out, error);
  if (options.force || !(fs::is_regular_file(there) || fs::is_symlink(there) || fs::is_directory(there))) return;
  throw usage_error("'" + options.out + "' exists already", "give another name, or --force to replace it");
}

int import_file(const ImportArguments& options, const Session& session) {
  const bool to_file = options.out != "-";
  if (to_file) refuse_existing(options);
  imports::ImportRequest request;
  request.file = options.file;
  request.format = options.format;
  request.directory = to_file ? parent_dir(options.out) : fs::path(".");
  request.repos.assign(options.repos.begin(), options.repos.end());
  request.packages = options.packages;
  request.releasever = options.releasever;
  const ImportAnswer answer = imports::read(request);
  if (to_file) write_result(options.out, answer.recipe);
  if (session.json) {
    print(report::json_text(report::to_json(answer)));
    return 0;
  }
  if (!to_file) print(answer.recipe);
  fmt::print(stderr, "{}", report::to_text(answer, !session.quiet));
  return 0;
}

}  // namespace

Action add_import(CLI::App& app) {
  auto options = std::make_shared<ImportArguments>();
  app.add_option(
         "FILE", options->file,
         "A .repo file of DNF, rpms.in.yaml of rpm-lockfile-prototype, rpmoci.toml, a Containerfile, a treefile "
         "of rpm-ostree, apko.yaml, packages.input.yaml of libpkgmanifest, or a lock: rpms.lock.yaml or "
         "packages.manifest.yaml")
      ->required()
      ->type_name("FILE");
  app.add_option("-o,--output", options->out,
                 "Where the recipe goes (default: '-', standard output); relative paths in it start there")
      ->type_name("OUT");
  const std::vector<std::string> formats(import_formats.begin(), import_formats.end());
  app.add_option("--format", options->format,
                 "What FILE is: repo, rpms-in, rpmoci, containerfile, treefile, apko, rpms.lock.yaml, "
                 "packages.manifest.yaml or packages.input.yaml (default: told by its name and content)")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
  app.add_option("--repos", options->repos, "A .repo file with repositories that FILE does not name; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--packages", options->packages, "Packages that FILE does not name, with commas between")
      ->type_name("NAMES")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--releasever", options->releasever,
                 "What $releasever stands for in addresses, in place of what FILE says")
      ->type_name("RELEASE");
  app.add_flag("--force", options->force, "Replace OUT, if it exists");
  return [options](const Session& session) { return import_file(*options, session); };
}

}  // namespace rootlet::cli
