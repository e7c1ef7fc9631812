#include <algorithm>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* default_entitlement = "/etc/pki/entitlement";

std::string read_login_name(const Value& value, const std::string& key) {
  std::string name = read_text(value, key);
  if (name.empty()) fail(value.mark, key + ": it is empty");
  return name;
}

std::filesystem::path read_file_path(const Value& value, const std::string& key, const Context& context) {
  const std::string text = read_text(value, key);
  if (text.empty()) fail(value.mark, key + ": the path is empty");
  if (!is_url(text)) return resolve_path(text, value.mark, context);
  if (const auto path = path_of_file_url(text)) return resolve_path(path->string(), value.mark, context);
  fail(value.mark, key + ": '" + text + "' is not the path of a file on this machine");
}

/// `username` and `password_file`, or those of the proxy.
UserFile read_login(const MapReader& map, const std::string& prefix, const Context& context) {
  UserFile user;
  const std::string name = prefix + "username";
  const std::string file = prefix + "password_file";
  if (const Value* v = map.find(name)) user.name = read_login_name(*v, name);
  const Value* v = map.find(file);
  if (v == nullptr) return user;
  if (user.name.empty()) fail(v->mark, file + " says nothing without " + name, "add " + name);
  user.password_file = read_file_path(*v, file, context);
  return user;
}

std::string read_tls_file(const MapReader& map, const std::string& key, const Context& context) {
  const Value* value = map.find(key);
  if (value == nullptr) return {};
  const bool token = value->text.starts_with("pkcs11:") && !key.ends_with("cacert");
  return token ? read_text(*value, key) : read_file_path(*value, key, context).string();
}

TlsFiles read_tls(const MapReader& map, const std::string& prefix, const Context& context) {
  TlsFiles tls;
  tls.client_cert = read_tls_file(map, prefix + "sslclientcert", context);
  tls.client_key = read_tls_file(map, prefix + "sslclientkey", context);
  tls.ca_cert = read_tls_file(map, prefix + "sslcacert", context);
  if (const Value* v = map.find(prefix + "sslverify")) tls.verify = read_bool(*v, prefix + "sslverify");
  if (!tls.client_key.empty() && tls.client_cert.empty()) {
    fail(map.find(prefix + "sslclientkey")->mark,
         prefix + "sslclientkey says nothing without " + prefix + "sslclientcert", "add " + prefix + "sslclientcert");
  }
  return tls;
}

void read_proxy(RepoAccess& access, const MapReader& map, const Context& context) {
  if (const Value* v = map.find("proxy")) {
    const std::string text = read_text(*v, "proxy");
    const std::vector<std::string> schemes{"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
    const std::string scheme = text.substr(0, std::min(text.find("://"), text.size()));
    const bool none = text.empty() || text == "_none_" || (v->plain && text == "false");
    if (!none && std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
      fail(v->mark, "proxy: expected a URL of a proxy or false",
           "write for instance http://proxy.example:3128; known schemes: " + join(schemes, ", "));
    }
    if (!none && !has_sound_authority(text))
      fail(v->mark, "proxy: the host or the port is malformed", odd_authority_hint);
    const SplitUrl split = split_secrets(text);
    access.proxy = none ? "" : split.plain;
    access.proxy_user_info = none ? "" : split.user_info;
  }
  access.proxy_user = read_login(map, "proxy_", context);
  access.proxy_tls = read_tls(map, "proxy_", context);
  if (access.proxy_user.name.empty()) return;
  const Mark& mark = map.find("proxy_username")->mark;
  if (access.proxy.value_or("").empty()) fail(mark, "proxy_username says nothing without proxy", "add proxy");
  if (!access.proxy_user_info.empty()) {
    fail(mark, "the user of the proxy is named twice: by proxy_username and in its address", "leave one of them out");
  }
}

void read_entitlement(RepoAccess& access, const MapReader& map, const Context& context) {
  const Value* value = map.find("entitlement");
  if (value == nullptr || (value->plain && value->text == "false")) return;
  const bool usual = value->plain && value->text == "true";
  access.entitlement = usual ? default_entitlement : read_file_path(*value, "entitlement", context);
  if (!access.tls.client_cert.empty()) {
    fail(value->mark, "the client's certificate is named twice: by entitlement and by sslclientcert",
         "leave one of them out");
  }
}

}  // namespace

std::vector<std::string> access_keys() {
  return {"username",           "password_file",       "sslcacert",       "sslclientcert",
          "sslclientkey",       "sslverify",           "entitlement",     "proxy",
          "proxy_username",     "proxy_password_file", "proxy_sslcacert", "proxy_sslclientcert",
          "proxy_sslclientkey", "proxy_sslverify"};
}

void refuse_passwords(const Value& repo) {
  for (const Member& member : repo.members) {
    if (member.key != "password" && member.key != "proxy_password") continue;
    fail(member.mark, "a recipe holds no passwords: unknown key '" + member.key + "'",
         "write the password into a file of its own and name that with " + member.key + "_file");
  }
}

void read_access(RepoSpec& repo, const MapReader& map, const Context& context) {
  RepoAccess& access = repo.access;
  access.user = read_login(map, "", context);
  access.tls = read_tls(map, "", context);
  read_entitlement(access, map, context);
  read_proxy(access, map, context);
  if (access.user.name.empty()) return;
  const bool twice = std::any_of(access.secrets.begin(), access.secrets.end(),
                                 [](const AddressSecret& secret) { return !secret.user_info.empty(); });
  if (!twice) return;
  fail(map.find("username")->mark,
       "the user of repository '" + repo.id + "' is named twice: by username and in an address",
       "leave one of them out");
}

}  // namespace rootlet::recipe
