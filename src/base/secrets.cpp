#include "base/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace rootlet {
namespace {

constexpr std::string_view separator = "://";

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_figure(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_blank(char c) noexcept { return (c >= 0 && c <= ' ') || c == 0x7f; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view name_of(std::string_view parameter) { return parameter.substr(0, parameter.find('=')); }

/// Calls `take` with each parameter of a query and the character that ends it, '\0' at the end.
template <class Take>
void each_parameter(std::string_view query, Take take) {
  for (;;) {
    const std::size_t end = query.find_first_of("&;");
    if (end == std::string_view::npos) {
      take(query, '\0');
      return;
    }
    take(query.substr(0, end), query[end]);
    query.remove_prefix(end + 1);
  }
}

bool is_sound(std::string_view authority) {
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = authority.find(':', bracket);
  if (colon == std::string_view::npos) return true;
  const std::string_view port = authority.substr(colon + 1);
  return std::all_of(port.begin(), port.end(), is_figure);
}

/// How much of what follows "://" is user information, with the '@' that ends it. `last_at`: the last '@' of `rest`.
std::size_t user_info_size(std::string_view rest, std::size_t last_at) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return at + 1;
  // A password with a slash in it, written as it is: what looks like a host and a port is its beginning.
  return last_at == std::string_view::npos || is_sound(authority) ? 0 : last_at + 1;
}

/// A URL's parts; views into it.
struct Parts {
  std::string_view scheme;     ///< with "://"
  std::string_view user_info;  ///< with its '@'
  std::string_view authority;  ///< host and port
  std::string_view path;
  std::string_view query;     ///< with its '?'
  std::string_view fragment;  ///< with its '#'
};

Parts parts_of(std::string_view url) {
  Parts parts;
  const std::size_t begin = url.find(separator);
  if (begin == std::string_view::npos) return parts;
  const auto take = [&](std::size_t size) {
    const std::string_view part = url.substr(0, size);
    url.remove_prefix(part.size());
    return part;
  };
  parts.scheme = take(begin + separator.size());
  parts.user_info = take(user_info_size(url, url.rfind('@')));
  parts.authority = take(url.find_first_of("/?#"));
  parts.path = take(url.find_first_of("?#"));
  parts.query = take(url.find('#'));
  parts.fragment = url;
  return parts;
}

/// A text that may hold URLs, on its way to where all may see it: from front to back, looking at no byte more than a
/// few times, however many URLs are within URLs.
class Shown {
 public:
  explicit Shown(std::string_view text) : text_(text) {}

  /// Copies all up to the query of the next URL that has one, but no user information. False: there is none.
  bool copy_to_query(std::string& out) {
    while (find_separator() != std::string_view::npos) {
      const bool is_url = separator_ > at_ && is_letter(text_[separator_ - 1]);
      copy_to(separator_ + separator.size(), out);
      if (!is_url) continue;
      pass_user_info();
      const std::size_t next = find_separator();  // of a URL within the URL, whose scheme has a letter at least
      const std::size_t most = next == std::string_view::npos ? text_.size() : std::max(next, at_ + 1) - 1;
      const std::string_view rest = text_.substr(at_, most - at_);
      copy_to(at_ + std::min(rest.find_first_of("?\"'<>` \t\r\n"), rest.size()), out);
      if (text_.substr(at_, 1) == "?") return true;
    }
    copy_to(text_.size(), out);
    return false;
  }

  /// Passes over a query; returns it without its '?'.
  std::string_view take_query() {
    const auto ends = [](char c) {
      return is_blank(c) || std::string_view("\"'<>`#)]").find(c) != std::string_view::npos;
    };
    const std::string_view rest = text_.substr(at_ + 1);
    const auto size = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), ends) - rest.begin());
    at_ += 1 + size;
    return rest.substr(0, size);
  }

  /// Passes over the '?' of a query that goes to the end.
  void enter_query() { ++at_; }

  /// Text before the next '='; nothing where there is none, or the next URL comes first.
  std::optional<std::string_view> name() {
    if (equals_ < at_) equals_ = text_.find('=', at_);
    if (equals_ == std::string_view::npos || find_separator() < equals_) return std::nullopt;
    return text_.substr(at_, equals_ - at_);
  }

 private:
  std::size_t find_separator() {
    if (separator_ < at_) separator_ = text_.find(separator, at_);
    return separator_;
  }

  void copy_to(std::size_t end, std::string& out) {
    out += text_.substr(at_, end - at_);
    at_ = end;
  }

  void pass_user_info() {
    if (at_ > word_end_) {
      const std::string_view rest = text_.substr(at_);
      const auto size = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), is_blank) - rest.begin());
      word_end_ = at_ + size;
      const std::size_t found = rest.substr(0, size).rfind('@');
      last_at_ = found == std::string_view::npos ? 0 : at_ + found;
    }
    const std::size_t last = last_at_ < at_ ? std::string_view::npos : last_at_ - at_;
    at_ += user_info_size(text_.substr(at_, word_end_ - at_), last);
  }

  // Places in the text. What was found is looked for anew only when it has been passed.
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t separator_ = text_.find(separator);
  std::size_t equals_ = text_.find('=');
  std::size_t word_end_ = 0;
  std::size_t last_at_ = 0;  ///< the last '@' of the word; before `at_`: there is none
};

