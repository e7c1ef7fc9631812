#pragma once

#include <string>
#include <vector>

#include "modules/modules.hpp"
#include "rootlet/error.hpp"

namespace rootlet::modules {

/// "cannot read the modules of '…': <cause>".
Error unreadable(const MetadataFile& document, const std::string& cause);

/// Reads and merges documents with libmodulemd. Error: as load().
Facts parse_documents(const std::vector<MetadataFile>& documents);

}  // namespace rootlet::modules
