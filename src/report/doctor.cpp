#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/colour.hpp"
#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

std::string to_text(const std::vector<HostCheck>& checks, bool colours) {
  std::size_t width = 0;
  for (const HostCheck& one : checks) width = std::max(width, one.name.size());
  std::string text;
  for (const HostCheck& one : checks) {
    const char* state = !one.problem ? "ok" : one.required ? "missing" : "without";
    const Colour colour = !one.problem ? Colour::good : one.required ? Colour::bad : Colour::warning;
    text += fmt::format("{}  {:<{}}  {}\n", coloured(fmt::format("{:<7}", state), colour, colours), one.name, width,
                        printable(one.problem.value_or(one.found)));
    if (!one.problem) continue;
    const std::string indent(width + 11, ' ');
    text += fmt::format("{}needed for {}\n", indent, one.purpose);
    std::istringstream lines(one.hint);
    for (std::string line; std::getline(lines, line);) text += indent + printable(line) + "\n";
  }
  return text;
}

Json to_json(const std::vector<HostCheck>& checks) {
  Json all = Json::array();
  for (const HostCheck& one : checks) {
    Json check{{"name", one.name}, {"purpose", one.purpose}, {"required", one.required}, {"ok", !one.problem}};
    if (!one.found.empty()) check["found"] = one.found;
    if (one.problem) {
      check["problem"] = *one.problem;
      check["hint"] = one.hint;
    }
    all.push_back(std::move(check));
  }
  return {{"checks", std::move(all)}};
}

}  // namespace rootlet::report
