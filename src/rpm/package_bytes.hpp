#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rpm/open_package.hpp"

namespace rootlet::rpm {

/// Part of a package that a signature covers.
enum class Coverage { header, header_and_payload };

/// One OpenPGP signature of a package, as its bytes.
struct RawSignature {
  Coverage covers = Coverage::header;
  bool in_openpgp_tag = false;  ///< in the tag that librpm knows since 6.0; else in one for RSA or DSA
  std::string packet;
};

/// Facts that a package file's own bytes tell, without librpm: what it is made of, and who says to have signed it.
/// Nothing here is verified; it explains what librpm refuses.
struct PackageBytes {
  int format = 4;                   ///< 3, 4 or 6
  std::uint64_t header_begin = 0;   ///< in bytes from the start of the file
  std::uint64_t header_end = 0;     ///< where the payload begins
  std::string compressor = "gzip";  ///< of the payload, as the header names it
  std::vector<RawSignature> signatures;
};

/// Reads lead, signature header and header. Error: "it is damaged, or not an RPM package".
PackageBytes read_package_bytes(const OpenPackage& file);

}  // namespace rootlet::rpm
