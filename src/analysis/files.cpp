#include "rootlet/audit.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

namespace rootlet::analysis {
namespace {

bool counts(const TreeFile& file) { return file.type == FileType::regular && file.first_link.empty(); }

void add(FileTotals& totals, const TreeFile& file) {
  totals.bytes += file.size;
  ++totals.files;
}

/// "/usr/lib64" of "/usr/lib64/x/y" for two levels; fewer where the file's directory is not that deep.
std::string_view directory_at(std::string_view path, int levels) {
  const std::size_t last = path.rfind('/');
  std::size_t end = 0;
  for (int level = 0; level < levels && end < last; ++level) end = path.find('/', end + 1);
  return end == 0 ? "/" : path.substr(0, end);
}

std::vector<DirectoryCost> by_directory(const FileTree& tree, int levels) {
  std::map<std::string_view, FileTotals> sums;
  for (const TreeFile& file : tree.files) {
    if (counts(file)) add(sums[directory_at(file.path, levels)], file);
  }
  std::vector<DirectoryCost> costs;
  for (const auto& [path, totals] : sums) costs.push_back({std::string(path), totals});
  std::stable_sort(costs.begin(), costs.end(),
                   [](const DirectoryCost& a, const DirectoryCost& b) { return a.totals.bytes > b.totals.bytes; });
  return costs;
}

std::vector<KindCost> by_kind(const FileTree& tree, const Owners& owners) {
  std::map<FileKind, FileTotals> sums;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (counts(tree.files[i])) add(sums[kind_of(tree.files[i], owners.of[i])], tree.files[i]);
  }
  std::vector<KindCost> costs;
  for (const auto& [kind, totals] : sums) costs.push_back({kind, totals});
  std::stable_sort(costs.begin(), costs.end(),
                   [](const KindCost& a, const KindCost& b) { return a.totals.bytes > b.totals.bytes; });
  return costs;
}

std::vector<Duplicates> duplicates_of(const FileTree& tree) {
  std::unordered_map<std::string_view, std::vector<const TreeFile*>> same;
  for (const TreeFile& file : tree.files) {
    if (counts(file) && file.size > 0 && !file.sha256.empty()) same[file.sha256].push_back(&file);
  }
  std::vector<Duplicates> found;
  for (const auto& [digest, files] : same) {
    if (files.size() < 2) continue;
    Duplicates& one = found.emplace_back(Duplicates{{}, files.front()->size});
    for (const TreeFile* file : files) one.paths.push_back(file->path);
  }
  std::sort(found.begin(), found.end(), [](const Duplicates& a, const Duplicates& b) {
    return std::make_tuple(b.saved(), std::cref(a.paths)) < std::make_tuple(a.saved(), std::cref(b.paths));
  });
  return found;
}

/// By place in the tree: the first package that owns the file under any of its names; nothing for what does not count.
std::vector<const Claim*> first_owners(const FileTree& tree, const Owners& owners) {
  std::vector<const Claim*> first(tree.files.size(), nullptr);
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (tree.files[i].type != FileType::regular || owners.of[i].empty()) continue;
    std::size_t at = i;
    if (!counts(tree.files[i])) {
      const TreeFile* link = tree.find(tree.files[i].first_link);
      if (link == nullptr) continue;
      at = static_cast<std::size_t>(link - tree.files.data());
    }
    const Claim& claim = owners.of[i].front();
    if (first[at] == nullptr || claim.package < first[at]->package) first[at] = &claim;
  }
  return first;
}

std::vector<LargeFile> largest_of(const FileTree& tree, const PackageGraph& graph,
                                  const std::vector<const Claim*>& first, std::size_t most) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (counts(tree.files[i]) && tree.files[i].size > 0) places.push_back(i);
  }
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min(most, places.size()));
  std::partial_sort(places.begin(), end, places.end(), [&](std::size_t a, std::size_t b) {
    return std::make_tuple(tree.files[b].size, a) < std::make_tuple(tree.files[a].size, b);
  });
  std::vector<LargeFile> largest;
  for (auto place = places.begin(); place != end; ++place) {
    const Claim* claim = first[*place];
    largest.push_back({tree.files[*place].path, tree.files[*place].size, std::nullopt});
    if (claim != nullptr) largest.back().package = graph.at(claim->package).nevra;
  }
  return largest;
}

}  // namespace

std::vector<std::uint64_t> disk_sizes(const FileTree& tree, const Owners& owners, std::size_t packages) {
  std::vector<std::uint64_t> sizes(packages, 0);
  const auto first = first_owners(tree, owners);
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (first[i] != nullptr) sizes.at(index(first[i]->package)) += tree.files[i].size;
  }
  return sizes;
}

OtherFiles unowned_files(const FileTree& tree, const Owners& owners) {
  OtherFiles rest;
  const auto first = first_owners(tree, owners);
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (!counts(tree.files[i]) || first[i] != nullptr) continue;
    ++rest.files;
    rest.size += tree.files[i].size;
  }
  return rest;
}

FileCosts file_costs(const FileTree& tree, const PackageGraph& graph, const Owners& owners, std::size_t most) {
  FileCosts costs;
  costs.contents_read = tree.contents_read;
  costs.packages_known = graph.packages_known;
  const auto first = first_owners(tree, owners);
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (!counts(tree.files[i])) continue;
    add(costs.total, tree.files[i]);
    if (first[i] == nullptr) add(costs.unowned, tree.files[i]);
  }
  costs.directories = by_directory(tree, 1);
  costs.subdirectories = by_directory(tree, 2);
  costs.kinds = by_kind(tree, owners);
  costs.duplicates = duplicates_of(tree);
  costs.largest = largest_of(tree, graph, first, most);
  costs.disk_size = disk_sizes(tree, owners, graph.packages.size());
  return costs;
}

}  // namespace rootlet::analysis
