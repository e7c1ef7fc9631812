#pragma once

#include <string>

#include "openpgp/packets.hpp"

namespace rootlet::rpm {

/// Abilities of this host's librpm, as far as signatures go: found by asking it, not by how it was built.
struct Librpm {
  std::string version;  ///< "4.18.0"
  int major = 0;
  bool has_policy = false;  ///< Sequoia reads OpenPGP for it (4.19 and later), by a policy; else it does itself
};

const Librpm& librpm();

/// Whether it looks at signatures in the tag OPENPGP of a package.
bool knows_openpgp_tag();

/// Ability that librpm lacks and a key or a signature needs.
enum class Unsupported {
  nothing,
  openpgp_tag,  ///< signatures in that tag of the package
  version,      ///< of OpenPGP
  algorithm,
  hash,
};

/// Ability that librpm lacks for a signature, by its version.
Unsupported lack_for(const openpgp::Signature& signature, bool in_openpgp_tag);
Unsupported lack_for(const openpgp::Key& key);

/// "its algorithm ECDSA is unknown to librpm 4.18.0", for a key or a signature of this version, algorithm and hash.
std::string words(Unsupported lack, int version, int algorithm, int hash);

/// "librpm 6.0 or later is needed": the hint.
std::string remedy(Unsupported lack, int algorithm);

}  // namespace rootlet::rpm
