#include <algorithm>
#include <system_error>

#include "base/secrets.hpp"
#include "base/url.hpp"
#include "foreign.hpp"
#include "lock_format.hpp"
#include "rootlet/error.hpp"

namespace rootlet::lock {
namespace {

/// An entry of the lists of a lock: what is fetched, and what is said of it.
struct Entry {
  std::string url;
  std::string repo;
  std::uint64_t size = 0;
  std::string checksum;
  std::string name = {};  ///< empty: it is no package
  std::string evr = {};
  std::string source_rpm = {};
};

/// The address that packages of a repository are fetched from.
std::string address_of(const RepoMetadata& repo) {
  std::string address = repo.spec.baseurl.empty() ? repo.mirror : repo.spec.baseurl.front();
  if (address.empty()) {
    throw Error("repository '" + repo.spec.id +
                    "': which of its mirrors has the packages is not known from the cache, "
                    "and rpms.lock.yaml names their addresses",
                "run without --offline, or give the repository a baseurl");
  }
  while (address.ends_with('/')) address.pop_back();
  return split_secrets(address).plain;
}

/// The address as rpm-lockfile-prototype writes it: the location stands as the metadata have it.
std::string url_of(const RepoMetadata& repo, const std::string& location) {
  return is_url(location) ? location : address_of(repo) + "/" + location;
}

Entry entry_of(const Package& package, const std::vector<RepoMetadata>& repos) {
  const RepoMetadata& repo = repo_of(package, repos);
  return {url_of(repo, pinned_location(package)),
          package.repo,
          package.download_size,
          checksum_text(package.checksum),
          package.nevra.name,
          short_evr(package.nevra),
          package.source_rpm};
}

/// The modules' documents of repositories that packages come from, where streams are enabled: without them, DNF does
/// not see modular packages for what they are.
std::vector<Entry> documents_of(const SolvedArch& arch, const std::vector<const Package*>& packages) {
  std::vector<Entry> entries;
  const auto& states = arch.solution->modules;
  if (std::none_of(states.begin(), states.end(), [](const ModuleState& one) { return !one.stream.empty(); })) return {};
  for (const RepoMetadata& repo : *arch.repos) {
    const bool used = std::any_of(packages.begin(), packages.end(),
                                  [&](const Package* package) { return package->repo == repo.spec.id; });
    if (!used || !repo.modules) continue;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(repo.modules->path, error);
    entries.push_back(
        {url_of(repo, repo.modules->location), repo.spec.id, error ? 0 : size, checksum_text(repo.modules->checksum)});
  }
  return entries;
}

void add_list(std::string& out, const std::string& key, std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.url < b.url; });
  out += "  " + key + ":" + (entries.empty() ? " []" : "") + "\n";
  for (const Entry& one : entries) {
    out += "  - url: " + block_text(one.url) + "\n";
    out += "    repoid: " + block_text(one.repo) + "\n";
    out += "    size: " + std::to_string(one.size) + "\n";
    out += "    checksum: " + block_text(one.checksum) + "\n";
    if (one.name.empty()) continue;
    out += "    name: " + block_text(one.name) + "\n";
    out += "    evr: " + block_text(one.evr) + "\n";
    if (!one.source_rpm.empty()) out += "    sourcerpm: " + block_text(one.source_rpm) + "\n";
  }
}

}  // namespace

std::string rpms_lock_text(const std::vector<SolvedArch>& arches) {
  std::string out = "---\nlockfileVersion: 1\nlockfileVendor: redhat\narches:\n";
  for (const SolvedArch& arch : arches) {
    const std::vector<const Package*> packages = brought(*arch.solution);
    std::vector<Entry> binaries;
    for (const Package* package : packages) binaries.push_back(entry_of(*package, *arch.repos));
    std::vector<Entry> sources;
    for (const Package& package : arch.solution->sources) sources.push_back(entry_of(package, *arch.repos));
    for (Entry& one : sources) one.source_rpm.clear();
    out += "- arch: " + block_text(arch.arch) + "\n";
    add_list(out, "packages", std::move(binaries));
    add_list(out, "source", std::move(sources));
    add_list(out, "module_metadata", documents_of(arch, packages));
  }
  return out;
}

}  // namespace rootlet::lock
