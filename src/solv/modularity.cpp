#include "modularity.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "rootlet/error.hpp"

extern "C" {
#include <solv/evr.h>
}

namespace rootlet::solv {
namespace {

/// The latest packages of each name that provide system-release say which platform they are, as base-module(…).
std::string platform_of_packages(::Pool& pool) {
  const Id release = pool_str2id(&pool, "system-release", 0);
  if (release == 0) return "";
  std::map<Id, std::vector<Id>> latest;
  for (const Id id : providers(pool, release)) {
    if (!considered(pool, id)) continue;
    const ::Solvable& s = *pool_id2solvable(&pool, id);
    std::vector<Id>& best = latest[s.name];
    const int order = best.empty() ? 0 : pool_evrcmp(&pool, s.evr, pool.solvables[best.front()].evr, EVRCMP_COMPARE);
    if (order > 0) best.clear();
    if (order >= 0) best.push_back(id);
  }
  std::set<std::string> platforms;
  for (const auto& [name, ids] : latest) {
    for (const Id id : ids) {
      for (const Id dep : dependencies(pool, id, SOLVABLE_PROVIDES)) {
        const std::string text = str_of(pool, ISRELDEP(dep) ? GETRELDEP(&pool, dep)->name : dep);
        const std::string begin = "base-module(";
        if (text.starts_with(begin) && text.ends_with(')') && text.size() > begin.size() + 1) {
          platforms.insert(text.substr(begin.size(), text.size() - begin.size() - 1));
        }
      }
    }
  }
  if (platforms.size() != 1) return "";
  const std::size_t colon = platforms.begin()->find(':');
  const bool whole = colon != std::string::npos && colon > 0 && colon + 1 < platforms.begin()->size();
  return whole ? *platforms.begin() : "";
}

/// Of el9 and f9 for releasever 9, the one that a module is built for; nothing where that is none or both.
std::string platform_of_release(const modules::Facts& facts, const std::string& releasever) {
  const std::string major = releasever.substr(0, releasever.find('.'));
  std::set<std::string> named;
  for (const modules::Build& build : facts.builds) {
    for (const modules::StreamRequirement& requirement : build.requirements) {
      if (requirement.module != "platform") continue;
      for (const std::string& stream : requirement.streams) {
        if (!major.empty() && (stream == "el" + major || stream == "f" + major)) named.insert(stream);
      }
    }
  }
  return named.size() == 1 ? "platform:" + *named.begin() : "";
}

std::string find_platform(::Pool& pool, const modules::Facts& facts, const Request& request) {
  if (facts.builds.empty()) return "";
  if (!request.selection.modules.platform.empty()) return request.selection.modules.platform;
  const std::string said = platform_of_packages(pool);
  return said.empty() ? platform_of_release(facts, request.selection.releasever) : said;
}

std::vector<std::string> documented_in(const std::vector<RepoMetadata>& repos) {
  std::vector<std::string> ids;
  for (const RepoMetadata& repo : repos) {
    if (repo.modules) ids.push_back(repo.spec.id);
  }
  return ids;
}

std::set<std::string> hotfixes_in(const std::vector<RepoMetadata>& repos) {
  std::set<std::string> ids;
  for (const RepoMetadata& repo : repos) {
    if (repo.spec.module_hotfixes) ids.insert(repo.spec.id);
  }
  return ids;
}

[[noreturn]] void fail_module(const RecipeItem& item, const std::string& message, const std::string& hint) {
  const std::string place = item.mark.str();
  throw usage_error((place.empty() ? "" : place + ": ") + "packages: '" + item.text + "': " + message, hint);
}

std::string profiles_hint(const modules::Install& install, const modules::Build& build) {
  std::vector<std::string> names;
  for (const auto& [name, packages] : build.profiles)
    names.push_back("@" + install.module + ":" + install.stream + "/" + name);
  return names.empty() ? "enable the stream with modules.enable, and name packages" : "there are " + join(names, ", ");
}

}  // namespace

Modularity::Modularity(const Universe& universe, const Request& request)
    : pool_(universe.pool()),
      facts_(universe.module_facts()),
      choice_(modules::choose(facts_, request.selection.modules, request.selection.packages, request.present_streams)),
      platform_(find_platform(pool_, facts_, request)),
      active_(resolve_streams(facts_, choice_, platform_, request.selection.arch)),
      documented_(documented_in(universe.repos())),
      hotfixes_(hotfixes_in(universe.repos())),
      filter_(pool_, facts_, active_.builds, hotfixes_) {}

std::vector<std::string> Modularity::warnings() const {
  constexpr std::size_t shown = 3;
  std::map<std::string, std::vector<std::string>> by_repo;
  for (const modules::PassedOver& one : facts_.passed_over) {
    by_repo[documented_.at(one.file)].push_back((one.name.empty() ? "one without a name" : one.name) + " (" +
                                                one.cause + ")");
  }
  std::vector<std::string> out;
  for (auto& [repo, documents] : by_repo) {
    const std::size_t count = documents.size();
    documents.resize(std::min(count, shown));
    out.push_back("repository '" + repo + "': of its modules, " + counted(count, "malformed document") +
                  (count == 1 ? " is" : " are") + " passed over: " + join(documents, ", ") +
                  (count > shown ? " and " + std::to_string(count - shown) + " more" : ""));
  }
  return out;
}

std::vector<std::size_t> Modularity::active_builds(const modules::Install& install) const {
  std::vector<std::size_t> builds;
  for (const std::size_t i : install.builds) {
    if (active_.builds.contains(i)) builds.push_back(i);
  }
  return builds;
}

std::optional<std::size_t> Modularity::latest_build(const modules::Install& install) const {
  const std::vector<std::size_t> builds = active_builds(install);
  if (builds.empty()) return std::nullopt;
  return *std::max_element(builds.begin(), builds.end(), [&](std::size_t a, std::size_t b) {
    return facts_.builds[a].version < facts_.builds[b].version;
  });
}

std::vector<Job> Modularity::jobs(std::vector<PlainProblem>& problems) const {
  // Packages of one entry may be taken by the profile of another one, too: libdnf looks at all of them together.
  std::set<std::size_t> builds;
  for (const modules::Install& install : choice_.installs) {
    for (const std::size_t i : active_builds(install)) builds.insert(i);
  }
  const std::set<Id> artifacts = filter_.artifacts_of(builds);
  std::vector<Job> jobs;
  for (const modules::Install& install : choice_.installs) add_jobs(install, artifacts, jobs, problems);
  return jobs;
}

std::vector<std::string> Modularity::profiles_of(const modules::Install& install, const modules::Build& latest) const {
  std::vector<std::string> names;
  const std::string stream = "the module stream " + install.module + ":" + install.stream;
  if (!install.profile.empty()) {
    for (const auto& [name, packages] : latest.profiles) {
      if (fits_glob(install.profile, name)) names.push_back(name);
    }
    if (names.empty()) {
      fail_module(install.item, stream + " has no profile '" + install.profile + "'", profiles_hint(install, latest));
    }
    return names;
  }
  const auto defaults = facts_.defaults.find(install.module);
  if (defaults != facts_.defaults.end()) {
    const auto found = defaults->second.profiles.find(install.stream);
    if (found != defaults->second.profiles.end()) names = found->second;
  }
  if (names.empty()) fail_module(install.item, stream + " has no default profile", profiles_hint(install, latest));
  for (const std::string& name : names) {
    if (latest.profiles.contains(name)) continue;
    fail_module(install.item, stream + " lacks its default profile '" + name + "'", profiles_hint(install, latest));
  }
  return names;
}

void Modularity::add_jobs(const modules::Install& install, const std::set<Id>& artifacts, std::vector<Job>& jobs,
                          std::vector<PlainProblem>& problems) const {
  const std::string stream = install.module + ":" + install.stream;
  const std::string asked = "the recipe asks for " + install.item.text;
  const auto latest = latest_build(install);
  if (!latest) {
    problems.push_back({install.item.mark,
                        asked,
                        {"nothing of the module stream " + stream + " that matches it can be used"},
                        "leave out version, context and architecture"});
    return;
  }
  const modules::Build& build = facts_.builds[*latest];
  for (const std::string& profile : profiles_of(install, build)) {
    for (const std::string& name : build.profiles.at(profile)) {
      Job job{install.item, {}, "profile '" + profile + "' of the module stream " + stream};
      std::vector<Id> others;  // not modular, or of another stream
      const Id id = pool_str2id(&pool_, name.c_str(), 0);
      for_each_package(pool_, [&](Id package) {
        const ::Solvable& s = *pool_id2solvable(&pool_, package);
        if (id == 0 || s.name != id || !considered(pool_, package)) return;
        if (s.arch == ARCH_SRC || s.arch == ARCH_NOSRC) return;
        (artifacts.contains(package) || hotfixes_.contains(s.repo->name) ? job.candidates : others).push_back(package);
      });
      if (job.candidates.empty()) job.candidates = std::move(others);
      if (job.candidates.empty()) {
        problems.push_back({install.item.mark,
                            asked,
                            {"the profile '" + profile + "' of the module stream " + stream + " has the package " +
                             name + ", which no repository has"}});
        continue;
      }
      jobs.push_back(std::move(job));
    }
  }
}

}  // namespace rootlet::solv
