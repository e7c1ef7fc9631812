#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "model/distributions.hpp"
#include "parts.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::sbom {
namespace {

using Qualifiers = std::vector<std::pair<std::string_view, std::string>>;

std::string url_of(const SbomPackage& package, const OsRelease& system, Qualifiers more) {
  const TrivyDistribution family = trivy_distribution(system.id);
  std::string url = "pkg:rpm/";
  if (!family.name_space.empty()) {
    std::string name_space(family.name_space);
    std::transform(name_space.begin(), name_space.end(), name_space.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    url += escaped_for_purl(name_space) + "/";
  }
  const Nevra& nevra = package.nevra;
  url += escaped_for_purl(nevra.name) + "@" + escaped_for_purl(nevra.version);
  if (!nevra.release.empty()) url += "-" + escaped_for_purl(nevra.release);
  if (!nevra.arch.empty()) more.emplace_back("arch", nevra.arch);
  if (nevra.epoch != 0) more.emplace_back("epoch", std::to_string(nevra.epoch));
  if (!system.id.empty() && !system.version_id.empty()) {
    more.emplace_back("distro", fmt::format("{}-{}", family.name, system.version_id));
  }
  if (!package.modularity_label.empty()) more.emplace_back("modularitylabel", package.modularity_label);
  std::sort(more.begin(), more.end());
  char separator = '?';
  for (const auto& [key, value] : more) {
    url += fmt::format("{}{}={}", std::exchange(separator, '&'), key, escaped_for_purl(value));
  }
  return url;
}

}  // namespace

std::string scanners_name_of(const OsRelease& system) { return std::string(trivy_distribution(system.id).name); }

std::string trivy_id(const Sbom& sbom, const SbomPackage& package) {
  const Nevra& nevra = package.nevra;
  switch (sbom.subject.ids) {
    case TrivyIds::none: break;
    case TrivyIds::of_database:
      return legible(fmt::format("{}@{}-{}.{}", nevra.name, nevra.version, nevra.release, nevra.arch));
    case TrivyIds::of_manifest: return legible(fmt::format("{}@{}", nevra.name, version_of(nevra)));
  }
  return {};
}

std::string escaped_for_purl(std::string_view text) {
  std::string url;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    url += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

std::string package_url(const SbomPackage& package, const OsRelease& system) { return url_of(package, system, {}); }

std::string full_package_url(const SbomPackage& package, const OsRelease& system) {
  Qualifiers more;
  if (!package.source_rpm.empty()) more.emplace_back("upstream", package.source_rpm);
  if (!package.repo.empty() && package.repo != local_repo_id) more.emplace_back("repository_id", package.repo);
  if (!package.checksum.hex.empty()) more.emplace_back("checksum", package.checksum.str());
  return url_of(package, system, std::move(more));
}

}  // namespace rootlet::sbom
