#pragma once

#include <filesystem>
#include <vector>

#include "rootlet/modules/modules.hpp"

namespace rootlet::modules {

/// Reads and merges documents with libmodulemd. Error: as load().
Facts parse_documents(const std::vector<MetadataFile>& documents);

}  // namespace rootlet::modules
