#include "http.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include "base/handle.hpp"
#include "base/secrets.hpp"
#include "libcurl.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

constexpr std::size_t most_failure = 65'536;   ///< bytes of a failure's body
constexpr std::size_t most_body = 16'000'000;  ///< bytes of a body that nobody takes
constexpr std::size_t most_headers = 262'144;  ///< bytes of all headers of an answer
constexpr long most_redirects = 5;
constexpr long slowest = 1000;  ///< bytes a second

using CurlHandle = Handle<CURL, curl_easy_cleanup>;
using HeaderList = Handle<curl_slist, curl_slist_free_all>;

/// State of a request that libcurl's callbacks see.
struct Running {
  const HttpRequest* request = nullptr;
  CURL* curl = nullptr;
  HttpAnswer answer;
  std::size_t header_bytes = 0;
  std::uint64_t sent = 0;
  bool begun = false;  ///< the body that is taken
  std::exception_ptr thrown;
  std::string refused;
};

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) noexcept {
  auto& running = *static_cast<Running*>(user);
  try {
    const std::string_view line = trimmed({data, size});
    if (line.starts_with("HTTP/")) {  // of the next answer, after a redirect
      running.answer.headers.clear();
      return size;
    }
    running.header_bytes += size;
    if (running.header_bytes > most_headers) return 0;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string& value = running.answer.headers[lower_case(std::string(line.substr(0, colon)))];
    if (!value.empty()) value += ", ";
    value += trimmed(line.substr(colon + 1));
    return size;
  } catch (...) {
    running.thrown = std::current_exception();
    return 0;
  }
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) noexcept {
  auto& running = *static_cast<Running*>(user);
  try {
    long status = 0;
    curl_easy_getinfo(running.curl, CURLINFO_RESPONSE_CODE, &status);
    const bool success = status >= 200 && status < 300;
    if (success && running.request->take) {
      if (!running.begun && running.request->begin) {
        running.answer.status = status;
        running.request->begin(running.answer);
      }
      running.begun = true;
      running.request->take({data, size});
      return size;
    }
    std::string& body = running.answer.body;
    if (success) {
      if (body.size() + size > most_body) {
        running.refused = "the answer is larger than any that was asked for";
        return 0;
      }
      body.append(data, size);
    } else {
      body.append(data, std::min(size, most_failure - std::min(body.size(), most_failure)));
    }
    return size;
  } catch (...) {
    running.thrown = std::current_exception();
    return 0;
  }
}

std::size_t on_upload(char* into, std::size_t size, std::size_t count, void* user) noexcept {
  auto& running = *static_cast<Running*>(user);
  try {
    const Upload& upload = *running.request->upload;
    const std::uint64_t left = upload.size - std::min(running.sent, upload.size);
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, size * count));
    if (most == 0) return 0;
    const std::string_view piece = upload.read(running.sent, most);
    std::memcpy(into, piece.data(), piece.size());
    running.sent += piece.size();
    return piece.size();
  } catch (...) {
    running.thrown = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

/// libcurl sends a body again where a connection that was kept has gone.
int on_seek(void* user, curl_off_t offset, int origin) noexcept {
  if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
  static_cast<Running*>(user)->sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

/// libcurl's options of one kind of value, each with its own type.
template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK) {
    throw Error(std::string("libcurl: ") + curl_easy_strerror(code));
  }
}

void set_method(CURL* curl, const HttpRequest& request, Running& running) {
  if (request.method == "HEAD") return set(curl, CURLOPT_NOBODY, 1L);
  if (!request.upload) {
    if (request.method != "GET") set(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  }
  set(curl, CURLOPT_UPLOAD, 1L);
  set(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.upload->size));
  set(curl, CURLOPT_READFUNCTION, &on_upload);
  set(curl, CURLOPT_READDATA, static_cast<void*>(&running));
  set(curl, CURLOPT_SEEKFUNCTION, &on_seek);
  set(curl, CURLOPT_SEEKDATA, static_cast<void*>(&running));
}

