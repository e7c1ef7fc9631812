#include "records.hpp"

namespace rootlet::installed {
namespace {

constexpr std::string_view top = "/var/lib/yum/yumdb/";

/// "bash.x86_64" of "<checksum>-bash-4.2.46-34.el7-x86_64"; empty where it is none.
std::string name_arch_of(std::string_view package) {
  const std::size_t checksum = package.find('-');
  const std::size_t arch = package.find_last_of("-.");
  if (checksum == std::string_view::npos || arch == std::string_view::npos || arch <= checksum) return {};
  const std::string_view nvr = package.substr(checksum + 1, arch - checksum - 1);
  const std::size_t release = nvr.rfind('-');
  const std::size_t version = release == std::string_view::npos || release == 0 ? release : nvr.rfind('-', release - 1);
  if (version == std::string_view::npos || version == 0) return {};
  return std::string(nvr.substr(0, version)).append(".").append(package.substr(arch + 1));
}

}  // namespace

std::optional<InstallRecord> yum_record(const Tree& tree) {
  InstallRecord record;
  record.path = top.substr(0, top.size() - 1);
  for (auto file = tree.files.contents.lower_bound(std::string(top)); file != tree.files.contents.end(); ++file) {
    std::string_view path = file->first;
    if (!path.starts_with(top)) break;
    // <letter>/<package>/reason
    path.remove_suffix(std::string_view("/reason").size());
    const std::string package = name_arch_of(path.substr(path.rfind('/') + 1));
    const std::string& reason = file->second;
    if (package.empty() || reason.empty()) continue;
    record.by_name_arch[package] = reason.starts_with("user")    ? InstallReason::user
                                   : reason.starts_with("group") ? InstallReason::group
                                                                 : InstallReason::dependency;
  }
  if (record.by_name_arch.empty()) return std::nullopt;
  return record;
}

}  // namespace rootlet::installed
