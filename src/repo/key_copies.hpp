#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rootlet::repo {

/// Where the package distribution-gpg-keys has the keys of distributions, in a folder for each.
inline constexpr const char* key_copies = "/usr/share/distribution-gpg-keys";

/// A file with the name of `url` that is below a folder of `directory` and has the keys with all these fingerprints,
/// which say that it is as good as what the address has; nothing where there is none.
std::optional<std::string> copy_of_key(const std::string& url, const std::vector<std::string>& fingerprints,
                                       const std::filesystem::path& directory = key_copies);

}  // namespace rootlet::repo
