#include "login.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "challenge.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

std::string parameter(const std::map<std::string, std::string>& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

/// A field of a form, or of a query (application/x-www-form-urlencoded).
void add_field(std::string& form, const char* name, const std::string& value) {
  if (value.empty()) return;
  form += (form.empty() ? "" : "&") + std::string(name) + "=" + percent_encode(value);
}

std::string token_in(const std::string& body) {
  const auto answer = json_or_discarded(body);
  for (const char* name : {"token", "access_token"}) {
    const auto found = answer.is_object() ? answer.find(name) : answer.end();
    if (answer.is_object() && found != answer.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

}  // namespace

RegistryLogin::RegistryLogin(ImageReference reference, const RegistryLogin& other) : reference_(std::move(reference)) {
  const std::lock_guard lock(other.mutex_);
  scheme_ = other.scheme_;
}

std::string RegistryLogin::base() const {
  const std::lock_guard lock(mutex_);
  return scheme_ + "://" + reference_.host;
}

void RegistryLogin::without_tls() {
  const std::lock_guard lock(mutex_);
  scheme_ = "http";
}

Identity RegistryLogin::identity() const {
  const std::lock_guard lock(mutex_);
  return identity_;
}

/// Asks for a token (distribution, "Token Authentication Specification", and "OAuth 2.0").
std::string RegistryLogin::token(const std::map<std::string, std::string>& parameters, bool writes,
                                 HttpClient& http) const {
  const std::string realm = parameter(parameters, "realm");
  std::string form;
  add_field(form, "service", parameter(parameters, "service"));
  add_field(form, "scope", "repository:" + reference_.repository + (writes ? ":pull,push" : ":pull"));
  if (!other_.empty()) add_field(form, "scope", "repository:" + other_ + ":pull");
  HttpRequest request;
  const std::optional<Credentials>& known = *credentials_;
  if (known && !known->identity_token.empty()) {
    add_field(form, "grant_type", "refresh_token");
    add_field(form, "client_id", "rootlet");
    add_field(form, "refresh_token", known->identity_token);
    request.method = "POST";
    request.url = realm;
    request.headers = {"Content-Type: application/x-www-form-urlencoded"};
    request.upload = {form.size(), [&form](std::uint64_t at, std::size_t most) {
                        return std::string_view(form).substr(static_cast<std::size_t>(at), most);
                      }};
  } else {
    request.url = realm + (realm.find('?') == std::string::npos ? "?" : "&") + form;
    if (known) request.identity = {known->user, known->password, ""};
  }
  const HttpAnswer answer = http.send(request);
  const std::string what = "cannot log in to '" + reference_.host + "' at " + printable(without_secrets(realm));
  if (answer.status == http_status::unauthorized || answer.status == http_status::forbidden) {
    throw Error(what + ": HTTP " + std::to_string(answer.status) +
                    (known ? ": it does not take these credentials" : ": it wants to know who asks"),
                "log in: 'skopeo login " + reference_.host + "', or podman or docker login");
  }
  if (!answer.success()) throw Error(what + ": HTTP " + std::to_string(answer.status));
  std::string token = token_in(answer.body);
  if (token.empty()) throw Error(what + ": the answer has no token");
  return token;
}

bool RegistryLogin::answer(const HttpAnswer& refused, const Identity& used, bool writes, HttpClient& http) {
  const std::lock_guard lock(mutex_);
  if (identity_ != used) return true;
  if (!credentials_) credentials_ = credentials_for(reference_);
  for (const Challenge& one : challenges_in(refused.header("www-authenticate"))) {
    if (one.scheme == "bearer" && !parameter(one.parameters, "realm").empty()) {
      identity_ = {"", "", token(one.parameters, writes, http)};
      return true;
    }
    const std::optional<Credentials>& known = *credentials_;
    if (one.scheme == "basic" && known && !known->user.empty() && identity_.user.empty()) {
      identity_ = {known->user, known->password, ""};
      return true;
    }
  }
  return false;
}

}  // namespace rootlet::registry
