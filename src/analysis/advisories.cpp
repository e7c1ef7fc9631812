#include "analysis/advisories.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace rootlet::analysis {
namespace {

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// "el9" of "27.el9_3.1", "fc40" of "1.fc40"; empty: it names no distribution.
std::string_view distribution_of(std::string_view release) {
  for (const std::string_view tag : {".el", ".fc", "+el", "_el"}) {  // of modules: ".module+el8.9.0+…"
    for (std::size_t at = release.find(tag); at != std::string_view::npos; at = release.find(tag, at + 1)) {
      std::size_t end = at + tag.size();
      while (end < release.size() && release[end] >= '0' && release[end] <= '9') ++end;
      if (end > at + tag.size()) return release.substr(at + 1, end - at - 1);
    }
  }
  return {};
}

bool same_distribution(std::string_view a, std::string_view b) {
  const std::string_view one = distribution_of(a);
  const std::string_view other = distribution_of(b);
  return one.empty() || other.empty() || one == other;
}

/// Packages of a set by what advisories call them.
class Installed {
 public:
  Installed(const AdvisorySubject& subject, const CompareVersions& compare) : subject_(subject), compare_(compare) {
    for (std::size_t i = 0; i < subject.graph.packages.size(); ++i) {
      const Nevra& nevra = subject.graph.packages[i].nevra;
      by_name_[nevra.name].push_back(package_id(i));
      if (i < subject.sources.size() && !subject.sources[i].name.empty()) {
        by_source_[subject.sources[i].name].push_back(package_id(i));
      }
      const auto [newest, fresh] = newest_.try_emplace({nevra.name, nevra.arch}, &nevra);
      if (!fresh && compare(nevra, *newest->second) > 0) newest->second = &nevra;
    }
  }

  /// The packages that it is the fixed version of.
  [[nodiscard]] std::vector<PackageId> of(const FixedPackage& fixed) const {
    std::vector<PackageId> packages;
    const auto add = [&](const std::map<std::string, std::vector<PackageId>>& names) {
      const auto found = names.find(fixed.nevra.name);
      if (found == names.end()) return;
      std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(packages), [&](PackageId id) {
        const bool arch = fixed.nevra.arch.empty() || nevra(id).arch == fixed.nevra.arch;
        return arch && (!fixed.same_distribution || same_distribution(nevra(id).release, fixed.nevra.release));
      });
    };
    add(by_name_);
    if (fixed.of_source) add(by_source_);
    sort_unique(packages);
    return packages;
  }

  /// Whether there is no newer one of its name and architecture.
  [[nodiscard]] bool newest(PackageId package) const {
    const Nevra& one = nevra(package);
    return compare_(one, *newest_.at({one.name, one.arch})) == 0;
  }

  [[nodiscard]] bool older(PackageId package, const FixedPackage& fixed) const {
    Nevra one = compared(package, fixed);
    if (!fixed.has_release) one.release.clear();
    Nevra with = fixed.nevra;
    if (by_its_source(package, fixed)) with.epoch = 0;
    return compare_(one, with) < 0;
  }

  /// Whether it is from before the fault.
  [[nodiscard]] bool before(PackageId package, const FixedPackage& fixed) const {
    if (!fixed.since) return false;
    Nevra one = compared(package, fixed);
    if (fixed.since->release.empty()) one.release.clear();
    Nevra since = *fixed.since;
    if (by_its_source(package, fixed)) since.epoch = 0;
    return compare_(one, since) < 0;
  }

  /// The package in its fixed version. Where only its source package tells that, the source package.
  [[nodiscard]] Nevra fixed_version(PackageId package, const FixedPackage& fixed) const {
    Nevra one = fixed.nevra;
    const Nevra& own = nevra(package);
    one.arch = own.arch;
    if (!by_its_source(package, fixed)) return one;
    const Nevra& source = subject_.sources[index(package)];
    if (source.version != own.version || source.release != own.release) {
      one.arch = "src";
      return one;
    }
    one.name = own.name;
    one.epoch = own.epoch;
    return one;
  }

  [[nodiscard]] const Nevra& nevra(PackageId id) const { return subject_.graph.at(id).nevra; }

  [[nodiscard]] bool counts(const AdvisoryCollection& collection, PackageId package) const {
    if (collection.modules.empty()) return true;
    if (!subject_.streams) return nevra(package).release.find("module") != std::string::npos;
    return std::any_of(collection.modules.begin(), collection.modules.end(), [&](const ModuleStream& one) {
      return std::any_of(subject_.streams->begin(), subject_.streams->end(), [&](const ModuleStream& active) {
        return active.name == one.name && active.stream == one.stream &&
               (active.context.empty() || one.context.empty() || active.context == one.context);
      });
    });
  }

