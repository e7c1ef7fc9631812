#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::openpgp {

/// A fingerprint as people write it (capitals, blanks between groups, with or without 0x) as 40 or 64 lower-case
/// hexadecimal digits. Nothing: it is none.
std::optional<std::string> fingerprint_of(std::string_view written);

/// Finds the fingerprints of all certificates of a key file, each once, sorted. Blocks that cannot be read have none.
/// Errors: "it is not an OpenPGP public key", …
std::vector<std::string> fingerprints_in(const std::string& file);

/// Takes the certificates with these fingerprints out of a key file, as packets; empty: it has none of them. Subkeys
/// come with their certificate and are not looked for. Errors: as fingerprints_in().
std::string only(const std::string& file, const std::vector<std::string>& fingerprints);

}  // namespace rootlet::openpgp
