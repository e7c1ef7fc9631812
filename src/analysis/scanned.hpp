#pragma once

#include <set>
#include <string>
#include <string_view>

#include "analysis/scanner_rules.hpp"
#include "rootlet/files.hpp"

namespace rootlet::analysis {

/// Packages that a scanner takes from container-manifest-2, and what is wrong with the file in its eyes.
struct ScannedManifest {
  std::set<Nevra> packages;
  std::string fault;  ///< "line 13 has 9 fields and not 10"; empty: nothing
};
ScannedManifest scan_manifest(std::string_view text, ManifestRule rule);

/// Distribution of a root, as a scanner tells it.
struct ScannedRelease {
  std::string family;  ///< empty: it does not recognize it
  std::string version;
  bool advisories = false;
  std::string why;  ///< it does not recognize it, or has no advisories; empty: neither
};
/// `tree`: with the contents of its small files.
ScannedRelease scan_release(const FileTree& tree, const ScannerRules& scanner);

}  // namespace rootlet::analysis