void set_identity(CURL* curl, const Identity& identity) {
  if (!identity.bearer.empty()) {
    set(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    set(curl, CURLOPT_XOAUTH2_BEARER, identity.bearer.c_str());
  } else if (!identity.user.empty()) {
    set(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(curl, CURLOPT_USERNAME, identity.user.c_str());
    set(curl, CURLOPT_PASSWORD, identity.password.c_str());
  }
}

/// Which protocols may be used, also after a redirect.
void set_protocols(CURL* curl, bool insecure) {
#if LIBCURL_VERSION_NUM >= 0x075500
  const char* protocols = insecure ? "http,https" : "https";
  set(curl, CURLOPT_PROTOCOLS_STR, protocols);
  set(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
#else
  const long protocols = insecure ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS;
  set(curl, CURLOPT_PROTOCOLS, protocols);
  set(curl, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
}

ConnectionFailed failure_of(CURLcode code, const char* detail) {
  constexpr std::array untrusted{CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR};
  constexpr std::array other_protocol{CURLE_SSL_CONNECT_ERROR, CURLE_UNSUPPORTED_PROTOCOL};
  constexpr std::array unreachable{CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY};
  const auto is_one = [code](const auto& codes) { return std::find(codes.begin(), codes.end(), code) != codes.end(); };
  const std::string cause = *detail != '\0' ? detail : curl_easy_strerror(code);
  return {without_secrets(cause), is_one(untrusted), is_one(other_protocol), is_one(unreachable)};
}

}  // namespace

std::string HttpAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

bool HttpAnswer::may_pass() const noexcept {
  constexpr std::array<long, 4> of_servers{500, 502, 503, 504};
  return status == http_status::too_many_requests ||
         std::find(of_servers.begin(), of_servers.end(), status) != of_servers.end();
}

struct HttpClient::Parts {
  HttpSettings settings;
  CurlHandle curl;
};

HttpClient::HttpClient(HttpSettings settings) : parts_(std::make_unique<Parts>()) {
  // Before there are threads, since it is not safe with them (curl_global_init(3)); librepo does the same.
  [[maybe_unused]] static const CURLcode made = curl_global_init(CURL_GLOBAL_DEFAULT);
  parts_->settings = std::move(settings);
  parts_->curl.reset(curl_easy_init());
  if (!parts_->curl) throw Error("cannot initialize libcurl");
}
HttpClient::~HttpClient() = default;

HttpAnswer HttpClient::send(const HttpRequest& request) {
  CURL* curl = parts_->curl.get();
  const HttpSettings& settings = parts_->settings;
  curl_easy_reset(curl);  // connections stay
  Running running;
  running.request = &request;
  running.curl = curl;
  std::array<char, CURL_ERROR_SIZE> detail{};
  set(curl, CURLOPT_ERRORBUFFER, detail.data());
  set(curl, CURLOPT_URL, request.url.c_str());
  set(curl, CURLOPT_USERAGENT, "rootlet/" ROOTLET_VERSION);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set_protocols(curl, settings.insecure);
  set(curl, CURLOPT_FOLLOWLOCATION, request.upload ? 0L : 1L);
  set(curl, CURLOPT_MAXREDIRS, most_redirects);
  set(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(settings.timeout.count()));
  set(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.timeout.count()));
  set(curl, CURLOPT_LOW_SPEED_LIMIT, slowest);
  set(curl, CURLOPT_HEADERFUNCTION, &on_header);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(&running));
  set(curl, CURLOPT_WRITEFUNCTION, &on_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&running));
  set(curl, CURLOPT_SSL_VERIFYPEER, settings.insecure ? 0L : 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, settings.insecure ? 0L : 2L);
  if (!settings.ca_file.empty()) set(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  if (!settings.client_cert.empty()) set(curl, CURLOPT_SSLCERT, settings.client_cert.c_str());
  if (!settings.client_key.empty()) set(curl, CURLOPT_SSLKEY, settings.client_key.c_str());
  set_identity(curl, request.identity);
  set_method(curl, request, running);
  HeaderList headers;
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    [[maybe_unused]] curl_slist* same = headers.release();
    headers.reset(longer);
  }
  if (headers) set(curl, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(curl);
  if (running.thrown) std::rethrow_exception(running.thrown);
  if (!running.refused.empty()) throw Error(running.refused);
  if (code != CURLE_OK) throw failure_of(code, detail.data());
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &running.answer.status);
  char* url = nullptr;
  curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
  if (url != nullptr) running.answer.url = url;
  return std::move(running.answer);
}

}  // namespace rootlet::registry
