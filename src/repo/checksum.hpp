#pragma once

#include <string>

#include "rootlet/package.hpp"

namespace rootlet::repo {

/// The way out where what came is not what a checksum or a signature says.
inline constexpr const char* tampered_hint = "try again; if it stays so, the repository is broken or was tampered with";

/// A checksum from outside in its canonical form: known type ("sha" becomes "sha1"), lower-case hexadecimal of the
/// right length, hence safe as a part of a file name. Error: md5, which proves nothing; unknown type; malformed.
Checksum checked_checksum(const std::string& type, const std::string& hex);

}  // namespace rootlet::repo
