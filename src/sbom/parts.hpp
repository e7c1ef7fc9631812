#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "rootlet/sbom.hpp"

namespace rootlet::sbom {

using SbomJson = nlohmann::json;

/// Percent-encodes all but letters, digits and "-._~" (package-url specification; Trivy encodes colons, too).
std::string escaped_for_purl(std::string_view text);

/// Trivy's name of a system: "redhat" where its ID is "rhel"; else as its ID. Trivy knows the system of an SBOM by the
/// name of its component.
std::string scanners_name_of(const OsRelease& system);

/// Trivy's id of a package; empty: the SBOM is not to have it.
std::string trivy_id(const Sbom& sbom, const SbomPackage& package);

/// LicenseRef-… in an expression: licences that a document must say more of.
std::vector<std::string> own_license_ids(std::string_view expression);

/// Line of a package's comment in SPDX, where the image that the subject is built on has it.
inline constexpr std::string_view note_of_base = "of the image that this one is built on";

/// Whether a comment has that line.
bool is_noted_of_base(std::string_view comment);

/// Makes ids of one kind that differ: a text with other characters than letters, digits, "." and "-" replaced by "-",
/// and a number at the end where that was given out before.
class Ids {
 public:
  std::string make(std::string_view prefix, std::string_view text);

 private:
  std::map<std::string, std::size_t> given_;
};

/// "SPDXRef-Package-bash-5.2-1.fc41.x86_64", by place.
std::vector<std::string> package_ids(const Sbom& sbom, std::string_view prefix);

/// "5.2-1.fc41", "1:3.0-2": without an epoch of 0.
std::string version_of(const Nevra& nevra);

/// A digest such as "sha256:0123…", apart.
struct SplitDigest {
  std::string type;  ///< "sha256"
  std::string hex;
};
SplitDigest split_digest(const std::string& digest);

/// "2026-11-30T04:00:00Z".
std::string time_text(std::int64_t seconds);

/// "urn:uuid:…" that follows from a text (RFC 9562, version 8: the beginning of its SHA-256).
std::string uuid_of(std::string_view text);

/// "Red Hat Enterprise Linux 8.0"; empty: the system is not known.
std::string title_of(const OsRelease& system);

/// Text of a document, UTF-8, with a line feed at the end.
std::string text_of(const SbomJson& document);

/// The package URLs of a package: the one that scanners write, and where more is known, the one with all.
std::vector<std::string> package_urls(const SbomPackage& package, const OsRelease& system);

/// The id of a licence that is no SPDX expression: "LicenseRef-GPLv2-…" with some of its digest.
std::string own_license_id(std::string_view license);

/// Where a URL may stand: a whole one, of http or https, without blanks and control characters. Others are left out.
bool is_web_address(std::string_view url);

/// Whether a text is a CPE name, 2.2's URI or 2.3's string, of characters that these may have.
bool is_cpe(std::string_view name);

/// SPDX's and CycloneDX's names of a checksum's type: "SHA256", "SHA-256". Empty: they have none.
std::string spdx_algorithm(const Checksum& checksum);
std::string cyclonedx_algorithm(const Checksum& checksum);

/// Where a file that no package owns comes from, in words.
std::string origin_of(const SbomFile& file);

std::string spdx2(const Sbom& sbom);
std::string spdx3(const Sbom& sbom);
std::string cyclonedx(const Sbom& sbom);

}  // namespace rootlet::sbom