 private:
  [[nodiscard]] bool by_its_source(PackageId package, const FixedPackage& fixed) const {
    return nevra(package).name != fixed.nevra.name;
  }
  /// The side that is compared: the package, or its source package, of which only version and release are known.
  [[nodiscard]] Nevra compared(PackageId package, const FixedPackage& fixed) const {
    return by_its_source(package, fixed) ? subject_.sources[index(package)] : nevra(package);
  }

  const AdvisorySubject& subject_;
  const CompareVersions& compare_;
  std::map<std::string, std::vector<PackageId>> by_name_, by_source_;
  std::map<std::pair<std::string, std::string>, const Nevra*> newest_;  ///< by name and architecture
};

bool accepts(const AcceptedAdvisory& entry, const Advisory& advisory, const Nevra& package) {
  const bool named = fits_glob(entry.advisory, advisory.id) ||
                     std::any_of(advisory.cves.begin(), advisory.cves.end(),
                                 [&](const std::string& cve) { return fits_glob(entry.advisory, cve); });
  return named && (entry.package.empty() || fits_glob(entry.package, package.name));
}

/// Whether it lost for no other reason than that another package was taken.
bool could_stand_in(const Alternative& other) {
  constexpr std::array reasons{LostBecause::guarded, LostBecause::avoided, LostBecause::larger,
                               LostBecause::not_preferred};
  return std::find(reasons.begin(), reasons.end(), other.why) != reasons.end();
}

/// Set that versions of a package are held against, as if one of them were there.
struct Judge {
  const AdvisorySubject& subject;
  const std::vector<Advisory>& advisories;
  const CompareVersions& compare;

  [[nodiscard]] bool finds_open(const Nevra& package, const std::string& source_rpm) const {
    PackageGraph alone;
    alone.packages.push_back({.nevra = package});
    return !advisory_hits({alone, subject.streams, {source_package(source_rpm)}}, advisories, compare).open.empty();
  }
};

