#include "http.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "base/fs.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr std::size_t most_headers = 1U << 16U;
constexpr std::size_t most_body = 1U << 20U;

constexpr const char* no_answer = "there is no whole answer in time";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Returns errno of the attempt, 0 where there is a connection.
int try_connect(const Fd& socket, const sockaddr* address, socklen_t size, const WaitUntilReady& wait) {
  if (!socket) return errno;
  if (connect(socket.get(), address, size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait(socket.get(), POLLOUT)) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

/// Bytes that come over a connection.
class Incoming {
 public:
  Incoming(const Fd& socket, const WaitUntilReady& wait) : socket_(socket), wait_(wait) {}

  /// Up to a mark, which is not part of it; fails where that is not within `most` bytes.
  std::string up_to(std::string_view mark, std::size_t most) {
    std::size_t searched = 0;
    for (;;) {
      const std::size_t end = buffer_.find(mark, searched);
      if (end != std::string::npos) {
        std::string text = buffer_.substr(0, end);
        buffer_.erase(0, end + mark.size());
        return text;
      }
      searched = buffer_.size() - std::min(buffer_.size(), mark.size());
      if (buffer_.size() > most) throw Error("the answer is no HTTP, or its headers are longer than 64 KiB");
      if (!more()) throw Error("the connection was closed before the answer's end");
    }
  }
  /// So many bytes, or up to the end where it comes before and `may_end`.
  std::string bytes(std::size_t count, bool may_end) {
    while (buffer_.size() < count && more()) {
    }
    if (buffer_.size() < count && !may_end) throw Error("the connection was closed before the answer's end");
    std::string text = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return text;
  }

 private:
  bool more() {
    std::array<char, 1U << 14U> piece{};
    for (;;) {
      const ssize_t got = recv(socket_.get(), piece.data(), piece.size(), 0);
      if (got > 0) buffer_.append(piece.data(), static_cast<std::size_t>(got));
      if (got >= 0) return got > 0;
      if (errno == EAGAIN) {
        if (!wait_(socket_.get(), POLLIN)) throw Error(no_answer);
      } else if (errno != EINTR) {
        throw system_error("cannot read the answer");
      }
    }
  }

  const Fd& socket_;
  const WaitUntilReady& wait_;
  std::string buffer_;
};

void send_all(const Fd& socket, std::string_view text, const WaitUntilReady& wait) {
  while (!text.empty()) {
    const ssize_t sent = send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait(socket.get(), POLLOUT)) throw Error(no_answer);
    } else if (errno != EINTR) {
      throw system_error("cannot send the request");
    }
  }
}

/// RFC 9112, sections 3 and 6. One request a connection.
std::string request_of(const HttpProbe& probe) {
  std::string text = probe.method + " " + probe.path + " HTTP/1.1\r\n";
  std::map<std::string, std::string> headers = probe.request_headers;
  const auto has = [&](std::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [&](const auto& one) {
      return std::equal(one.first.begin(), one.first.end(), name.begin(), name.end(),
                        [](char a, char b) { return lower(a) == lower(b); });
    });
  };
  const std::string port = probe.port == 80 ? "" : ":" + std::to_string(probe.port);
  if (!has("host")) text += "Host: " + probe.host + port + "\r\n";
  if (!has("user-agent")) text += "User-Agent: rootlet\r\n";
  if (!has("accept")) text += "Accept: */*\r\n";
  if (!has("connection")) text += "Connection: close\r\n";
  const bool sends = probe.method == "POST" || probe.method == "PUT" || probe.method == "PATCH";
  if (sends && !has("content-length")) text += "Content-Length: 0\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

std::uint32_t status_in(std::string_view line) {
  std::uint32_t status = 0;
  const bool is_http = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ';
  if (!is_http || std::from_chars(&line[9], &line[12], status).ptr != &line[12]) {
    throw Error("the answer is no HTTP/1.1");
  }
  return status;
}

void add_header(std::string_view line, ProbeAnswer& answer) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) throw Error("the answer has a malformed header");
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  line.remove_prefix(colon + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  std::string& value = answer.headers[name];
  value += (value.empty() ? "" : ", ") + std::string(line);
}

ProbeAnswer read_head(Incoming& incoming) {
  const std::string head = incoming.up_to("\r\n\r\n", most_headers);
  std::string_view rest = head;
  ProbeAnswer answer;
  answer.status = status_in(rest.substr(0, rest.find("\r\n")));
  for (std::size_t end = rest.find("\r\n"); end != std::string_view::npos; end = rest.find("\r\n")) {
    rest.remove_prefix(end + 2);
    add_header(rest.substr(0, rest.find("\r\n")), answer);
  }
  return answer;
}

std::size_t number_in(std::string_view text, int base) {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (read.ec != std::errc() || read.ptr == text.data()) throw Error("the answer has a malformed length");
  return number;
}

std::string read_chunks(Incoming& incoming) {
  std::string body;
  while (body.size() < most_body) {
    const std::string line = incoming.up_to("\r\n", most_headers);
    const std::size_t size = number_in(line.substr(0, line.find(';')), 16);
    if (size == 0) break;
    const std::size_t wanted = std::min(size, most_body - body.size());
    body += incoming.bytes(wanted, false);
    if (wanted == size) incoming.up_to("\r\n", most_headers);
  }
  return body;
}

}  // namespace

Fd connect_to_loopback(std::uint32_t port, const WaitUntilReady& wait) {
  constexpr int kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const auto number = htons(static_cast<std::uint16_t>(port));
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = number;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Fd socket_four(socket(AF_INET, kind, 0));
  const int error = try_connect(socket_four, reinterpret_cast<const sockaddr*>(&four), sizeof four, wait);
  if (error == 0) return socket_four;
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = number;
  six.sin6_addr = in6addr_loopback;
  Fd socket_six(socket(AF_INET6, kind, 0));
  if (try_connect(socket_six, reinterpret_cast<const sockaddr*>(&six), sizeof six, wait) == 0) return socket_six;
  if (error == ECONNREFUSED) throw Error("nothing listens on port " + std::to_string(port));
  if (error == ENETUNREACH) {
    throw Error("the test has no loopback address",
                "rootlet must be allowed to set one up: as root of a container, with --cap-add NET_ADMIN");
  }
  throw system_error("cannot connect to port " + std::to_string(port), error);
}

ProbeAnswer ask(const HttpProbe& probe, const WaitUntilReady& wait) {
  const Fd socket = connect_to_loopback(probe.port, wait);
  send_all(socket, request_of(probe), wait);
  Incoming incoming(socket, wait);
  ProbeAnswer answer = read_head(incoming);
  for (int i = 0; answer.status / 100 == 1 && i < 8; ++i) answer = read_head(incoming);
  if (probe.method == "HEAD" || answer.status == 204 || answer.status == 304) return answer;
  const auto length = answer.headers.find("content-length");
  const auto coding = answer.headers.find("transfer-encoding");
  if (coding != answer.headers.end() && coding->second.find("chunked") != std::string::npos) {
    answer.body = read_chunks(incoming);
  } else if (length != answer.headers.end()) {
    answer.body = incoming.bytes(std::min(number_in(length->second, 10), most_body), false);
  } else {
    answer.body = incoming.bytes(most_body, true);
  }
  return answer;
}

}  // namespace rootlet::rootfs
