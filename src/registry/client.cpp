#include "client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "certificates.hpp"
#include "login.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

constexpr int most_tries = 5;
constexpr std::size_t largest_manifest = 4'194'304;  ///< bytes, as registries have it (distribution-spec 1.1)

constexpr std::array manifest_types{"application/vnd.oci.image.index.v1+json",
                                    "application/vnd.oci.image.manifest.v1+json",
                                    "application/vnd.docker.distribution.manifest.list.v2+json",
                                    "application/vnd.docker.distribution.manifest.v2+json"};

/// One header: not everybody on the way passes on several of one name.
std::string accepted() {
  std::vector<std::string> types(manifest_types.begin(), manifest_types.end());
  return "Accept: " + join(types, ", ");
}

/// Waits before a request is repeated: as long as the server says, but no more than a minute.
void wait(int tries, const std::string& retry_after) {
  constexpr int longest = 60;
  int seconds = 1 << std::min(tries, 5);
  std::from_chars(retry_after.data(), retry_after.data() + retry_after.size(), seconds);
  std::this_thread::sleep_for(std::chrono::seconds(std::clamp(seconds, 0, longest)));
}

/// Words of a registry on a failure: "manifest unknown" (distribution-spec 1.1, "Error Codes").
std::string said_in(const std::string& body) {
  const auto answer = json_or_discarded(body);
  const auto errors = answer.is_object() ? answer.find("errors") : answer.end();
  if (!answer.is_object() || errors == answer.end() || !errors->is_array()) return {};
  for (const auto& one : *errors) {
    if (!one.is_object()) continue;
    for (const char* name : {"message", "code"}) {
      const auto text = one.find(name);
      if (text != one.end() && text->is_string() && !text->get_ref<const std::string&>().empty()) {
        return ": " + printable(text->get<std::string>().substr(0, 200));
      }
    }
  }
  return {};
}

HttpSettings http_settings(const ImageReference& reference, const Settings& settings) {
  HttpSettings http;
  const Certificates certificates = certificates_for(reference.host);
  http.ca_file = certificates.ca_file;
  http.client_cert = certificates.client_cert;
  http.client_key = certificates.client_key;
  http.insecure = settings.insecure;
  http.timeout = settings.timeout;
  return http;
}

}  // namespace

Client::Client(const ImageReference& reference, const Settings& settings)
    : Client(reference, settings, std::make_shared<RegistryLogin>(reference)) {}
