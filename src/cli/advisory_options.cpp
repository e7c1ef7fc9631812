#include "advisory_options.hpp"

#include <filesystem>

namespace rootlet::cli {

void add_advisory_sources(CLI::App& app, AdvisorySourceOptions& options) {
  app.add_option("--recipe", options.recipe,
                 "Take the advisories of this recipe's repositories, and look for updates there")
      ->type_name("RECIPE");
  add_advisory_files(app, options);
}

void add_advisory_files(CLI::App& app, AdvisorySourceOptions& options) {
  const auto add = [&app](const char* name, std::vector<std::string>& files, const std::string& what) {
    app.add_option(name, files, "Take the advisories of this file: " + what + " (may be given several times)")
        ->type_name("FILE")
        ->take_all();
  };
  add("--updateinfo", options.updateinfo, "an updateinfo.xml, plain or packed");
  add("--osv", options.osv, "a document of the OSV schema for a distribution of RPMs, a list of them, or one a line");
  add("--csaf", options.csaf, "a document of CSAF 2.0, advisory or VEX, a list of them, or one a line");
}

void add_accepted_advisories(CLI::App& app, std::string& file) {
  app.add_option("--accept", file, "A file of advisories that may stay open: a list of advisory, package and reason")
      ->type_name("FILE");
}

std::vector<make::AdvisoryFile> files_of(const AdvisorySourceOptions& options) {
  std::vector<make::AdvisoryFile> files;
  for (const std::string& path : options.updateinfo) files.push_back({path, make::AdvisoryForm::updateinfo});
  for (const std::string& path : options.osv) files.push_back({path, make::AdvisoryForm::osv});
  for (const std::string& path : options.csaf) files.push_back({path, make::AdvisoryForm::csaf});
  return files;
}

verbs::AdvisoriesFrom advisories_from(const AdvisorySourceOptions& options, const std::string& arch) {
  verbs::AdvisoriesFrom from;
  from.recipe = options.recipe;
  from.overrides.arch = arch;
  from.files = files_of(options);
  return from;
}

std::optional<make::Advisories> advisories_if_asked(const AdvisorySourceOptions& options, const std::string& arch,
                                                    const Session& session) {
  const verbs::AdvisoriesFrom from = advisories_from(options, arch);
  if (from.empty()) return std::nullopt;
  return verbs::knowledge_of(from, nullptr, session.environment, *session.progress).advisories;
}

int with_target_or_record(const Session& session, const TargetOptions& options,
                          const std::function<int(const inspect::Target&)>& use) {
  const std::filesystem::path path = options.target;
  std::error_code none;
  if (path.extension() != ".jsonl" || !std::filesystem::is_regular_file(path, none)) {
    return with_target(session, options, installed::Depth::database, use);
  }
  return use(verbs::recorded(path, options.recipe.arch, options.tag, *session.progress));
}

}  // namespace rootlet::cli
