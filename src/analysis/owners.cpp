#include "rootlet/audit.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace rootlet::analysis {
namespace {

/// Finds places; packages have many files in few directories, so the way to each is walked once.
class Places {
 public:
  explicit Places(const FileTree& tree) : tree_(tree) {}

  std::string of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (slash == std::string_view::npos || name.empty() || name == "." || name == "..") return tree_.real_path(path);
    const auto [directory, fresh] = directories_.try_emplace(path.substr(0, slash));
    if (fresh) {
      std::string inside = tree_.real_path(std::string(path.substr(0, slash)) + "/x");
      inside.pop_back();
      directory->second = std::move(inside);
    }
    return directory->second + std::string(name);
  }

 private:
  const FileTree& tree_;
  std::unordered_map<std::string_view, std::string> directories_;  // each with a slash at the end
};

}  // namespace

Owners owners_of(const FileTree& tree, const std::vector<std::span<const PackageFile>>& lists) {
  Owners owners;
  owners.of.resize(tree.files.size());
  Places places(tree);
  for (std::uint32_t i = 0; i < lists.size(); ++i) {
    for (const PackageFile& file : lists[i]) {
      if (!file.installed) continue;
      const Claim claim{PackageId{i}, &file};
      std::string place = places.of(file.path);
      if (place == "/") continue;
      if (const TreeFile* found = tree.find(place)) {
        owners.of[static_cast<std::size_t>(found - tree.files.data())].push_back(claim);
      } else {
        owners.lost.push_back({claim, std::move(place)});
      }
    }
  }
  return owners;
}

std::vector<std::vector<PackageId>> owning_packages(const Owners& owners) {
  std::vector<std::vector<PackageId>> packages(owners.of.size());
  for (std::size_t i = 0; i < owners.of.size(); ++i) {
    for (const Claim& claim : owners.of[i]) {
      if (packages[i].empty() || packages[i].back() != claim.package) packages[i].push_back(claim.package);
    }
  }
  return packages;
}

Owners owners_of(const FileTree& tree, const std::vector<InstalledPackage>& packages) {
  std::vector<std::span<const PackageFile>> lists;
  for (const InstalledPackage& package : packages) lists.emplace_back(package.files);
  return owners_of(tree, lists);
}

}  // namespace rootlet::analysis
