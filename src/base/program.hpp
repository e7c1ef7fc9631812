#pragma once

#include <string>

namespace rootlet {

/// Identity of this program with all libraries that it has loaded: their build ids (ld(1), --build-id), and where one
/// has none, the digest of its file. Another build of any of them has another one. Hexadecimal. It is that of the first
/// call.
std::string program_identity();

}  // namespace rootlet
