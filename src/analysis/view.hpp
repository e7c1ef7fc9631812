#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rootlet::analysis {

/// Text as a part of an id: see node_ids().
std::string id_text(std::string_view text);

/// The same ids, with "_-2", "_-3" after those that were there before.
std::vector<std::string> unique_ids(const std::vector<std::string>& wanted);

}  // namespace rootlet::analysis
