#pragma once

#include <string>
#include <string_view>

namespace rootlet::repo {

/// Condenses librepo's message about a failed transfer to its cause: "HTTP 404 for http://…/repomd.xml".
/// A message of a form that is not known comes back as it is.
std::string transfer_cause(std::string_view message, std::string_view url);

}  // namespace rootlet::repo
