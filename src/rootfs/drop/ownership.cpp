#include "ownership.hpp"

#include <algorithm>
#include <optional>

namespace rootlet::rootfs {

Ownership::Ownership(const Root& root, const std::vector<PackageInRoot>& packages) : packages_(packages) {
  std::map<std::string, std::optional<std::string>> directories;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    for (const PackageFile& file : packages[i].package->header().files) {
      const std::size_t slash = file.path.rfind('/');
      if (slash == std::string::npos || slash + 1 == file.path.size()) continue;  // "/" itself
      const auto [directory, fresh] = directories.try_emplace(file.path.substr(0, slash + 1));
      if (fresh) directory->second = root.resolve(directory->first);
      if (!directory->second) continue;
      const std::string parent = *directory->second == "/" ? "" : *directory->second;
      const std::string place = parent + file.path.substr(slash);
      places_[place].push_back({i, &file});
    }
  }
}

bool Ownership::stays(const std::vector<Owned>& owners) const {
  return std::any_of(owners.begin(), owners.end(), [&](const Owned& owned) { return !package(owned).leaves; });
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
  for (const Owned& owned : found->second) {
    if (!package(owned).leaves) return package(owned).package->nevra().str();
  }
  return {};
}

}  // namespace rootlet::rootfs
