#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rootlet::openpgp {

/// Decodes a key file to its OpenPGP packets: the armored blocks of public keys one after the other, with or without
/// headers and checksum, whatever stands around them; or the file as it is, if it is binary.
/// Errors: "it is not an OpenPGP public key", "it holds a private key", "its armor is damaged (line 7)".
std::string key_packets(const std::string& file);

/// Decodes base64, of one line or several; nothing: it is not whole or something else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace rootlet::openpgp
