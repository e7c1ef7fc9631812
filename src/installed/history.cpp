#include "records.hpp"

#include "rootlet/error.hpp"

namespace rootlet::installed {

InstallReason InstallRecord::reason(const Nevra& package) const {
  const auto found = by_name_arch.find(package.name + "." + package.arch);
  const InstallReason noted = found == by_name_arch.end() ? InstallReason::unknown : found->second;
  const bool own = noted == InstallReason::user || noted == InstallReason::group;
  return !own && group_members.contains(package.name) ? InstallReason::group : noted;
}

std::optional<InstallRecord> install_record(const Tree& tree, std::vector<std::string>& warnings) {
  for (const auto read : {dnf5_record, dnf4_record, yum_record}) {
    try {
      if (auto record = read(tree)) return record;
    } catch (const Error& error) {
      warnings.push_back(std::string("which packages the user asked for is not known: ") + error.what());
    }
  }
  return std::nullopt;
}

}  // namespace rootlet::installed
