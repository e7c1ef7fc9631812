#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::attest {

inline constexpr const char* provenance_type = "https://slsa.dev/provenance/v1";

/// Thing that a build was made from (in-toto ResourceDescriptor).
struct Material {
  std::string uri;   ///< of its place, or a package URL
  std::string name;  ///< as people call it
  Checksum digest;
  std::map<std::string, std::string> annotations = {};
};

/// Facts of a build that its provenance states.
struct BuildFacts {
  std::map<std::string, std::string> parameters;  ///< that its user chose: "arch", "objective", …
  std::vector<Material> recipe;                   ///< the recipe's file, and the lock's where there is one
  std::int64_t source_date_epoch = 0;             ///< seconds since 1970
  std::vector<Material> materials;                ///< repomd.xml of repositories, packages, trees of files
  std::map<std::string, std::string> versions;    ///< of what has made it: "rootlet", "librpm"
};

/// The predicate of SLSA build provenance (SLSA 1.0, "Build: Provenance"). Neither the time nor the machine is in it:
/// the same build gives the same bytes everywhere.
nlohmann::ordered_json provenance(const BuildFacts& facts);

}  // namespace rootlet::attest
