#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace rootlet::modules {

/// NEVRAs ("name-epoch:version-release.arch") of the packages that belong only to module streams which are not their
/// module's default. DNF hides these until the stream is enabled.
/// Error: a document that libmodulemd does not accept.
std::set<std::string> hidden_packages(const std::vector<std::filesystem::path>& documents);

}  // namespace rootlet::modules
