#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rootlet::repo {

/// Checks the detached OpenPGP signature of `data` against the given certificates and nothing else. GnuPG gets a
/// home of its own in `scratch`, an existing directory, so the user's keyring and settings play no part.
/// One good signature is enough, against which rootlet's policy (openpgp/policy.hpp) has nothing, but for the
/// weaknesses `allowed`. Returns those that it has.
/// Errors: "it is signed by the unknown key …", "its signature does not fit", …
std::vector<std::string> verify_detached(const std::filesystem::path& data, const std::filesystem::path& signature,
                                         const std::vector<std::string>& certificates,
                                         const std::vector<std::string>& allowed, const std::filesystem::path& scratch);

}  // namespace rootlet::repo
