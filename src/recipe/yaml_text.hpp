#pragma once

#include <string>
#include <string_view>

namespace rootlet::recipe {

/// A text as a scalar of YAML: as it is where YAML takes it for the same text, also within brackets, otherwise in
/// double quotes, whose escapes are JSON's. `more`: characters besides letters, digits and "_-./+$" that need no quotes
/// where it will stand. Error: nlohmann::json::exception, where it is not UTF-8.
std::string yaml_text(const std::string& text, std::string_view more = {});

}  // namespace rootlet::recipe
