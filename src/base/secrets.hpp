#pragma once

#include <string>
#include <string_view>

namespace rootlet {

/// A URL and what of it is nobody else's business.
struct SplitUrl {
  std::string plain;      ///< the URL without user information and without secret parameters of its query
  std::string user_info;  ///< "bob:s3cret", as it was written
  std::string query;      ///< the whole query, where it holds a secret parameter
};
SplitUrl split_secrets(const std::string& url);

/// The URL that split_secrets() took apart. `user_info` is percent-encoded; empty: none.
std::string join_secrets(const std::string& plain, std::string_view user_info, std::string_view query);

/// Text as it may be shown and kept: of all URLs in it the user information is left out, and the values of secret
/// parameters of queries ("token", "X-Amz-Signature", …) become ***.
std::string without_secrets(std::string_view text);

/// Whether what has this name is a secret: a parameter of a query, a variable.
bool is_secret_name(std::string_view name);

/// "https://host:443" of a URL with a host, lower case, with its port: two URLs with the same one lead to the same
/// server. Empty for any other text.
std::string origin_of(std::string_view url);
/// The host alone, lower case, IPv6 addresses without brackets.
std::string host_of(std::string_view url);

/// Whether what stands between "://" and the path is a host and a number of a port at most, besides user information.
/// It is not where a password with a slash is written as it is.
bool has_sound_authority(std::string_view url);

/// Every byte that RFC 3986 reserves or forbids as %XX.
std::string percent_encode(std::string_view text);

}  // namespace rootlet
