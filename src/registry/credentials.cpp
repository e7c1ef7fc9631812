#include "credentials.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/child.hpp"
#include "base/descriptors.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

using nlohmann::json;

constexpr int not_started = 127;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<fs::path> files() {
  if (const std::string only = variable("REGISTRY_AUTH_FILE"); !only.empty()) return {only};
  const std::string home = variable("HOME");
  std::vector<fs::path> list;
  const auto add = [&](const std::string& directory, const char* below) {
    if (directory.starts_with('/')) list.push_back(fs::path(directory) / below);
  };
  add(variable("XDG_RUNTIME_DIR"), "containers/auth.json");
  const std::string config = variable("XDG_CONFIG_HOME");
  add(config.empty() && !home.empty() ? home + "/.config" : config, "containers/auth.json");
  const std::string docker = variable("DOCKER_CONFIG");
  add(docker.empty() && !home.empty() ? home + "/.docker" : docker, "config.json");
  return list;
}

/// The bytes of Base64 (RFC 4648); nothing: it is none.
std::optional<std::string> decoded(const std::string& text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int known = 0;
  for (const char c : text) {
    if (c == '=' || c == '\n' || c == '\r') continue;
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    known += 6;
    if (known < 8) continue;
    known -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(known)) & 0xffU);
  }
  return bytes;
}

/// The key of an entry as a host and a path: docker writes "https://HOST/v1/", too.
std::string plain_key(std::string key) {
  for (const std::string_view begin : {"https://", "http://"}) {
    if (key.starts_with(begin)) key.erase(0, begin.size());
  }
  for (const std::string_view end : {"/v1/", "/v2/", "/v1", "/v2", "/"}) {
    if (key.ends_with(end)) {
      key.erase(key.size() - end.size());
      break;
    }
  }
  return key;
}

bool leads_to(const std::string& key, const std::string& path) {
  return path.starts_with(key) && (path.size() == key.size() || path[key.size()] == '/');
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const json& member(const json& object, const char* name) {
  static const json none;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : none;
}

/// Answer of `docker-credential-NAME get`. Nothing: it has none for this host.
std::optional<Credentials> ask_helper(const std::string& name, const std::string& host) {
  const std::string program = "docker-credential-" + name;
  const Fd in = in_memory(host);
  auto [reader, writer] = make_pipe();
  auto child = fork_child();
  if (!child) {
    dup2(in.get(), STDIN_FILENO);
    dup2(writer.get(), STDOUT_FILENO);
    become({program, "get"});
    _exit(not_started);
  }
  writer.reset();
  const std::string said = read_all(reader);
  const int status = shell_status(child->wait());
  if (status == not_started) {
    throw Error("cannot log in to '" + host + "': the credential helper '" + program + "' cannot be started",
                "install it, or log in without it: skopeo login " + host);
  }
  if (status != 0) {
    if (said.find("credentials not found") != std::string::npos) return std::nullopt;
    throw Error("cannot log in to '" + host + "': the credential helper '" + program +
                "' failed: " + printable(said.substr(0, said.find('\n'))));
  }
  const json answer = json_or_discarded(said);
  Credentials credentials{text_of(answer, "Username"), text_of(answer, "Secret"), ""};
  if (credentials.user == "<token>") credentials = {"", "", std::move(credentials.password)};
  return credentials;
}

std::optional<Credentials> read_entry(const json& entry) {
  Credentials credentials;
  credentials.identity_token = text_of(entry, "identitytoken");
  if (const auto pair = decoded(text_of(entry, "auth"))) {
    const auto colon = pair->find(':');
    if (colon != std::string::npos) {
      credentials.user = pair->substr(0, colon);
      credentials.password = pair->substr(colon + 1);
    }
  }
  if (credentials.user.empty() && credentials.identity_token.empty()) return std::nullopt;
  return credentials;
}

std::optional<Credentials> in_file(const fs::path& file, const ImageReference& reference) {
  const json content = json_or_discarded(read_file(file));
  if (!content.is_object()) throw Error("'" + file.string() + "' is no JSON object", "log in anew: skopeo login");
  const std::string helper = text_of(member(content, "credHelpers"), reference.host.c_str());
  if (!helper.empty()) return ask_helper(helper, reference.host);
  const std::string path = reference.host + "/" + reference.repository;
  std::string best;
  std::optional<Credentials> found;
  for (const auto& [key, entry] : member(content, "auths").items()) {
    const std::string plain = plain_key(key);
    if (!leads_to(plain, path) || (found && plain.size() <= best.size())) continue;
    if (auto credentials = read_entry(entry)) {
      found = std::move(credentials);
      best = plain;
    }
  }
  const std::string store = text_of(content, "credsStore");
  return found || store.empty() ? found : ask_helper(store, reference.host);
}

}  // namespace

std::optional<Credentials> credentials_for(const ImageReference& reference) {
  for (const fs::path& file : files()) {
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    if (auto credentials = in_file(file, reference)) return credentials;
  }
  return std::nullopt;
}

}  // namespace rootlet::registry
