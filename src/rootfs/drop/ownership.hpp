#pragma once

#include <map>
#include <string>
#include <vector>

#include "rootfs/drop.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::rootfs {

/// Which packages own what, by place, and which of them leave. So "/bin/sh" of one package and "/usr/bin/sh" of another
/// are one place where /bin leads to /usr/bin. A file that is not there has a place where its directory is.
class Ownership {
 public:
  Ownership(const FileTree& tree, const std::vector<PackageInRoot>& packages);

  using Claims = std::vector<analysis::Claim>;
  [[nodiscard]] const std::map<std::string, Claims>& places() const { return places_; }
  [[nodiscard]] const PackageInRoot& package(const analysis::Claim& claim) const {
    return packages_.at(index(claim.package));
  }
  /// Whether a package that stays is among the owners.
  [[nodiscard]] bool stays(const Claims& owners) const;
  /// Whether a package that stays owns something in the directory.
  [[nodiscard]] bool holds_what_stays(const std::string& directory) const;
  /// "bash-0:5.2-1.x86_64", of the remaining packages that own the place the first; empty: none does.
  [[nodiscard]] std::string remaining_owner(const std::string& place) const;

 private:
  const std::vector<PackageInRoot>& packages_;
  std::map<std::string, Claims> places_;
};

}  // namespace rootlet::rootfs
