#pragma once

#include <string>
#include <string_view>

namespace rootlet::repo {

/// The meaning of a message about a failed transfer.
struct Cause {
  std::string text;
  long status = 0;  ///< of HTTP, where a server answered with one
  int curl = 0;     ///< libcurl's code, see libcurl-errors(3)
};

/// Condenses librepo's message about a failed transfer to its cause: "HTTP 404 for http://…/repomd.xml".
/// For a file:// URL the file itself is asked: "No such file or directory for file:///…".
/// A message of a form that is not known comes back as it is.
Cause transfer_cause(std::string_view message, std::string_view url);

/// Cause that librepo's message tells: the content is not as its checksum; the file could not be written.
bool is_checksum_mismatch(std::string_view message) noexcept;
bool is_write_error(std::string_view message) noexcept;

}  // namespace rootlet::repo
