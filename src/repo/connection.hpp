#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/recipe.hpp"

namespace rootlet::repo {

/// Settings of a connection for librepo, beside addresses.
struct ConnectionSettings {
  TlsFiles tls;
  TlsFiles proxy_tls;
  std::optional<std::string> proxy;  ///< with user information; empty: none
  auto operator<=>(const ConnectionSettings&) const = default;
};

/// How one repository is reached, with all secrets at hand: those of the environment, of the recipe's files and
/// addresses, and of .netrc. Made where something is fetched and gone right after that.
///
/// Who we are is told to the servers alone (scheme, host and port) that the repository's own addresses name, what
/// .netrc has for their host also to those of its keys; other mirrors and what redirects lead to get nothing.
class Connection {
 public:
  /// Errors: "password_file '…': …", a certificate that cannot be read, half of what is needed in the environment.
  explicit Connection(const RepoSpec& repo);

  /// The URL as the server gets it: never to be shown or kept.
  [[nodiscard]] std::string full(const std::string& url) const;
  /// Of `mirrors`, those to try with the settings below: where the client has a certificate, the repository's own, if
  /// there is one among them.
  [[nodiscard]] std::vector<std::string> usable(const std::vector<std::string>& mirrors) const;
  /// For servers of which `url` is one: others than the repository's own get no certificate of the client.
  [[nodiscard]] ConnectionSettings settings(const std::string& url) const;

 private:
  [[nodiscard]] bool is_own(const std::string& url) const;
  [[nodiscard]] std::string user_info(const std::string& url) const;

  std::vector<AddressSecret> secrets_;
  std::map<std::string, std::string> own_;    ///< user information by origin
  std::map<std::string, std::string> netrc_;  ///< user information by origin
  ConnectionSettings settings_;
};

using SharedConnection = std::shared_ptr<const Connection>;

}  // namespace rootlet::repo
