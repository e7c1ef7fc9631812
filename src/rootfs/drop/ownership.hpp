#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "../beneath.hpp"
#include "rootlet/rootfs/drop.hpp"
#include "rootlet/rpm/transaction.hpp"

namespace rootlet::rootfs {

/// A file as one package has it.
struct Owned {
  std::size_t package = 0;  ///< of the list that the Ownership was made of
  rpm::OwnedFile file;
};

/// Which packages own what, by place: the path in which no directory is a symbolic link. So "/bin/sh" of one package
/// and "/usr/bin/sh" of another are one place where /bin leads to /usr/bin. What has no place in the root is left out.
class Ownership {
 public:
  /// Reads the package files; places are those that the root has at the time. Error: as rpm::read_header().
  Ownership(const Root& root, const std::vector<InstalledPackage>& packages);

  [[nodiscard]] const std::map<std::string, std::vector<Owned>>& places() const { return places_; }
  [[nodiscard]] const InstalledPackage& package(const Owned& owned) const { return packages_.at(owned.package); }
  /// Whether a package that stays owns the place.
  [[nodiscard]] bool stays(const std::vector<Owned>& owners) const;
  /// Whether a package that stays owns something in the directory.
  [[nodiscard]] bool holds_what_stays(const std::string& directory) const;
  /// "bash-0:5.2-1.x86_64", of the remaining packages that own the place the first; empty: none does.
  [[nodiscard]] std::string remaining_owner(const std::string& place) const;

 private:
  const std::vector<InstalledPackage>& packages_;
  std::map<std::string, std::vector<Owned>> places_;
};

}  // namespace rootlet::rootfs
