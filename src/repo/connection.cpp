#include "connection.hpp"

#include <cstdlib>

#include "base/fs.hpp"
#include "base/secrets.hpp"
#include "base/url.hpp"
#include "credentials.hpp"
#include "repo/access.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

/// The servers that a repository's own addresses name.
std::vector<std::string> origins_of(const RepoSpec& repo) {
  std::vector<std::string> origins;
  const auto add = [&](const std::string& url) {
    if (std::string origin = origin_of(url); !origin.empty()) origins.push_back(std::move(origin));
  };
  for (const std::string& url : repo.baseurl) add(url);
  add(repo.metalink);
  add(repo.mirrorlist);
  return origins;
}

/// Who the environment and the recipe's keys say we are: the environment first. Nobody: an empty name. No password:
/// .netrc may have it.
Login login_of(const RepoSpec& repo) {
  const UserFile& user = repo.access.user;
  Login login{environment_of(repo.id, "USERNAME").value_or(user.name), {}};
  const auto password = environment_of(repo.id, "PASSWORD");
  if (login.user.empty()) {
    if (!password) return {};
    throw Error(environment_name(repo.id, "PASSWORD") + " is set, but nothing says for which user",
                "set " + environment_name(repo.id, "USERNAME") + ", or add username to the repository");
  }
  if (password) {
    login.password = *password;
  } else if (!user.password_file.empty()) {
    login.password = read_password(user.password_file, "password_file");
  }
  return login;
}

/// The user information for a server, with the password from .netrc where there is no other.
std::string user_info_for(const std::string& origin, Login login, const std::map<std::string, Login>& netrc) {
  if (login.user.empty()) return {};
  const auto entry = netrc.find(host_of(origin));
  if (login.password.empty() && entry != netrc.end() && entry->second.user == login.user) login = entry->second;
  return user_info_of(login);
}

/// curl says of a file that it cannot read no more than that there is a problem with it.
void require_readable(const std::string& file, const std::string& key) {
  if (file.empty() || file.starts_with("pkcs11:")) return;
  try {
    open_read(file);
  } catch (const Error& error) {
    const bool of_recipe = key.find("ssl") != std::string::npos;
    throw Error(key + ": " + error.what(), !error.hint().empty() ? error.hint()
                                           : of_recipe
                                               ? "the path is relative to the recipe; the file is in PEM"
                                               : "the variable names the file with certificates of authorities");
  }
}

void require_readable(const TlsFiles& tls, const std::string& prefix) {
  require_readable(tls.client_cert, prefix + "sslclientcert");
  require_readable(tls.client_key, prefix + "sslclientkey");
  require_readable(tls.ca_cert, prefix + "sslcacert");
}

/// The authorities that the environment names, as for curl's own program.
std::string ca_of_environment() {
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* file = std::getenv(name);
    if (file == nullptr || *file == '\0') continue;
    require_readable(file, name);
    return file;
  }
  return {};
}

ConnectionSettings settings_of(const RepoAccess& access) {
  ConnectionSettings settings{access.tls, access.proxy_tls, access.proxy};
  require_readable(access.tls, "");
  require_readable(access.proxy_tls, "proxy_");
  if (access.entitlement) {
    const TlsFiles found = find_entitlement(*access.entitlement);
    settings.tls.client_cert = found.client_cert;
    settings.tls.client_key = found.client_key;
    if (settings.tls.ca_cert.empty()) settings.tls.ca_cert = found.ca_cert;
  }
  const std::string usual = ca_of_environment();
  if (settings.tls.ca_cert.empty()) settings.tls.ca_cert = usual;
  if (settings.proxy_tls.ca_cert.empty()) settings.proxy_tls.ca_cert = usual;
  if (!settings.proxy || settings.proxy->empty()) return settings;
  std::string user_info = access.proxy_user_info;
  if (!access.proxy_user.name.empty()) {
    Login login{access.proxy_user.name, {}};
    if (!access.proxy_user.password_file.empty()) {
      login.password = read_password(access.proxy_user.password_file, "proxy_password_file");
    }
    user_info = user_info_of(login);
  }
  settings.proxy = join_secrets(*settings.proxy, user_info, {});
  return settings;
}

}  // namespace

