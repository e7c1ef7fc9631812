#pragma once

#include <array>
#include <string_view>

namespace rootlet {

/// A distribution with RPM packages, as Trivy 0.74 knows it.
struct TrivyDistribution {
  std::string_view id;          ///< of os-release
  std::string_view name;        ///< that Trivy gives it: "redhat"
  std::string_view name_space;  ///< of its packages' URLs
  bool by_os_release = true;    ///< recognized by os-release; else by a release file alone
  bool advisories = true;       ///< false: Trivy has none of it
};

// CentOS Stream has the name and package URLs that Trivy gave it up to 0.73: since then its URLs' type is not "rpm".
inline constexpr std::array trivy_distributions{
    TrivyDistribution{"rhel", "redhat", "redhat"},
    TrivyDistribution{"centos", "centos", "centos"},
    TrivyDistribution{"rocky", "rocky", "rocky"},
    TrivyDistribution{"almalinux", "alma", "alma"},
    TrivyDistribution{"ol", "oracle", "oracle"},
    TrivyDistribution{"amzn", "amazon", "amazon", false},
    TrivyDistribution{"fedora", "fedora", "fedora", true, false},
    TrivyDistribution{"opensuse-tumbleweed", "opensuse-tumbleweed", "opensuse"},
    TrivyDistribution{"opensuse-leap", "opensuse-leap", "opensuse"},
    TrivyDistribution{"opensuse", "opensuse-leap", "opensuse"},
    TrivyDistribution{"sles", "sles", "suse"},
    TrivyDistribution{"sle-micro", "slem", "suse"},
    TrivyDistribution{"sl-micro", "slem", "suse"},
    TrivyDistribution{"sle-micro-rancher", "slem", "suse"},
    TrivyDistribution{"photon", "photon", "photon"},
    TrivyDistribution{"azurelinux", "azurelinux", "azurelinux"},
    TrivyDistribution{"mariner", "cbl-mariner", "cbl-mariner"},
    TrivyDistribution{"coreos", "coreos", "coreos"}};

/// The distribution of an ID; one that Trivy does not know has its ID for all names. Borrows `id`.
constexpr TrivyDistribution trivy_distribution(std::string_view id) {
  for (const TrivyDistribution& one : trivy_distributions) {
    if (one.id == id) return one;
  }
  return {id, id, id};
}

/// The ID of the distribution that Trivy gives this name; the name itself: it gives none. Borrows `name`.
constexpr std::string_view id_of_trivy_name(std::string_view name) {
  for (const TrivyDistribution& one : trivy_distributions) {
    if (one.name == name) return one.id;
  }
  return name;
}

}  // namespace rootlet
