#include "module_filter.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "rootlet/package.hpp"

namespace rootlet::solv {
namespace {

/// The parts of an artifact's NEVRA as the pool knows them, without an epoch of 0.
struct Artifact {
  std::string_view name, evr, arch;
};

std::optional<Artifact> split(std::string_view nevra) {
  const std::size_t dot = nevra.rfind('.');
  const std::size_t release = nevra.rfind('-');
  if (dot == std::string_view::npos || release == std::string_view::npos || release == 0) return std::nullopt;
  const std::size_t version = nevra.rfind('-', release - 1);
  if (version == std::string_view::npos || version == 0 || dot <= release + 1 || dot + 1 == nevra.size()) {
    return std::nullopt;
  }
  std::string_view evr = nevra.substr(version + 1, dot - version - 1);
  const std::size_t zeros = evr.find_first_not_of('0');
  if (zeros > 0 && zeros != std::string_view::npos && evr[zeros] == ':') evr.remove_prefix(zeros + 1);
  return Artifact{nevra.substr(0, version), evr, nevra.substr(dot + 1)};
}

Id known_id(::Pool& pool, std::string_view text) {
  return pool_strn2id(&pool, text.data(), static_cast<unsigned int>(text.size()), 0);
}

struct PlacedArtifact {
  Id name, evr, arch;
  std::size_t build;
  [[nodiscard]] auto key() const { return std::tie(name, evr, arch); }
};

/// The names that left a stream: those of its latest active builds. By "module:stream.arch".
std::map<std::string, std::set<std::string_view>> demodularized(const modules::Facts& facts,
                                                                const std::set<std::size_t>& active) {
  std::map<std::string, std::size_t> latest;
  for (const std::size_t i : active) {
    const modules::Build& build = facts.builds[i];
    const auto [known, added] = latest.try_emplace(build.name_stream() + ":" + build.family + "." + build.arch, i);
    if (!added && facts.builds[known->second].version < build.version) known->second = i;
  }
  std::map<std::string, std::set<std::string_view>> names;
  for (const auto& [key, i] : latest) {
    // All builds of the newest version count, should there be several.
    for (const std::size_t j : active) {
      const modules::Build& build = facts.builds[j];
      const modules::Build& newest = facts.builds[i];
      if (build.name_stream() != newest.name_stream() || build.family != newest.family || build.arch != newest.arch ||
          build.version != newest.version) {
        continue;
      }
      names[build.name_stream() + "." + build.arch].insert(build.demodularized.begin(), build.demodularized.end());
    }
  }
  return names;
}

}  // namespace

ModuleFilter::ModuleFilter(::Pool& pool, const modules::Facts& facts, const std::set<std::size_t>& active,
                           const std::set<std::string>& keep)
    : pool_(pool), facts_(facts) {
  for (int i = 1; i < pool.nrepos; ++i) {
    const ::Repo* repo = pool.repos[i];
    if (repo != nullptr && (repo->name == local_repo_id || keep.contains(repo->name))) keep_.insert(repo);
  }
  place_artifacts();
  hide_inactive(active);
  hide_shadowed(active);
}

void ModuleFilter::place_artifacts() {
  std::vector<PlacedArtifact> artifacts;
  for (std::size_t i = 0; i < facts_.builds.size(); ++i) {
    for (const std::string& nevra : facts_.builds[i].artifacts) {
      const auto parts = split(nevra);
      if (!parts) continue;
      const PlacedArtifact placed{known_id(pool_, parts->name), known_id(pool_, parts->evr),
                                  known_id(pool_, parts->arch), i};
      if (placed.name != 0 && placed.evr != 0 && placed.arch != 0) artifacts.push_back(placed);
    }
  }
  std::sort(artifacts.begin(), artifacts.end(), [](const PlacedArtifact& a, const PlacedArtifact& b) {
    return std::tie(a.name, a.evr, a.arch, a.build) < std::tie(b.name, b.evr, b.arch, b.build);
  });
  for_each_package(pool_, [&](Id id) {
    const ::Solvable& s = *pool_id2solvable(&pool_, id);
    const PlacedArtifact wanted{s.name, s.evr, s.arch, 0};
    auto at = std::lower_bound(artifacts.begin(), artifacts.end(), wanted,
                               [](const PlacedArtifact& a, const PlacedArtifact& b) { return a.key() < b.key(); });
    for (; at != artifacts.end() && at->key() == wanted.key(); ++at) builds_of_[id].push_back(at->build);
  });
}

void ModuleFilter::hide_inactive(const std::set<std::size_t>& active) {
  for (const auto& [id, builds] : builds_of_) {
    if (std::any_of(builds.begin(), builds.end(), [&](std::size_t i) { return active.contains(i); })) {
      shown_.insert(id);
    } else if (!kept(id)) {
      for (const std::size_t i : builds) hide(id, false, i);
    }
  }
}

void ModuleFilter::hide_shadowed(const std::set<std::size_t>& active) {
  const auto gone = demodularized(facts_, active);
  std::map<Id, std::size_t> names;  // of packages of active streams
  for (const std::size_t i : active) {
    const modules::Build& build = facts_.builds[i];
    const auto left = gone.find(build.name_stream() + "." + build.arch);
    for (const std::string& nevra : build.artifacts) {
      const auto parts = split(nevra);
      if (!parts || (left != gone.end() && left->second.contains(parts->name))) continue;
      if (const Id name = known_id(pool_, parts->name); name != 0) names.try_emplace(name, i);
    }
  }
  for (const auto& [name, build] : names) {
    for (const Id id : providers(pool_, name)) {
      if (!shown_.contains(id) && !kept(id)) hide(id, true, build);
    }
  }
  for_each_package(pool_, [&](Id id) {
    const auto found = names.find(pool_id2solvable(&pool_, id)->name);
    if (found != names.end() && !shown_.contains(id) && !kept(id)) hide(id, true, found->second);
  });
}

void ModuleFilter::hide(Id package, bool shadowed, std::size_t build) {
  const auto [known, added] = hidden_.try_emplace(package, Reason{shadowed, {}});
  // That it belongs to a stream which is not active says more than that an active one shadows it, too.
  if (known->second.shadowed == shadowed) known->second.builds.insert(build);
}

bool ModuleFilter::kept(Id package) const { return keep_.contains(pool_id2solvable(&pool_, package)->repo); }

std::vector<Id> ModuleFilter::hidden() const {
  std::vector<Id> ids;
  for (const auto& [id, reason] : hidden_) ids.push_back(id);
  return ids;
}

std::optional<Hiding> ModuleFilter::why(Id package) const {
  const auto found = hidden_.find(package);
  if (found == hidden_.end()) return std::nullopt;
  std::set<std::string> streams;
  for (const std::size_t i : found->second.builds) streams.insert(facts_.builds[i].name_stream());
  return Hiding{found->second.shadowed, {streams.begin(), streams.end()}};
}

std::set<Id> ModuleFilter::artifacts_of(const std::set<std::size_t>& builds) const {
  std::set<Id> ids;
  for (const auto& [id, having] : builds_of_) {
    if (std::any_of(having.begin(), having.end(), [&](std::size_t i) { return builds.contains(i); })) ids.insert(id);
  }
  return ids;
}

}  // namespace rootlet::solv