Connection::Connection(const RepoSpec& repo) try : secrets_(repo.access.secrets), settings_(settings_of(repo.access)) {
  const std::map<std::string, Login> netrc = load_netrc();
  const Login login = login_of(repo);
  for (const std::string& origin : origins_of(repo)) own_[origin] = user_info_for(origin, login, netrc);
  for (const AddressSecret& secret : secrets_) {
    const auto own = own_.find(origin_of(secret.address));
    if (own != own_.end() && own->second.empty()) own->second = secret.user_info;
  }
  if (!login.user.empty()) {
    for (AddressSecret& secret : secrets_) {
      if (own_.contains(origin_of(secret.address))) secret.user_info.clear();  // the environment's stands above it
    }
  }
  std::vector<std::string> named = origins_of(repo);
  for (const std::string& url : repo.gpgkey) named.push_back(origin_of(url));
  for (const std::string& origin : named) {
    const auto entry = netrc.find(host_of(origin));
    if (!origin.empty() && entry != netrc.end()) netrc_[origin] = user_info_of(entry->second);
  }
} catch (const Error& error) {
  throw error.within("repository '" + repo.id + "'");
}

bool Connection::is_own(const std::string& url) const { return own_.contains(origin_of(url)); }

std::string Connection::user_info(const std::string& url) const {
  const std::string origin = origin_of(url);
  if (origin.empty()) return {};
  if (const auto own = own_.find(origin); own != own_.end() && !own->second.empty()) return own->second;
  const auto entry = netrc_.find(origin);
  return entry == netrc_.end() ? "" : entry->second;
}

std::string Connection::full(const std::string& url) const {
  for (const AddressSecret& secret : secrets_) {
    if (secret.address != url) continue;
    return join_secrets(url, secret.user_info.empty() ? user_info(url) : secret.user_info, secret.query);
  }
  const bool has_its_own = !split_secrets(url).user_info.empty();  // a mirror list can say who it is asked as
  return has_its_own ? url : join_secrets(url, user_info(url), {});
}

std::vector<std::string> Connection::usable(const std::vector<std::string>& mirrors) const {
  if (settings_.tls.client_cert.empty()) return mirrors;
  std::vector<std::string> own;
  for (const std::string& url : mirrors) {
    if (is_own(url)) own.push_back(url);
  }
  return own.empty() ? mirrors : own;
}

ConnectionSettings Connection::settings(const std::string& url) const {
  ConnectionSettings settings = settings_;
  if (is_own(url)) return settings;
  settings.tls.client_cert.clear();
  settings.tls.client_key.clear();
  return settings;
}

void warn_of_access(const std::vector<RepoSpec>& repos, Progress& progress) {
  for (const RepoSpec& repo : repos) {
    const std::string of = " of repository '" + repo.id + "'";
    const RepoAccess& access = repo.access;
    if (!access.tls.verify) progress.warn("sslverify" + of + " is off: anybody on the way can answer in its place");
    if (!access.proxy_tls.verify) progress.warn("proxy_sslverify" + of + " is off: anybody can be its proxy");
    for (const auto& [key, file] : {std::pair<std::string, std::string>{"password_file", access.user.password_file},
                                    {"proxy_password_file", access.proxy_user.password_file},
                                    {"sslclientkey", access.tls.client_key},
                                    {"proxy_sslclientkey", access.proxy_tls.client_key}}) {
      if (file.empty() || !is_open_to_all(file)) continue;
      progress.warn(key + of + ": every user of this machine can read '" + file + "'; chmod 600 keeps it to you");
    }
  }
}

}  // namespace rootlet::repo
