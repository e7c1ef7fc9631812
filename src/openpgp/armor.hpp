#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::openpgp {

/// A block of public keys in a key file.
struct KeyBlock {
  std::string packets;
  std::string problem;   ///< why it cannot be decoded: "its armor is damaged (line 7)"; empty: it can
  std::size_t line = 0;  ///< of the file, where it begins; 0: the file is binary
};

/// The blocks of a key file, with or without headers and checksum, whatever stands around them; a binary file is one.
/// Errors: "it is not an OpenPGP public key", "it holds a private key".
std::vector<KeyBlock> key_blocks(const std::string& file);

/// Decodes a key file to its OpenPGP packets: those of the blocks that can be decoded, one after the other.
/// Errors: as key_blocks(); "its armor is damaged (line 7)", where there is no other block.
std::string key_packets(const std::string& file);

/// Decodes base64, of one line or several; nothing: it is not whole or something else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace rootlet::openpgp
