#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/selection.hpp"

namespace rootlet {

std::string Nevra::evr() const { return std::to_string(epoch) + ":" + version + "-" + release; }

std::string Nevra::str() const { return name + "-" + evr() + (arch.empty() ? "" : "." + arch); }

bool comes_first_as_text(const Nevra& a, const Nevra& b) {
  const auto [one, other] = std::mismatch(a.name.begin(), a.name.end(), b.name.begin(), b.name.end());
  if (one == a.name.end() || other == b.name.end()) return a.str() < b.str();
  return static_cast<unsigned char>(*one) < static_cast<unsigned char>(*other);
}

std::string Mark::str() const {
  if (line <= 0) return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

namespace {

constexpr std::array<std::pair<EdgeKind, std::string_view>, 16> edge_kinds{{{EdgeKind::runtime, "runtime"},
                                                                            {EdgeKind::scriptlet, "scriptlet"},
                                                                            {EdgeKind::pretrans, "pretrans"},
                                                                            {EdgeKind::pre, "pre"},
                                                                            {EdgeKind::post, "post"},
                                                                            {EdgeKind::preun, "preun"},
                                                                            {EdgeKind::postun, "postun"},
                                                                            {EdgeKind::posttrans, "posttrans"},
                                                                            {EdgeKind::preuntrans, "preuntrans"},
                                                                            {EdgeKind::postuntrans, "postuntrans"},
                                                                            {EdgeKind::verify, "verify"},
                                                                            {EdgeKind::recommends, "recommends"},
                                                                            {EdgeKind::supplements, "supplements"},
                                                                            {EdgeKind::conflicts, "conflicts"},
                                                                            {EdgeKind::multilib, "multilib"},
                                                                            {EdgeKind::stated, "stated"}}};

}  // namespace

std::string_view edge_kind_name(EdgeKind kind) noexcept { return edge_kinds.at(static_cast<std::size_t>(kind)).second; }

std::optional<EdgeKind> edge_kind_of(std::string_view name) noexcept {
  for (const auto& [kind, known] : edge_kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string_view form_name(CapabilityForm form) noexcept {
  switch (form) {
    case CapabilityForm::plain: return "plain";
    case CapabilityForm::file: return "file";
    case CapabilityForm::rich: return "rich";
  }
  return "plain";
}

std::string capability_words(const std::string& capability) {
  return capability.empty() ? "something that the SBOM does not name" : capability;
}

std::string because(const Condition& condition) {
  if (condition.empty()) return "";
  return (condition.is_there ? "because of " : "because there is no ") + condition.capability;
}

CapabilityForm form_of(std::string_view capability) noexcept {
  if (capability.starts_with('(')) return CapabilityForm::rich;
  return capability.starts_with('/') ? CapabilityForm::file : CapabilityForm::plain;
}

std::string_view lost_because_name(LostBecause why) noexcept {
  switch (why) {
    case LostBecause::excluded: return "excluded";
    case LostBecause::modular: return "modular";
    case LostBecause::other_arch: return "other_arch";
    case LostBecause::lower_priority: return "lower_priority";
    case LostBecause::older: return "older";
    case LostBecause::other_version: return "other_version";
    case LostBecause::other_repo: return "other_repository";
    case LostBecause::obsoleted: return "obsoleted";
    case LostBecause::conflict: return "conflict";
    case LostBecause::not_installable: return "not_installable";
    case LostBecause::guarded: return "guarded";
    case LostBecause::avoided: return "avoided";
    case LostBecause::larger: return "larger";
    case LostBecause::not_preferred: return "not_preferred";
  }
  return "not_preferred";
}

std::string_view objective_name(Objective objective) noexcept {
  switch (objective) {
    case Objective::dnf: return "dnf";
    case Objective::smallest: return "smallest";
    case Objective::fewest: return "fewest";
    case Objective::download: return "download";
  }
  return "dnf";
}

std::optional<Objective> objective_of(std::string_view name) noexcept {
  for (const Objective each : objectives) {
    if (objective_name(each) == name) return each;
  }
  return std::nullopt;
}

std::string_view arch_drift_name(ArchDrift drift) noexcept {
  switch (drift) {
    case ArchDrift::allow: return "allow";
    case ArchDrift::forbid: return "forbid";
    case ArchDrift::warn: break;
  }
  return "warn";
}

std::optional<ArchDrift> arch_drift_of(std::string_view name) noexcept {
  for (const ArchDrift drift : {ArchDrift::allow, ArchDrift::warn, ArchDrift::forbid}) {
    if (arch_drift_name(drift) == name) return drift;
  }
  return std::nullopt;
}

std::string_view scriptlet_deps_name(ScriptletDeps deps) noexcept {
  return deps == ScriptletDeps::keep ? "keep" : "drop";
}

std::optional<ScriptletDeps> scriptlet_deps_of(std::string_view name) noexcept {
  for (const ScriptletDeps each : {ScriptletDeps::keep, ScriptletDeps::drop}) {
    if (scriptlet_deps_name(each) == name) return each;
  }
  return std::nullopt;
}

std::string_view upgrade_name(Upgrade upgrade) noexcept {
  switch (upgrade) {
    case Upgrade::none: return "none";
    case Upgrade::security: return "security";
    case Upgrade::all: return "all";
  }
  return "none";
}

std::optional<Upgrade> upgrade_of(std::string_view name) noexcept {
  for (const Upgrade each : {Upgrade::none, Upgrade::security, Upgrade::all}) {
    if (upgrade_name(each) == name) return each;
  }
  return std::nullopt;
}

void sort_as_text(std::vector<RequiredBy>& required_by, const std::vector<ChosenPackage>& packages) {
  std::sort(required_by.begin(), required_by.end(), [&](const RequiredBy& a, const RequiredBy& b) {
    if (a.package == b.package) return a < b;
    return comes_first_as_text(packages.at(index(a.package)).package.nevra,
                               packages.at(index(b.package)).package.nevra);
  });
  required_by.erase(std::unique(required_by.begin(), required_by.end()), required_by.end());
}

void Totals::add(const Package& package) noexcept {
  if (packages == 0) kept_size = 0;
  if (package.kept_size && kept_size) {
    *kept_size += *package.kept_size;
  } else {
    kept_size.reset();
  }
  ++packages;
  installed_size += package.installed_size;
  download_size += package.download_size;
}

Totals Solution::totals() const noexcept {
  Totals totals;
  for (const ChosenPackage& chosen : packages) {
    if (!chosen.build_only && !chosen.package.in_base()) totals.add(chosen.package);
  }
  totals.download_size = download_size();
  return totals;
}

std::size_t Solution::count() const noexcept {
  return static_cast<std::size_t>(std::count_if(packages.begin(), packages.end(), [](const ChosenPackage& chosen) {
    return !chosen.build_only && !chosen.package.in_base();
  }));
}

std::size_t Solution::leaving() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(packages.begin(), packages.end(), [](const ChosenPackage& chosen) { return chosen.build_only; }));
}

std::size_t Solution::count_in_base() const noexcept {
  return static_cast<std::size_t>(std::count_if(packages.begin(), packages.end(),
                                                [](const ChosenPackage& chosen) { return chosen.package.in_base(); }));
}

std::uint64_t Solution::download_size() const noexcept {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ChosenPackage& p) { return sum + p.package.download_size; });
}

}  // namespace rootlet
