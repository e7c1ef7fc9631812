#include "cause.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "base/fs.hpp"
#include "base/url.hpp"

namespace rootlet::repo {
namespace {

/// The number after `prefix` where `message` begins with it.
std::optional<int> number_after(std::string_view message, std::string_view prefix) {
  if (!message.starts_with(prefix)) return std::nullopt;
  message.remove_prefix(prefix.size());
  int number = 0;
  const auto result = std::from_chars(message.data(), message.data() + message.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  return number;
}

/// Why a file cannot be read, which curl does not tell; empty where it can be read by now.
std::string read_cause(std::string_view url) {
  const auto path = path_of_file_url(url);
  if (!path || Fd(::open(path->c_str(), O_RDONLY | O_CLOEXEC))) return {};
  return std::generic_category().message(errno);
}

/// librepo appends curl's error buffer: "… [detail]".
std::string_view detail_of(std::string_view message) {
  const std::size_t open = message.find(" [");
  if (open == std::string_view::npos || !message.ends_with(']')) return {};
  return message.substr(open + 2, message.size() - open - 3);
}

struct Known {
  int code;
  std::string_view cause;
};

/// Of libcurl-errors(3), those a user meets and whose text says too little or too much.
constexpr std::array<Known, 13> known{{{1, "unknown protocol"},
                                       {5, "proxy not found"},
                                       {6, "host not found"},
                                       {7, "cannot connect"},
                                       {18, "the connection broke half-way"},
                                       {23, "cannot write to the cache"},
                                       {28, "timed out"},
                                       {33, "the server cannot resume"},
                                       {37, "cannot read the file"},
                                       {42, "larger than its metadata says"},
                                       {47, "too many redirects"},
                                       {52, "empty answer"},
                                       {56, "the connection broke"}}};

/// A proxy that a tunnel is asked of answers before the server can, which curl tells in its detail only.
bool proxy_refused(int code, std::string_view message) {
  return (code == 56 || code == 7) && detail_of(message).find(" 407 ") != std::string_view::npos;
}

std::string curl_cause(int code, std::string_view message, std::string_view url) {
  const std::string_view detail = detail_of(message);
  if (code == 7 && detail.find("refused") != std::string_view::npos) return "connection refused";
  if (code == 37) {
    if (std::string cause = read_cause(url); !cause.empty()) return cause;
  }
  if (proxy_refused(code, message)) return "the proxy asks for a password (HTTP 407)";
  for (const Known& error : known) {
    if (error.code == code) return std::string(error.cause);
  }
  if (!detail.empty()) return std::string(detail);
  const std::size_t begin = message.find("): ");
  if (begin == std::string_view::npos) return std::string(message);
  return std::string(message.substr(begin + 3, message.find(" for ") - begin - 3));
}

}  // namespace

Cause transfer_cause(std::string_view message, std::string_view url) {
  const std::string where = " for " + std::string(url);
  if (const auto status = number_after(message, "Status code: ")) {
    return {"HTTP " + std::to_string(*status) + where, *status};
  }
  if (const auto code = number_after(message, "Curl error (")) {
    return {curl_cause(*code, message, url) + where, proxy_refused(*code, message) ? 407 : 0, *code};
  }
  if (message.find("mirrors were already tried") != std::string_view::npos) return {"no mirror is left that works"};
  if (is_checksum_mismatch(message)) return {"checksum mismatch" + where};
  return {std::string(message)};
}

bool is_checksum_mismatch(std::string_view message) noexcept {
  return message.find("checksum doesn't match") != std::string_view::npos;
}

bool is_write_error(std::string_view message) noexcept { return number_after(message, "Curl error (") == 23; }

}  // namespace rootlet::repo
