#pragma once

#include <map>
#include <string>

namespace rootlet::rpm::berkeley {

/// Items by key. No key is empty.
using Items = std::map<std::string, std::string>;

/// A database file of Berkeley DB's kind "hash", as librpm has for its headers: keys are spread over pages by a hash.
/// All have one length, as numbers do.
std::string hash_file(const std::string& name, const Items& items);

/// One of the kind "btree", as librpm has for its indexes: leaves with the keys in order, and pages above them.
std::string tree_file(const std::string& name, const Items& items);

}  // namespace rootlet::rpm::berkeley