/// The newest version of a package, excluded or not, in which no advisory is open.
std::optional<Package> update_to(const Nevra& from, const std::vector<AvailableVersion>& available, bool excluded,
                                 const Judge& judge) {
  const Package* best = nullptr;
  for (const AvailableVersion& one : available) {
    const Nevra& nevra = one.package.nevra;
    if (one.excluded != excluded || nevra.name != from.name || nevra.arch != from.arch) continue;
    if (judge.compare(nevra, best == nullptr ? from : best->nevra) <= 0) continue;
    if (!judge.finds_open(nevra, one.package.source_rpm)) best = &one.package;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

/// Whether a fixed version says more than another one: versions of source packages are no package's own.
bool says_more(const Nevra& fixed, const Nevra& than, const CompareVersions& compare) {
  const bool source = fixed.arch == "src";
  if (source != (than.arch == "src")) return !source;
  return compare(fixed, than) > 0;
}

/// The places of advisories with open packages that are not accepted.
std::set<std::size_t> open_places(const AdvisoryHits& hits) {
  std::set<std::size_t> places;
  for (const AdvisoryHit& hit : hits.open) {
    if (hit.accepted.empty()) places.insert(hit.advisory);
  }
  return places;
}

AdvisoryName name_of(const Advisory& advisory) { return {advisory.id, advisory.severity, advisory.cves}; }

void sort_by_severity(std::vector<AdvisoryName>& names) {
  std::sort(names.begin(), names.end(), [](const AdvisoryName& a, const AdvisoryName& b) {
    return a.severity != b.severity ? a.severity > b.severity : a.id < b.id;
  });
}

}  // namespace

Nevra source_package(std::string file) {
  for (const std::string_view end : {".src.rpm", ".nosrc.rpm"}) {
    if (!file.ends_with(end)) continue;
    file.erase(file.size() - end.size());
    const auto release = file.rfind('-');
    const auto version = release == std::string::npos || release == 0 ? release : file.rfind('-', release - 1);
    if (version == std::string::npos || version == 0 || release == 0) return {};
    return {file.substr(0, version), 0, file.substr(version + 1, release - version - 1), file.substr(release + 1),
            "src"};
  }
  return {};
}

AdvisoryHits advisory_hits(const AdvisorySubject& subject, const std::vector<Advisory>& advisories,
                           const CompareVersions& compare) {
  const Installed installed(subject, compare);
  AdvisoryHits hits;
  for (std::size_t place = 0; place < advisories.size(); ++place) {
    for (const AdvisoryCollection& collection : advisories[place].collections) {
      for (const FixedPackage& fixed : collection.packages) {
        for (const PackageId package : installed.of(fixed)) {
          if (!installed.counts(collection, package)) continue;
          if (installed.before(package, fixed)) continue;
          const bool older = installed.older(package, fixed);
          if (older && !installed.newest(package)) continue;
          auto& list = older ? hits.open : hits.fixed;
          list.push_back({place, package, installed.fixed_version(package, fixed), fixed.reboot});
        }
      }
    }
  }
  sort_unique(hits.open);
  sort_unique(hits.fixed);
  return hits;
}

std::vector<AcceptedAdvisory> accept(AdvisoryHits& hits, const PackageGraph& graph,
                                     const std::vector<Advisory>& advisories,
                                     const std::vector<AcceptedAdvisory>& accepted) {
  std::vector<AcceptedAdvisory> unused;
  for (const AcceptedAdvisory& entry : accepted) {
    bool used = false;
    for (AdvisoryHit& hit : hits.open) {
      if (!accepts(entry, advisories.at(hit.advisory), graph.at(hit.package).nevra)) continue;
      used = true;
      if (hit.accepted.empty()) hit.accepted = entry.reason;
    }
    if (!used) unused.push_back(entry);
  }
  return unused;
}

std::vector<ExposedPackage> exposed(const AdvisorySubject& subject, const AdvisoryHits& hits,
                                    const std::vector<Advisory>& advisories, const Reach& reach,
                                    const CompareVersions& compare) {
  std::map<PackageId, ExposedPackage> packages;
  for (const AdvisoryHit& hit : hits.open) {
    if (!hit.accepted.empty()) continue;
    const auto [place, fresh] = packages.try_emplace(hit.package);
    ExposedPackage& one = place->second;
    if (fresh || says_more(hit.fixed, one.fixed, compare)) one.fixed = hit.fixed;
    one.advisories.push_back(hit.advisory);
  }
  std::vector<ExposedPackage> list;
  for (auto& [id, one] : packages) {
    one.package = id;
    sort_unique(one.advisories);
    one.why = why(subject.graph, id, {.all = false, .most = 1});
    std::vector<Advisory> own;
    for (const std::size_t place : one.advisories) own.push_back(advisories[place]);
    const Judge judge{subject, own, compare};
    const Nevra& nevra = subject.graph.at(id).nevra;
    one.update = update_to(nevra, reach.available, false, judge);
    if (!one.update) one.excluded = update_to(nevra, reach.available, true, judge);
    if (index(id) < reach.alternatives.size()) {
      const Judge of_all{subject, advisories, compare};
      for (const Alternative& other : reach.alternatives[index(id)]) {
        if (could_stand_in(other) && !of_all.finds_open(other.package, "")) one.prefer.push_back(other);
      }
    }
    list.push_back(std::move(one));
  }
  return list;
}

AdvisoryCounts count(const std::vector<Advisory>& advisories, const AdvisoryHits& hits) {
  AdvisoryCounts counts;
  std::set<std::size_t> all;
  for (const AdvisoryHit& hit : hits.open) all.insert(hit.advisory);
  const std::set<std::size_t> open = open_places(hits);
  for (const std::size_t place : open) ++counts.by_severity.at(static_cast<std::size_t>(advisories.at(place).severity));
  counts.all = open.size();
  counts.accepted = all.size() - open.size();
  return counts;
}

AdvisoryChanges changes(const std::vector<Advisory>& advisories, const AdvisoryHits& before,
                        const AdvisoryHits& after) {
  const std::set<std::size_t> was = open_places(before);
  const std::set<std::size_t> is = open_places(after);
  AdvisoryChanges changes;
  for (const std::size_t place : was) {
    (is.count(place) > 0 ? changes.still : changes.fixed).push_back(name_of(advisories.at(place)));
  }
  for (const std::size_t place : is) {
    if (was.count(place) == 0) changes.fresh.push_back(name_of(advisories.at(place)));
  }
  for (auto* list : {&changes.fixed, &changes.fresh, &changes.still}) sort_by_severity(*list);
  return changes;
}

std::vector<AdvisoryName> open_names(const std::vector<Advisory>& advisories, const AdvisoryHits& hits) {
  std::vector<AdvisoryName> names;
  for (const std::size_t place : open_places(hits)) names.push_back(name_of(advisories.at(place)));
  sort_by_severity(names);
  return names;
}

}  // namespace rootlet::analysis
