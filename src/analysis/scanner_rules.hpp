#pragma once

#include <span>
#include <string_view>

namespace rootlet::analysis {

/// Which files of a name a scanner reads.
enum class FileMatch {
  exact,     ///< those of these paths, no link followed
  ending,    ///< those whose path ends so, wherever it begins; links are followed
  anywhere,  ///< those of this name, in whatever directory
};

/// A scanner's way with container-manifest-2.
enum class ManifestRule {
  not_read,
  whole,    ///< one line that is not as it should be, and nothing of it counts
  by_line,  ///< such lines are passed over
};

/// A distribution as a scanner knows it by the ID of os-release(5).
struct KnownDistribution {
  std::string_view id;
  std::string_view family;
  bool advisories = true;  ///< false: the scanner has none of it, so nothing is matched
};

/// A file in which a distribution's name and release stand in a line: "CentOS Linux release 7.9.2009 (Core)".
struct ReleaseFile {
  std::string_view path;
  std::string_view name;    ///< that the line must begin with, in lower case; empty: any
  std::string_view family;  ///< it is of; empty: by the name
};

/// Rules of a scanner, as its source says them; `source` says where.
struct ScannerRules {
  std::string_view id;    ///< "trivy"
  std::string_view name;  ///< "Trivy"
  FileMatch reach = FileMatch::exact;
  std::span<const std::string_view> databases;
  ManifestRule manifest = ManifestRule::not_read;
  std::span<const KnownDistribution> distributions;
  bool by_id_like = false;  ///< a distribution that is not known counts as the first known one of ID_LIKE
  bool needs_version = false;
  std::span<const ReleaseFile> release_files;  ///< in place of os-release
  std::string_view source;
  std::span<const std::string_view> sboms =
      {};  ///< how names of files end that it takes for SBOMs; none: it reads none
};

/// Trivy, Syft with Grype, Clair.
std::span<const ScannerRules> scanner_rules();

}  // namespace rootlet::analysis
