#include "ownership.hpp"

#include <algorithm>
#include <span>

namespace rootlet::rootfs {
namespace {

bool has_directory_of(const FileTree& tree, const std::string& place) {
  const TreeFile* directory = tree.find(place.substr(0, place.rfind('/')));
  return place.rfind('/') == 0 || (directory != nullptr && directory->type == FileType::directory);
}

}  // namespace

Ownership::Ownership(const FileTree& tree, const std::vector<PackageInRoot>& packages) : packages_(packages) {
  std::vector<std::span<const PackageFile>> lists;
  for (const PackageInRoot& one : packages) lists.emplace_back(one.package->header().files);
  analysis::Owners owners = analysis::owners_of(tree, lists);
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (!owners.of[i].empty()) places_.emplace(tree.files[i].path, std::move(owners.of[i]));
  }
  for (const analysis::Lost& lost : owners.lost) {
    if (has_directory_of(tree, lost.place)) places_[lost.place].push_back(lost.claim);
  }
}

bool Ownership::stays(const Claims& owners) const {
  return std::any_of(owners.begin(), owners.end(), [&](const auto& claim) { return !package(claim).leaves; });
}

bool Ownership::holds_what_stays(const std::string& directory) const {
  const std::string inside = directory + "/";
  for (auto place = places_.lower_bound(inside); place != places_.end() && place->first.starts_with(inside); ++place) {
    if (stays(place->second)) return true;
  }
  return false;
}

std::string Ownership::remaining_owner(const std::string& place) const {
  const auto found = places_.find(place);
  if (found == places_.end()) return {};
  for (const analysis::Claim& claim : found->second) {
    if (!package(claim).leaves) return package(claim).package->nevra().str();
  }
  return {};
}

}  // namespace rootlet::rootfs
