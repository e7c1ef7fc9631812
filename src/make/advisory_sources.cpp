#include "rootlet/advisory_sources.hpp"

#include <algorithm>
#include <utility>

#include "advisories/documents.hpp"
#include "base/fs.hpp"
#include "base/text.hpp"
#include "repo/metadata.hpp"
#include "rootlet/error.hpp"
#include "solv/updateinfo.hpp"

namespace rootlet::make {
namespace {

/// Error: it is no regular file, so that reading it could take for ever.
void require_regular(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) throw usage_error("'" + path.string() + "': there is no such file");
  if (!fs::is_regular_file(status)) throw usage_error("'" + path.string() + "' is not a regular file");
}

/// A file of JSON documents.
std::vector<Advisory> read_documents(const AdvisoryFile& file, AdvisorySource& source) {
  constexpr std::uintmax_t largest = 256'000'000;
  try {
    if (fs::file_size(file.path) > largest) throw Error("it is larger than " + human_size(largest));
    const std::string text = read_file(file.path);
    advisories::ReadDocuments documents =
        file.form == AdvisoryForm::osv ? advisories::read_osv(text) : advisories::read_csaf(text);
    for (Advisory& one : documents.list) one.sources.push_back(source.name);
    source.passed_over = std::move(documents.passed_over);
    return std::move(documents.list);
  } catch (const Error& error) {
    throw error.within("'" + source.name + "'");
  }
}

std::vector<Advisory> read_advisories(const AdvisoryFile& file, AdvisorySource& source, Progress& progress) {
  require_regular(file.path);
  if (file.form != AdvisoryForm::updateinfo) return read_documents(file, source);
  return solv::read_updateinfo("'" + source.name + "'", source.name, {file.path, {}, 0}, progress);
}

void require_some(const Advisories& advisories) {
  const auto has = [](const AdvisorySource& one) { return one.advisories.has_value(); };
  if (std::any_of(advisories.sources.begin(), advisories.sources.end(), has)) return;
  if (advisories.sources.empty()) {
    throw usage_error(
        "there is nothing to take advisories from",
        "name a recipe whose repositories have some (--recipe FILE), or a file (--updateinfo, --osv, --csaf)");
  }
  std::vector<std::string> names;
  for (const AdvisorySource& one : advisories.sources) names.push_back("'" + one.name + "'");
  throw Error("no repository has advisories: " + join(names, ", ") + (names.size() == 1 ? " has" : " have") +
                  " no updateinfo.xml",
              "give --updateinfo FILE");
}

}  // namespace

std::string_view advisory_form_name(AdvisoryForm form) noexcept {
  switch (form) {
    case AdvisoryForm::repository: return "repository";
    case AdvisoryForm::updateinfo: return "updateinfo";
    case AdvisoryForm::osv: return "osv";
    case AdvisoryForm::csaf: return "csaf";
  }
  return "repository";
}

Advisories load_advisories(const std::vector<RepoMetadata>& repos, const std::vector<AdvisoryFile>& files,
                           const Environment& environment, Progress& progress) {
  Advisories result;
  std::vector<Advisory> all;
  const auto take = [&](std::vector<Advisory> read, AdvisorySource& source) {
    source.advisories = read.size();
    std::move(read.begin(), read.end(), std::back_inserter(all));
  };
  for (const RepoMetadata& repo : repos) {
    AdvisorySource& source = result.sources.emplace_back(AdvisorySource{repo.spec.id});
    const auto file = repo::load_updateinfo(repo, {environment.cache_dir, environment.offline}, progress);
    if (file) take(solv::read_updateinfo("repository '" + source.name + "'", source.name, *file, progress), source);
  }
  for (const AdvisoryFile& file : files) {
    AdvisorySource& source = result.sources.emplace_back(AdvisorySource{file.path.string(), file.form});
    take(read_advisories(file, source, progress), source);
  }
  require_some(result);
  result.list = joined(std::move(all));
  return result;
}

std::vector<RepoMetadata> load_repositories(const Recipe& recipe, const Environment& environment, Progress& progress) {
  return repo::load_metadata(recipe.repos, {environment.cache_dir, environment.offline}, progress);
}

std::vector<AvailableVersion> versions_of(const std::vector<RepoMetadata>& repos, const std::vector<std::string>& names,
                                          const Selection& selection, const Environment& environment,
                                          Progress& progress) {
  if (repos.empty() || names.empty()) return {};
  return solv::versions_of(repos, names, selection, environment.cache_dir, progress);
}

}  // namespace rootlet::make
