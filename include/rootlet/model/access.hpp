#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rootlet {

/// The files of one side of TLS; empty where the recipe names none. A client's may be "pkcs11:…", too.
struct TlsFiles {
  std::string client_cert;
  std::string client_key;  ///< empty: it is in the file of the certificate
  std::string ca_cert;
  bool verify = true;  ///< whether the server must prove who it is
  auto operator<=>(const TlsFiles&) const = default;
};

/// A user's name and where the password is; the name is empty where there is none.
struct UserFile {
  std::string name;
  std::filesystem::path password_file;
  auto operator<=>(const UserFile&) const = default;
};

/// The secrets of an address of a recipe, which must not be written down.
struct AddressSecret {
  std::string address;    ///< without it
  std::string user_info;  ///< percent-encoded
  std::string query;      ///< the whole query; empty: the address's own
  auto operator<=>(const AddressSecret&) const = default;
};

/// How a repository is reached: by whom, through what. Has no influence on what is found there, and nothing of it goes
/// into locks, digests, logs and images.
struct RepoAccess {
  UserFile user;
  std::vector<AddressSecret> secrets;
  TlsFiles tls;
  std::optional<std::filesystem::path> entitlement;  ///< a directory of certificates such as /etc/pki/entitlement
  std::optional<std::string> proxy;                  ///< empty: none; not set: what the environment says
  std::string proxy_user_info;                       ///< of its address, percent-encoded
  UserFile proxy_user;
  TlsFiles proxy_tls;
  auto operator<=>(const RepoAccess&) const = default;
};

}  // namespace rootlet
