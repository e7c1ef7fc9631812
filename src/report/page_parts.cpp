#include "page_parts.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "graph.hpp"
#include "rootlet/error.hpp"

namespace rootlet::report {

std::string policy_hash(std::string_view text) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string hex = digest_of(text);
  std::string out = "sha256-";
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : hex) {
    bits = bits << 4 | static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    count += 4;
    while (count >= 6) {
      count -= 6;
      out += alphabet[bits >> count & 63];
    }
  }
  if (count > 0) out += alphabet[bits << (6 - count) & 63];
  while ((out.size() - 7) % 4 != 0) out += '=';
  return out;
}

Library need_library() {
  auto library = page_library();
  if (library) return std::move(*library);
  throw Error("this build of rootlet has no D3, the visualization library that HTML pages need",
              "run tools/d3, which brings it with npm, and build again; SVG, DOT and JSON do without");
}

std::string filled(const std::string& page, const std::map<std::string_view, std::string>& values) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = page.find("{{"); open != std::string::npos; open = page.find("{{", at)) {
    const std::size_t close = page.find("}}", open);
    out += page.substr(at, open - at);
    out += values.at(std::string_view(page).substr(open + 2, close - open - 2));
    at = close + 2;
  }
  return out + page.substr(at);
}

std::string script_json(const nlohmann::ordered_json& json) {
  std::string text;
  for (const char c : dump_json_strictly(json)) text += c == '<' ? "\\u003c" : std::string(1, c);
  return text;
}

std::string html_cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }
std::string html_number(const std::string& text) { return "<td class=\"n\">" + text + "</td>"; }

std::string html_table(const std::vector<std::string>& head, const std::string& rows) {
  std::string out = "<table><thead><tr>";
  for (const std::string& one : head) {
    const bool number = one.ends_with('#');
    out += fmt::format("<th scope=\"col\"{}>{}</th>", number ? " class=\"n\"" : "",
                       number ? one.substr(0, one.size() - 1) : one);
  }
  return out + "</tr></thead><tbody>\n" + rows + "</tbody></table>\n";
}

std::string html_page(const std::string& title, const std::string& style, const std::string& body,
                      const std::optional<PageScript>& script) {
  std::string scripts;
  std::string policy;
  if (script) {
    const Library library = need_library();
    policy = "; script-src '" + policy_hash(library.script) + "' '" + policy_hash(script->code) + "'";
    scripts = filled(
        scripts_html(),
        {{"data", script->data}, {"library", library.script}, {"licence", library.licence}, {"script", script->code}});
  }
  return filled(frame_html(), {{"title", title},
                               {"style", style},
                               {"style-hash", policy_hash(style)},
                               {"script-policy", policy},
                               {"body", body},
                               {"scripts", scripts}});
}

void need_page_library() { need_library(); }

}  // namespace rootlet::report
