#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

void write_charts(const fs::path& directory, const std::vector<Timeline>& timelines) {
  fs::create_directories(directory);
  for (const Timeline& one : timelines) {
    const auto write = [&](const char* name, const std::string& text) {
      write_file(directory / report::chart_file(one, name), text);
    };
    write("packages.svg", report::size_chart(one, report::BandsBy::package, {}));
    write("roots.svg", report::size_chart(one, report::BandsBy::root, {}));
    write("treemap.svg", report::treemap_chart(one, {}));
  }
}

}  // namespace

void add_page_options(CLI::App& app, PageOptions& options) {
  app.add_option("-o,--output", options.out, "The page to write ('-': to standard output)")
      ->type_name("FILE.html")
      ->required();
  app.add_option("--svg", options.svg, "Also write each chart as an SVG file into this directory")->type_name("DIR");
}

void write_page(const PageOptions& options, const std::string& title, const std::vector<Timeline>& timelines) {
  write_result(options.out, report::history_page_text(title, timelines));
  if (!options.svg.empty()) write_charts(options.svg, timelines);
}

}  // namespace rootlet::cli
