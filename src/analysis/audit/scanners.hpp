#pragma once

#include <vector>

#include "subject.hpp"

namespace rootlet::analysis {

/// Views that scanners have of the subject's root; none where there are no files, or what tells the packages is not
/// known.
std::vector<ScannerView> scanner_views(const Subject& subject);

}  // namespace rootlet::analysis
