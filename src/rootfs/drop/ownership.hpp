#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "../beneath.hpp"
#include "rootfs/drop.hpp"

namespace rootlet::rootfs {

/// A file as one package has it.
struct Owned {
  std::size_t package = 0;  ///< of the list that the Ownership was made of
  const PackageFile* file = nullptr;
};

/// Which packages own what, by place: the path in which no directory is a symbolic link. So "/bin/sh" of one package
/// and "/usr/bin/sh" of another are one place where /bin leads to /usr/bin. What has no place in the root is left out.
class Ownership {
 public:
  /// Places are those that the root has at the time.
  Ownership(const Root& root, const std::vector<PackageInRoot>& packages);

  [[nodiscard]] const std::map<std::string, std::vector<Owned>>& places() const { return places_; }
  [[nodiscard]] const PackageInRoot& package(const Owned& owned) const { return packages_.at(owned.package); }
  /// Whether a package that stays owns the place.
  [[nodiscard]] bool stays(const std::vector<Owned>& owners) const;
  /// Whether a package that stays owns something in the directory.
  [[nodiscard]] bool holds_what_stays(const std::string& directory) const;
  /// "bash-0:5.2-1.x86_64", of the remaining packages that own the place the first; empty: none does.
  [[nodiscard]] std::string remaining_owner(const std::string& place) const;

 private:
  const std::vector<PackageInRoot>& packages_;
  std::map<std::string, std::vector<Owned>> places_;
};

}  // namespace rootlet::rootfs
