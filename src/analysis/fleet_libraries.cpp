#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analysis/fleet.hpp"

namespace rootlet::analysis {
namespace {

/// Version and release, without an epoch: file names of source packages have none.
Nevra version_alone(const std::string& text) {
  const auto dash = text.rfind('-');
  Nevra nevra;
  nevra.version = text.substr(0, dash);
  if (dash != std::string::npos) nevra.release = text.substr(dash + 1);
  return nevra;
}

/// The packages' source packages by their names, as far as any image tells; one name for all that is built from it.
std::map<std::string, std::string> sources_by_name(const Fleet& fleet) {
  std::map<std::string, std::string> sources;
  for (const FleetPackage& one : fleet.packages) {
    if (!one.source.empty()) sources.emplace(one.nevra.name, one.source);
  }
  return sources;
}

/// Names of packages that are libraries.
std::set<std::string> library_names(const Fleet& fleet) {
  std::set<std::string> names;
  for (const FleetPackage& one : fleet.packages) {
    if (!one.sonames.empty()) names.insert(one.nevra.name);
  }
  if (!names.empty()) return names;
  for (const FleetPackage& one : fleet.packages) {
    if (one.nevra.name.starts_with("lib")) names.insert(one.nevra.name);
  }
  return names;
}

/// A version while its facts are gathered.
struct Gathered {
  std::set<std::uint32_t> packages, images;
  std::set<std::string> sonames;
};

template <class T>
std::vector<T> listed(const std::set<T>& set) {
  return {set.begin(), set.end()};
}

std::uint64_t median_of(const std::vector<std::uint64_t>& sorted, std::size_t begin, std::size_t end) {
  const std::size_t middle = begin + (end - begin) / 2;
  return (end - begin) % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::vector<FleetLibrary> fleet_libraries(const Fleet& fleet, const CompareVersions& compare) {
  const auto sources = sources_by_name(fleet);
  const auto names = library_names(fleet);
  std::map<std::string, std::map<std::string, Gathered>> found;
  for (std::size_t i = 0; i < fleet.images.size(); ++i) {
    for (const FleetMember& member : fleet.images[i].packages) {
      const FleetPackage& package = fleet.packages[member.package];
      if (names.count(package.nevra.name) == 0) continue;
      const auto source = sources.find(package.nevra.name);
      std::string name = package.source;
      if (name.empty()) name = source == sources.end() ? package.nevra.name : source->second;
      std::string version = package.source_version;
      if (version.empty()) version = package.nevra.version + "-" + package.nevra.release;
      Gathered& one = found[name][version];
      one.packages.insert(member.package);
      one.images.insert(static_cast<std::uint32_t>(i));
      one.sonames.insert(package.sonames.begin(), package.sonames.end());
    }
  }
  std::vector<FleetLibrary> libraries;
  for (const auto& [name, versions] : found) {
    FleetLibrary& library = libraries.emplace_back();
    library.name = name;
    for (const auto& [version, one] : versions) {
      library.versions.push_back({version, listed(one.packages), listed(one.sonames), listed(one.images)});
    }
    std::stable_sort(library.versions.begin(), library.versions.end(),
                     [&](const LibraryVersion& a, const LibraryVersion& b) {
                       return compare(version_alone(a.version), version_alone(b.version)) < 0;
                     });
  }
  std::stable_sort(libraries.begin(), libraries.end(),
                   [](const FleetLibrary& a, const FleetLibrary& b) { return a.versions.size() > b.versions.size(); });
  return libraries;
}

std::vector<SizeOutlier> size_outliers(const Fleet& fleet) {
  std::vector<std::uint64_t> sorted;
  for (const FleetImage& image : fleet.images) {
    if (image.size() > 0) sorted.push_back(image.size());
  }
  constexpr std::size_t fewest = 5;
  if (sorted.size() < fewest) return {};
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  const std::uint64_t median = median_of(sorted, 0, sorted.size());
  const std::uint64_t low = median_of(sorted, 0, half);
  const std::uint64_t high = median_of(sorted, sorted.size() - half, sorted.size());
  const std::uint64_t far = std::max((high - low) * 3 / 2, median / 10);
  const std::uint64_t least = low > far ? low - far : 0;
  const std::uint64_t most = high + far;
  std::vector<SizeOutlier> outliers;
  for (std::size_t i = 0; i < fleet.images.size(); ++i) {
    const std::uint64_t size = fleet.images[i].size();
    if (size > 0 && (size < least || size > most)) {
      outliers.push_back({static_cast<std::uint32_t>(i), size, median, least, most});
    }
  }
  return outliers;
}

std::vector<VersionOutlier> version_outliers(const Fleet& fleet) {
  // By name and architecture, then by version: which images have it, and the package.
  std::map<std::pair<std::string, std::string>, std::map<std::uint32_t, std::set<std::uint32_t>>> found;
  for (std::size_t i = 0; i < fleet.images.size(); ++i) {
    for (const FleetMember& member : fleet.images[i].packages) {
      const Nevra& nevra = fleet.packages[member.package].nevra;
      found[{nevra.name, nevra.arch}][member.package].insert(static_cast<std::uint32_t>(i));
    }
  }
  constexpr std::size_t fewest = 4;
  std::vector<VersionOutlier> outliers;
  for (const auto& [name, versions] : found) {
    std::set<std::uint32_t> all;
    const auto most = std::max_element(versions.begin(), versions.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    for (const auto& [package, images] : versions) all.insert(images.begin(), images.end());
    if (all.size() < fewest || most->second.size() * 4 < all.size() * 3) continue;
    for (const std::uint32_t image : all) {
      if (most->second.count(image) > 0) continue;
      for (const auto& [package, images] : versions) {
        if (images.count(image) == 0) continue;
        outliers.push_back({image, package, most->first, most->second.size(), all.size()});
      }
    }
  }
  return outliers;
}

}  // namespace rootlet::analysis
