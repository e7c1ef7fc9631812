#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rootlet::repo {

/// Checks the detached OpenPGP signature of `data` against the given certificates and nothing else. GnuPG gets a
/// home of its own in `scratch`, an existing directory, so the user's keyring and settings play no part.
/// Errors: "it is signed by the unknown key …", "its signature does not fit", …
void verify_detached(const std::filesystem::path& data, const std::filesystem::path& signature,
                     const std::vector<std::string>& certificates, const std::filesystem::path& scratch);

}  // namespace rootlet::repo
