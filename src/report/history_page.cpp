#include "rootlet/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "graph.hpp"
#include "history_data.hpp"
#include "page_parts.hpp"

namespace rootlet::report {
namespace {

std::string summary(const std::vector<Timeline>& timelines) {
  std::size_t records = 0;
  for (const Timeline& one : timelines) records += one.records.size();
  if (timelines.size() > 1)
    return fmt::format("{}, {}", counted(timelines.size(), "image"), counted(records, "record"));
  return counted(records, "release");
}

}  // namespace

std::string history_page_text(const std::string& title, const std::vector<Timeline>& timelines) {
  need_page_library();
  const std::string style = "\n" + colours_css() + charts_css() + base_css() + history_css();
  const std::string body =
      filled(history_html(),
             {{"title", escaped(title)}, {"summary", summary(timelines)}, {"tables", history_tables(timelines)}});
  return html_page(escaped(title), style, body,
                   PageScript{"\n" + history_script(), script_json(history_data(title, timelines))});
}

}  // namespace rootlet::report
