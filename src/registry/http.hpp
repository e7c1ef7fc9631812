#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::registry {

/// Status codes that mean something to us (RFC 9110).
namespace http_status {
inline constexpr long created = 201, partial_content = 206, bad_request = 400, unauthorized = 401, forbidden = 403,
                      not_found = 404, range_not_satisfiable = 416, too_many_requests = 429;
}

/// Who asks. Nothing of it goes to another host than the one that was asked.
struct Identity {
  std::string user, password;  ///< HTTP Basic (RFC 7617)
  std::string bearer;          ///< a token (RFC 6750); counts before the others
  bool operator==(const Identity&) const = default;
};

/// Body of a request: it may be wanted again, where the request is repeated.
struct Upload {
  std::uint64_t size = 0;                                                    ///< bytes
  std::function<std::string_view(std::uint64_t at, std::size_t most)> read;  ///< the bytes from there, at least one
};

struct HttpAnswer;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers = {};  ///< "Accept: …"
  Identity identity = {};
  std::optional<Upload> upload = std::nullopt;
  /// Takes the body of an answer that is a success; empty: it goes to HttpAnswer::body.
  std::function<void(std::string_view)> take = {};
  std::function<void(const HttpAnswer&)> begin = {};  ///< told of status and headers before `take`; may be empty
};

struct HttpAnswer {
  long status = 0;
  std::map<std::string, std::string> headers;  ///< by name in lower case; the last answer's, after redirects
  std::string body;                            ///< of a failure, its beginning
  std::string url;                             ///< that was answered, after redirects
  [[nodiscard]] bool success() const noexcept { return status >= 200 && status < 300; }
  /// Whether the same request may be a success a while later.
  [[nodiscard]] bool may_pass() const noexcept;
  /// The value of a header; empty: there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct HttpSettings {
  std::string ca_file;                  ///< certificates of authorities; empty: the system's
  std::string client_cert, client_key;  ///< files; empty: none
  bool insecure = false;                ///< plain HTTP is allowed, and certificates are not checked
  std::chrono::seconds timeout{30};     ///< without a byte
};

/// Failure of a connection; it may work the next time.
struct ConnectionFailed {
  std::string cause;
  bool certificate = false;  ///< the server's is not trusted
  bool no_tls = false;       ///< the server does not speak it
  bool unreachable = false;  ///< there is no server
  /// Whether it makes no sense to try again.
  [[nodiscard]] bool stays() const noexcept { return certificate || no_tls || unreachable; }
};

/// Client of HTTP over libcurl. Connections are kept and used again. It follows redirects, but from https to http only
/// where that is allowed.
class HttpClient {
 public:
  explicit HttpClient(HttpSettings settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Throws ConnectionFailed; whatever `take` and `read` throw.
  HttpAnswer send(const HttpRequest& request);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace rootlet::registry
