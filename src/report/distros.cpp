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

std::string to_text(const WrittenDraft& draft) {
  const std::string recipe = printable(draft.recipe);
  std::string text = recipe + ": a recipe for " + draft.distro + "\n";
  if (draft.solution) {
    text += "  " + totals_text(*draft.solution);
  } else if (!draft.not_solved.empty()) {
    text += "  not solved yet: " + printable(draft.not_solved) + "\n";
  }
  return text;
}

ordered_json to_json(const WrittenDraft& draft) {
  ordered_json out{{"recipe", draft.recipe}, {"distro", draft.distro}};
  if (draft.solution) {
    out["packages"] = draft.solution->totals().packages;
    out["installed_size"] = draft.solution->totals().size();
    out["download_size"] = draft.solution->download_size();
  }
  if (!draft.not_solved.empty()) out["not_solved"] = draft.not_solved;
  return out;
}

}  // namespace rootlet::report