Client::Client(ImageReference reference, const Settings& settings, std::shared_ptr<RegistryLogin> login)
    : reference_(std::move(reference)),
      settings_(settings),
      http_(std::make_unique<HttpClient>(http_settings(reference_, settings))),
      login_(std::move(login)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Client Client::again() const { return {reference_, settings_, login_}; }

void Client::go_to(const ImageReference& reference) {
  reference_ = reference;
  login_ = std::make_shared<RegistryLogin>(reference, *login_);
}

std::string Client::url(const std::string& rest) const {
  if (rest.starts_with("http://") || rest.starts_with("https://")) return rest;  // the registry's own
  if (rest.starts_with('/')) return login_->base() + rest;
  return login_->base() + "/v2/" + reference_.repository + "/" + rest;
}

void Client::fail(const HttpAnswer& answer, const std::string& what) const {
  const std::string cause = what + ": HTTP " + std::to_string(answer.status) + said_in(answer.body);
  if (answer.status == http_status::unauthorized || answer.status == http_status::forbidden) {
    throw Error(cause,
                "log in: 'skopeo login " + reference_.host + "', or podman or docker login; or ask for the right");
  }
  if (answer.status == http_status::not_found)
    throw Error(
        cause, "'skopeo list-tags docker://" + reference_.host + "/" + reference_.repository + "' lists what there is");
  throw Error(cause);
}

void Client::fail(const ConnectionFailed& failure, const std::string& what) const {
  std::string hint;
  if (failure.certificate) {
    hint = "put the certificate of the registry's authority in /etc/containers/certs.d/" + reference_.host +
           "/ca.crt; or, where nobody can be in between, give --insecure";
  } else if (failure.no_tls && !settings_.insecure) {
    hint = "a registry without TLS needs --insecure";
  } else if (failure.unreachable) {
    hint = "is the registry's address right, and is this machine on the network? https_proxy names a proxy";
  }
  throw Error(what + ": " + printable(failure.cause), hint);
}

/// One request, and a second one where the registry wants to know who asks, or speaks no TLS.
HttpAnswer Client::try_once(HttpRequest& request) {
  const std::string rest = request.url;
  const bool writes = request.method != "GET" && request.method != "HEAD";
  for (bool told = false;;) {
    request.url = url(rest);
    // A registry may send on to another server, which is not to know who asks.
    const bool own = request.url.starts_with(login_->base() + "/");
    request.identity = own ? login_->identity() : Identity();
    const bool by_tls = request.url.starts_with("https:");
    try {
      HttpAnswer answer = http_->send(request);
      request.url = rest;
      if (answer.status != http_status::unauthorized || told) return answer;
      // Nor may one that it sends on to ask for that, and name a server of tokens of its own.
      if (!answer.url.starts_with(login_->base() + "/")) return answer;
      if (!login_->answer(answer, request.identity, writes, *http_)) return answer;
      told = true;
    } catch (const ConnectionFailed& failure) {
      request.url = rest;
      const bool other_port = failure.no_tls || failure.unreachable;
      if (!other_port || !settings_.insecure || !by_tls) throw;
      login_->without_tls();
    }
  }
}

HttpAnswer Client::ask(HttpRequest request) {
  const std::string what = "cannot reach '" + reference_.str() + "'";
  for (int tries = 0;; ++tries) {
    const bool last = tries + 1 == most_tries;
    try {
      HttpAnswer answer = try_once(request);
      if (last || !answer.may_pass()) return answer;
      wait(tries, answer.header("retry-after"));
    } catch (const ConnectionFailed& failure) {
      if (last || failure.stays()) fail(failure, what);
      wait(tries, "");
    }
  }
}

HttpAnswer Client::get_manifest(const std::string& name) {
  HttpRequest request;
  request.url = "manifests/" + name;
  request.headers = {accepted()};
  return ask(std::move(request));
}

StoredManifest Client::read_manifest(const std::string& name, HttpAnswer answer) const {
  const std::string what = "cannot read '" + reference_.str() + "'";
  if (!answer.success()) fail(answer, what);
  if (answer.body.size() > largest_manifest) throw Error(what + ": its manifest is larger than 4 MiB");
  const bool is_digest = name.find(':') != std::string::npos;
  const std::string algorithm = is_digest ? name.substr(0, name.find(':')) : "sha256";
  StoredManifest manifest;
  manifest.digest = algorithm + ":" + digest_of(answer.body, digest_type(algorithm));
  if (is_digest && manifest.digest != name) {
    throw Error(what + ": the manifest has the digest " + manifest.digest + " and not " + name,
                "the registry, or somebody on the way, has changed it");
  }
  const std::string type = answer.header("content-type");
  manifest.media_type = type.substr(0, type.find(';'));
  manifest.content = std::move(answer.body);
  return manifest;
}

StoredManifest Client::manifest(const std::string& name) { return read_manifest(name, get_manifest(name)); }

std::optional<StoredManifest> Client::find_manifest(const std::string& name) {
  HttpAnswer answer = get_manifest(name);
  if (answer.status == http_status::not_found) return std::nullopt;
  return read_manifest(name, std::move(answer));
}

void Client::blob(const std::string& digest, std::uint64_t size, const std::function<void(std::string_view)>& take) {
  const std::string what = "cannot read the blob " + digest + " of '" + reference_.str() + "'";
  constexpr int most_breaks = 20;
  std::uint64_t got = 0;
  for (int tries = 0, breaks = 0;; ++tries) {
    std::uint64_t skip = 0;  // of an answer that begins anew
    HttpRequest request;
    request.url = "blobs/" + digest;
    if (got > 0) request.headers.push_back("Range: bytes=" + std::to_string(got) + "-");
    const std::uint64_t before = got;
    request.take = [&](std::string_view piece) {
      const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip, piece.size()));
      skip -= passed;
      piece.remove_prefix(passed);
      got += piece.size();
      if (got > size) throw Error(what + ": it has more than " + std::to_string(size) + " bytes");
      if (!piece.empty()) take(piece);
    };
    request.begin = [&](const HttpAnswer& answer) {
      skip = answer.status == http_status::partial_content ? 0 : before;
    };
    try {
      const HttpAnswer answer = try_once(request);
      if (answer.success() && got == size) return;
      if (!answer.success() && !answer.may_pass()) fail(answer, what);
      if (tries + 1 == most_tries && !answer.success()) fail(answer, what);
    } catch (const ConnectionFailed& failure) {
      if (tries + 1 == most_tries || failure.stays()) fail(failure, what);
    }
    if (tries + 1 == most_tries) throw Error(what + ": it ends after " + std::to_string(got) + " bytes");
    if (got > before && ++breaks < most_breaks) tries = 0;  // it goes on
    wait(tries, "");
  }
}

}  // namespace rootlet::registry
