#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet {

/// Why a vulnerability of a package does not reach an image; the names are those of VEX.
enum class VexJustification {
  component_not_present,       ///< the package took part in the build only
  vulnerable_code_not_present  ///< the package is there, and none of its regular files are
};

/// Requirement of a package of the build that brought another one there.
struct VexNeed {
  Nevra package;
  EdgeKind kind = EdgeKind::runtime;
  auto operator<=>(const VexNeed&) const = default;
};

/// Statement that can be proved of one vulnerability and one package.
struct VexStatement {
  std::string vulnerability;  ///< its CVE; where the advisory names none, the advisory's id
  std::string advisory;       ///< id
  Nevra fixed;                ///< the package in the first version that has the fix
  SbomPackage package;
  VexJustification justification = VexJustification::component_not_present;
  std::vector<VexNeed> needed_by = {};  ///< of a package of the build only; sorted
  std::uint64_t left_out = 0;           ///< bytes of a package's files, none of which stays
};

/// Statements about an image (Vulnerability Exploitability eXchange).
struct Vex {
  SbomSubject subject;
  std::string author;                    ///< person or organization that stands for it
  std::vector<VexStatement> statements;  ///< by vulnerability, then by package
};

}  // namespace rootlet

namespace rootlet::sbom {

/// The statements as a document of OpenVEX 0.2.0: JSON with a line feed at the end.
std::string openvex(const Vex& vex);

}  // namespace rootlet::sbom
