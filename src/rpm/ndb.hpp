#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rootlet::rpm {

/// The headers in an ndb database, rpm's own format that SUSE uses (Packages.db), in the order of their numbers: views
/// of `file`, which is the whole of it. librpm reads the format only where it was built for it.
/// A file has a header, slots of 16 bytes that say where packages are, in pages of 4096 bytes, and the packages, each
/// between a head and a tail with a checksum; all numbers are little-endian, all places in units of 16 bytes.
/// Errors say what is damaged: "it is damaged: …".
std::vector<std::string_view> ndb_headers(std::string_view file);

}  // namespace rootlet::rpm
