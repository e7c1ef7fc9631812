#pragma once

#include "comps/comps.hpp"

namespace rootlet::comps {

/// Reads and merges documents with libcomps, which crashes on some that are malformed. Error: as parse().
Comps parse_documents(const std::vector<Document>& documents);

}  // namespace rootlet::comps
