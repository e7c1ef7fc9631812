#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rootlet {

/// Whether `text` begins with a scheme and "://" (RFC 3986, 3.1), unlike a plain path.
bool is_url(std::string_view text) noexcept;

/// "file:///srv/my%20repo": every byte that RFC 3986 does not allow in a path is percent-encoded.
std::string file_url(const std::filesystem::path& absolute);

/// Percent-encodes what may not stand in the path of a URL, slashes aside, as DNF does with package locations.
std::string encode_path(std::string_view path);

/// A URL from outside with what no URL may hold (blanks, quotes, bytes beyond ASCII) as %XX; all else is as it was.
std::string encode_stray(std::string_view url);

/// The path of a file:// URL without a host, decoded; nothing for any other text.
std::optional<std::filesystem::path> path_of_file_url(std::string_view url);

}  // namespace rootlet
