#include "rootlet/distros.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

using nlohmann::ordered_json;

std::string to_text(const std::vector<Distro>& distros) {
  std::size_t name = 0;
  std::size_t title = 0;
  for (const Distro& distro : distros) {
    name = std::max(name, distro.name.size());
    title = std::max(title, distro.title.size());
  }
  std::string text;
  for (const Distro& distro : distros) {
    text += fmt::format("{:{}}  {:{}}  {}", distro.name, name, printable(distro.title), title,
                        printable(join(distro.releases, ", ")));
    text += distro.file.empty() ? "\n" : "  (" + printable(distro.file.string()) + ")\n";
  }
  return text;
}

ordered_json to_json(const std::vector<Distro>& distros) {
  ordered_json list = ordered_json::array();
  for (const Distro& distro : distros) {
    list.push_back({{"name", distro.name},
                    {"title", distro.title},
                    {"releases", distro.releases},
                    {"file", distro.file.empty() ? ordered_json() : ordered_json(distro.file.string())}});
  }
  return {{"distros", list}};
}

std::string to_text(const WrittenStarter& starter) {
  const std::string recipe = printable(starter.recipe);
  std::string text = recipe + ": a recipe for " + starter.distro + "\n";
  if (starter.solution) {
    text += fmt::format("  {}, {} installed, {} to download\n", packages_text(*starter.solution),
                        human_size(starter.solution->totals().size()), human_size(starter.solution->download_size()));
  } else if (!starter.not_solved.empty()) {
    text += "  not solved yet: " + printable(starter.not_solved) +
            "\n  what it comes to, step by step: rootlet suggest " + printable(starter.recipe) + " --ladder\n";
  }
  if (starter.ladder) text += "\n" + to_text(*starter.ladder);
  return text;
}

ordered_json to_json(const WrittenStarter& starter) {
  ordered_json out{{"recipe", starter.recipe}, {"distro", starter.distro}};
  if (starter.solution) {
    out["packages"] = starter.solution->totals().packages;
    out["installed_size"] = starter.solution->totals().size();
    out["download_size"] = starter.solution->download_size();
  }
  if (starter.ladder) out["ladder"] = to_json(*starter.ladder);
  if (!starter.not_solved.empty()) out["not_solved"] = starter.not_solved;
  return out;
}

}  // namespace rootlet::report
