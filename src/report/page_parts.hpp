#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page_texts.hpp"

namespace rootlet::report {

/// Source expression by which a Content Security Policy allows an element: "sha256-" and its digest in base64
/// (RFC 4648).
std::string policy_hash(std::string_view text);

/// Replaces the {{names}} of a template. Values are put in as they are: names in them are not replaced.
std::string filled(const std::string& page, const std::map<std::string_view, std::string>& values);

/// JSON for a script element, in which nothing can end that element.
std::string script_json(const nlohmann::ordered_json& json);

/// Cells and tables of HTML; text is escaped. `head`: names of columns; one that ends in '#' holds numbers.
std::string html_cell(const std::string& text);
std::string html_number(const std::string& text);
std::string html_table(const std::vector<std::string>& head, const std::string& rows);

/// Visualization library. Error: this build has none.
Library need_library();

/// A page's own script, and the data that it works on.
struct PageScript {
  std::string code;
  std::string data;  ///< as script_json() writes it
};

/// A whole page. `title` is HTML; `style` is CSS; `body` is what stands before the scripts, if there are any.
/// Error: there are, and this build has no visualization library.
std::string html_page(const std::string& title, const std::string& style, const std::string& body,
                      const std::optional<PageScript>& script = std::nullopt);

}  // namespace rootlet::report
