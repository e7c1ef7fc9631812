#include "analysis/scanner_rules.hpp"

#include <algorithm>
#include <array>

#include "model/distributions.hpp"

namespace rootlet::analysis {
namespace {

using namespace std::literals;

constexpr std::array trivy_databases{"/usr/lib/sysimage/rpm/Packages"sv,     "/var/lib/rpm/Packages"sv,
                                     "/usr/lib/sysimage/rpm/Packages.db"sv,  "/var/lib/rpm/Packages.db"sv,
                                     "/usr/lib/sysimage/rpm/rpmdb.sqlite"sv, "/var/lib/rpm/rpmdb.sqlite"sv,
                                     "/usr/share/rpm/rpmdb.sqlite"sv};

/// Systems that Trivy recognizes by os-release.
constexpr std::size_t trivy_count = std::count_if(trivy_distributions.begin(), trivy_distributions.end(),
                                                  [](const TrivyDistribution& one) { return one.by_os_release; });
constexpr auto trivy_known = [] {
  std::array<KnownDistribution, trivy_count> known{};
  std::size_t next = 0;
  for (const TrivyDistribution& one : trivy_distributions) {
    if (one.by_os_release) known[next++] = {one.id, one.name, one.advisories};
  }
  return known;
}();

/// Other words than these in /etc/redhat-release count as RHEL.
constexpr std::array trivy_release_files{ReleaseFile{"/etc/centos-release", "centos", "centos"},
                                         ReleaseFile{"/etc/fedora-release", "fedora", "fedora"},
                                         ReleaseFile{"/usr/lib/fedora-release", "fedora", "fedora"},
                                         ReleaseFile{"/etc/rocky-release", "rocky", "rocky"},
                                         ReleaseFile{"/etc/almalinux-release", "alma", "alma"},
                                         ReleaseFile{"/etc/oracle-release", "", "oracle"},
                                         ReleaseFile{"/etc/system-release", "amazon linux", "amazon"},
                                         ReleaseFile{"/usr/lib/system-release", "amazon linux", "amazon"},
                                         ReleaseFile{"/etc/redhat-release", "centos", "centos"},
                                         ReleaseFile{"/etc/redhat-release", "rocky", "rocky"},
                                         ReleaseFile{"/etc/redhat-release", "alma", "alma"},
                                         ReleaseFile{"/etc/redhat-release", "oracle", "oracle"},
                                         ReleaseFile{"/etc/redhat-release", "fedora", "fedora"},
                                         ReleaseFile{"/etc/redhat-release", "", "redhat"}};

constexpr std::array trivy_sboms{".spdx.json"sv, ".cdx.json"sv};

constexpr std::array syft_databases{
    "/var/lib/rpm/Packages"sv,          "/var/lib/rpm/Packages.db"sv,          "/var/lib/rpm/rpmdb.sqlite"sv,
    "/usr/share/rpm/Packages"sv,        "/usr/share/rpm/Packages.db"sv,        "/usr/share/rpm/rpmdb.sqlite"sv,
    "/usr/lib/sysimage/rpm/Packages"sv, "/usr/lib/sysimage/rpm/Packages.db"sv, "/usr/lib/sysimage/rpm/rpmdb.sqlite"sv};

constexpr std::array grype_distributions{KnownDistribution{"rhel", "redhat"},
                                         KnownDistribution{"centos", "centos"},
                                         KnownDistribution{"fedora", "fedora"},
                                         KnownDistribution{"amzn", "amazonlinux"},
                                         KnownDistribution{"ol", "oraclelinux"},
                                         KnownDistribution{"opensuse-leap", "opensuseleap"},
                                         KnownDistribution{"sles", "sles"},
                                         KnownDistribution{"photon", "photon"},
                                         KnownDistribution{"mariner", "mariner"},
                                         KnownDistribution{"azurelinux", "azurelinux"},
                                         KnownDistribution{"rocky", "rockylinux"},
                                         KnownDistribution{"almalinux", "almalinux"},
                                         KnownDistribution{"scientific", "scientific"},
                                         KnownDistribution{"hummingbird", "hummingbird"}};

constexpr std::array syft_release_files{ReleaseFile{"/etc/redhat-release", "red hat enterprise linux", "redhat"},
                                        ReleaseFile{"/etc/redhat-release", "centos", "centos"},
                                        ReleaseFile{"/etc/redhat-release", "rocky linux", "rockylinux"},
                                        ReleaseFile{"/etc/redhat-release", "scientific linux", "scientific"},
                                        ReleaseFile{"/etc/redhat-release", "", "redhat"}};

constexpr std::array clair_databases{"Packages"sv, "Packages.db"sv, "rpmdb.sqlite"sv};

/// Clair goes by other lines of os-release, too, which these distributions have.
constexpr std::array clair_distributions{
    KnownDistribution{"rhel", "rhel"},    KnownDistribution{"hummingbird", "hummingbird"},
    KnownDistribution{"ol", "oracle"},    KnownDistribution{"amzn", "amazon"},
    KnownDistribution{"sles", "sles"},    KnownDistribution{"opensuse-leap", "opensuse.leap"},
    KnownDistribution{"photon", "photon"}};

constexpr std::array scanners{
    ScannerRules{"trivy", "Trivy", FileMatch::exact, trivy_databases, ManifestRule::whole, trivy_known, false, true,
                 trivy_release_files,
                 "aquasecurity/trivy v0.74.0: pkg/fanal/analyzer/pkg/rpm/rpm.go and rpmqa.go, "
                 "pkg/fanal/analyzer/os/release/release.go and os/redhatbase/, pkg/detector/ospkg/detect.go, "
                 "pkg/fanal/analyzer/sbom/sbom.go",
                 trivy_sboms},
    ScannerRules{"syft", "Syft and Grype", FileMatch::ending, syft_databases, ManifestRule::by_line,
                 grype_distributions, true, false, syft_release_files,
                 "anchore/syft v1.51.0: syft/pkg/rpm.go, syft/pkg/cataloger/redhat/, syft/linux/identify_release.go; "
                 "anchore/grype v0.116.0: grype/distro/type.go"},
    ScannerRules{"clair",
                 "Clair",
                 FileMatch::anywhere,
                 clair_databases,
                 ManifestRule::not_read,
                 clair_distributions,
                 false,
                 true,
                 {},
                 "quay/claircore v1.5.54: internal/rpm/find.go, rhel/rhel.go, rhel/repositoryscanner.go, "
                 "rhel/distributionscanner.go and the same of aws, oracle, photon and suse"}};

}  // namespace

std::span<const ScannerRules> scanner_rules() { return scanners; }

}  // namespace rootlet::analysis