/// Adds a parameter of a query, its value hidden where it is secret. A URL in it may have a query, too.
void add_shown(std::string_view parameter, std::string& out) {
  Shown shown(parameter);
  for (;;) {
    if (const auto name = shown.name(); name && is_secret_name(*name)) {
      out += std::string(*name) + "=***";
      return;
    }
    if (!shown.copy_to_query(out)) return;
    out += '?';
    shown.enter_query();
  }
}

}  // namespace

bool is_secret_name(std::string_view written) {
  // Those of clouds, of repository managers, and what people call such things. A part of the name counts, except for
  // the short ones.
  constexpr std::array<std::string_view, 15> parts{"token",      "secret",     "passw",      "passphrase", "pwd",
                                                   "credential", "signature",  "apikey",     "api_key",    "api-key",
                                                   "accesskey",  "access_key", "access-key", "hmac",       "jwt"};
  constexpr std::array<std::string_view, 9> whole{"sig",     "key",       "pass",  "sas",  "code",
                                                  "session", "sessionid", "hdnts", "hdnea"};
  const std::string name = lower(written);
  if (std::find(whole.begin(), whole.end(), name) != whole.end()) return true;
  const auto within = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (std::any_of(parts.begin(), parts.end(), within)) return true;
  const std::size_t auth = name.find("auth");
  return auth != std::string::npos && (name.find("author") == std::string::npos || within("authori"));
}

SplitUrl split_secrets(const std::string& url) {
  const Parts parts = parts_of(url);
  if (parts.scheme.empty()) return {url, {}, {}};
  SplitUrl split;
  split.user_info = parts.user_info.substr(0, parts.user_info.empty() ? 0 : parts.user_info.size() - 1);
  std::string query;
  bool secret = false;
  if (!parts.query.empty()) {
    each_parameter(parts.query.substr(1), [&](std::string_view parameter, char) {
      if (is_secret_name(name_of(parameter))) {
        secret = true;
      } else {
        query += (query.empty() ? "?" : "&") + std::string(parameter);
      }
    });
  }
  if (secret) split.query = parts.query.substr(1);
  split.plain = std::string(parts.scheme) + std::string(parts.authority) + std::string(parts.path) +
                (secret ? query : std::string(parts.query)) + std::string(parts.fragment);
  return split;
}

std::string join_secrets(const std::string& plain, std::string_view user_info, std::string_view query) {
  const Parts parts = parts_of(plain);
  if (parts.scheme.empty()) return plain;
  std::string url(parts.scheme);
  if (user_info.empty()) {
    url += parts.user_info;
  } else {
    url += std::string(user_info) + "@";
  }
  url += std::string(parts.authority) + std::string(parts.path);
  url += query.empty() ? std::string(parts.query) : "?" + std::string(query);
  return url + std::string(parts.fragment);
}

std::string without_secrets(std::string_view text) {
  std::string out;
  Shown shown(text);
  while (shown.copy_to_query(out)) {
    out += '?';
    each_parameter(shown.take_query(), [&](std::string_view parameter, char end) {
      add_shown(parameter, out);
      if (end != '\0') out += end;
    });
  }
  return out;
}

std::string host_of(std::string_view url) {
  std::string_view authority = parts_of(url).authority;
  if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
  return lower(authority.substr(0, authority.find(':')));
}

std::string origin_of(std::string_view url) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> ports{
      {{"http", "80"}, {"https", "443"}, {"ftp", "21"}}};
  const Parts parts = parts_of(url);
  if (parts.authority.empty()) return {};
  const std::string scheme = lower(parts.scheme.substr(0, parts.scheme.size() - separator.size()));
  const std::size_t bracket = parts.authority.starts_with('[') ? parts.authority.find(']') : 0;
  const std::size_t colon = parts.authority.find(':', bracket);
  std::string port(colon == std::string_view::npos ? "" : parts.authority.substr(colon + 1));
  for (const auto& [name, usual] : ports) {
    if (port.empty() && name == scheme) port = usual;
  }
  return scheme + std::string(separator) + lower(parts.authority.substr(0, colon)) + ":" + port;
}

bool has_sound_authority(std::string_view url) {
  const std::size_t begin = url.find(separator);
  if (begin == std::string_view::npos) return false;
  std::string_view authority = url.substr(begin + separator.size());
  authority = authority.substr(0, authority.find_first_of("/?#"));
  return is_sound(authority.substr(authority.rfind('@') + 1));
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_figure(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace rootlet
