#pragma once

#include <string>

#include "rootlet/model/package.hpp"

namespace rootlet::repo {

/// A checksum from outside in its canonical form: known type ("sha" becomes "sha1"), lower-case hexadecimal of the
/// right length, hence safe as a part of a file name. Error: md5, which proves nothing; unknown type; malformed.
Checksum checked_checksum(const std::string& type, const std::string& hex);

}  // namespace rootlet::repo
