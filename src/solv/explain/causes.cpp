#include "causes.hpp"

#include <algorithm>

#include "base/text.hpp"

extern "C" {
#include <solv/evr.h>
}

namespace rootlet::solv {

Id capability_of(::Pool& pool, Id dep) {
  while (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool, dep);
    if (rel.flags > 7 && rel.flags != REL_ARCH && rel.flags != REL_WITH && rel.flags != REL_WITHOUT) return 0;
    dep = rel.name;
  }
  return dep;
}

std::string as_rpm(const Nevra& nevra) {
  const std::string epoch = nevra.epoch > 0 ? std::to_string(nevra.epoch) + ":" : "";
  return nevra.name + "-" + epoch + nevra.version + "-" + nevra.release + "." + nevra.arch;
}

std::vector<Nevra> sorted_nevras(::Pool& pool, const std::vector<Id>& packages) {
  std::vector<std::pair<Nevra, Id>> keyed;
  keyed.reserve(packages.size());
  for (const Id id : packages) keyed.emplace_back(nevra_of(pool, id), pool_id2solvable(&pool, id)->evr);
  std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    if (a.first.name != b.first.name) return a.first.name < b.first.name;
    if (a.second != b.second) {
      if (const int order = pool_evrcmp(&pool, a.second, b.second, EVRCMP_COMPARE); order != 0) return order < 0;
    }
    return a.first < b.first;
  });
  std::vector<Nevra> nevras;
  for (const auto& [nevra, evr] : keyed) {
    if (nevras.empty() || nevras.back() != nevra) nevras.push_back(nevra);
  }
  return nevras;
}

Causes::Out Causes::hidden(Id package, const Hidden& hidden) const {
  const std::string place = hidden.entry.mark.file.empty() ? "" : " (" + hidden.entry.mark.str() + ")";
  switch (hidden.by) {
    case Hidden::By::exclude: return {Obstacle::excluded, hidden.entry.text, hidden.entry.mark};
    case Hidden::By::excludepkgs:
      return {Obstacle::hidden,
              "'" + hidden.entry.text + "' in the excludepkgs of repository '" + hidden.repo + "'" + place};
    case Hidden::By::includepkgs:
      return {Obstacle::hidden, "the includepkgs of repository '" + hidden.repo + "', none of which matches"};
    case Hidden::By::held: return {Obstacle::hidden, "the lock, which holds " + hidden.entry.text};
    case Hidden::By::module: break;
  }
  const std::optional<Hiding> module = view_.hidden_by_module(package);
  if (!module || module->streams.empty()) return {Obstacle::hidden, "modules"};
  const std::string streams =
      std::string("the module stream") + (module->streams.size() > 1 ? "s " : " ") + join(module->streams, ", ");
  if (module->shadowed) return {Obstacle::hidden, streams + ", which has its own package of this name"};
  return {Obstacle::hidden,
          streams + ", which " + (module->streams.size() > 1 ? "are" : "is") + " not enabled",
          {},
          module->streams};
}

std::optional<Causes::Out> Causes::out(Id package) const {
  ::Solvable& s = *pool_id2solvable(&pool_, package);
  if (!considered(pool_, package)) {
    const Hidden* why = view_.hidden(package);
    return why != nullptr ? hidden(package, *why) : Out{};
  }
  if (s.arch != ARCH_SRC && s.arch != ARCH_NOSRC && pool_badarch_solvable(&pool_, &s) != 0)
    return Out{Obstacle::wrong_arch, view_.request().selection.arch, {}};
  if (pool_installable(&pool_, &s) == 0) return Out{Obstacle::not_installable};
  return std::nullopt;
}

std::vector<Id> Causes::near(Id dep) const {
  const Id name = capability_of(pool_, dep);
  if (name == 0) return {};
  std::vector<Id> found = providers(pool_, name);
  if (!found.empty()) return found;
  // Packages for other architectures are not in the list of providers.
  for_each_package(pool_, [&](Id id) {
    ::Solvable& s = *pool_id2solvable(&pool_, id);
    if (s.arch == ARCH_SRC || s.arch == ARCH_NOSRC || pool_badarch_solvable(&pool_, &s) == 0) return;
    const auto provided = dependencies(pool_, id, SOLVABLE_PROVIDES);
    const auto meets = [&](Id given) { return pool_match_dep(&pool_, given, dep) != 0; };
    if (std::any_of(provided.begin(), provided.end(), meets)) found.push_back(id);
  });
  return found;
}

}  // namespace rootlet::solv
