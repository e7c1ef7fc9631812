#pragma once

#include <filesystem>
#include <vector>

#include "rootlet/model/finding.hpp"

namespace rootlet::recipe {

/// Reads a file of accepted findings: a YAML list of maps with `rule` and `reason`, and `package` and `path` where not
/// all findings of the rule are meant. Errors (ErrorKind::usage): "accepted.yaml:3:5: …" for what is malformed, a rule
/// that there is not, and a missing or empty reason.
std::vector<Accepted> load_accepted(const std::filesystem::path& path);

}  // namespace rootlet::recipe
