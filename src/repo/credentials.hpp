#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rootlet/recipe.hpp"

namespace rootlet::repo {

struct Login {
  std::string user;
  std::string password;
};

/// "bob:s3cret", percent-encoded for a URL.
std::string user_info_of(const Login& login);

/// The entries of a netrc(5) by machine. `default` is left out: what is for every server is for none in particular.
std::map<std::string, Login> parse_netrc(std::string_view text);

/// The file that NETRC names, else ~/.netrc. Empty where there is none. Error: it cannot be read.
std::map<std::string, Login> load_netrc();

/// The password in a file: its only line. `key` names the file in messages. Errors: it cannot be read, is empty or has
/// several lines.
std::string read_password(const std::filesystem::path& file, const std::string& key);

/// Whether any user of this machine can read the file: it and all directories above it let everybody in.
bool is_open_to_all(const std::filesystem::path& file);

/// The value of ROOTLET_REPO_<ID>_<what>, with the repository's id in capitals and _ for all but letters and digits.
std::optional<std::string> environment_of(std::string_view repo, std::string_view what);
std::string environment_name(std::string_view repo, std::string_view what);

/// The newest certificate of a directory of entitlements (NUMBER.pem and NUMBER-key.pem, as subscription-manager writes
/// them), and the certificate of Red Hat's CDN where this machine has it. Error: there is none.
TlsFiles find_entitlement(const std::filesystem::path& directory);

}  // namespace rootlet::repo
