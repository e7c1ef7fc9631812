#include "base/fs.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct GraphArguments {
  TargetOptions target;
  std::string out;
  std::string format;  ///< empty: as the suffix of `out` says
  std::string focus;
  std::size_t depth = 0;
  std::vector<std::string> only;
  analysis::ViewOptions view;
};

/// The form that --format says, else how the output's name ends. Error: neither tells.
report::DrawingFormat format_of(const GraphArguments& options) {
  const std::string suffix = fs::path(options.out).extension().string();
  const std::string name = !options.format.empty() ? options.format : suffix.empty() ? "" : suffix.substr(1);
  if (const auto format = report::drawing_format_of(name)) return *format;
  if (options.out == "-")
    throw usage_error("what is to be printed is not said", "give --format svg, html, dot or json");
  throw usage_error(
      "'" + options.out + "': what it becomes follows from its suffix, and '" + suffix + "' is none that is known",
      "give -o FILE.svg, FILE.html, FILE.dot or FILE.json, or say --format");
}

int draw(const GraphArguments& options, report::DrawingFormat format, const inspect::Target& target) {
  analysis::ViewOptions view = options.view;
  view.kinds = kinds_of(options.only);
  if (options.depth > 0) view.depth = options.depth;
  write_result(options.out, report::graph_text(target, verbs::focused(target, options.focus, view), format));
  return 0;
}

}  // namespace

Action add_graph(CLI::App& app) {
  auto options = std::make_shared<GraphArguments>();
  add_target_options(app, options->target);
  app.add_option("-o,--output", options->out,
                 "What to write: a drawing (.svg), a page to look around in (.html), or the graph for other programs "
                 "(.dot, .json); '-': to standard output, as --format says")
      ->type_name("FILE")
      ->required();
  app.add_option("--format", options->format, "svg, html, dot or json (default: as the file's name ends)")
      ->check(CLI::IsMember({"svg", "html", "dot", "json"}))
      ->type_name("FORMAT");
  app.add_option(
         "--focus", options->focus,
         "Only this package, what leads to it, and what it requires; a page starts there. As for why: a name, a "
         "capability, a file's path or a glob, for one package")
      ->type_name("PACKAGE");
  app.add_option("--depth", options->depth, "At most so many steps from there, or from the roots")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  app.add_flag("--reduce", options->view.reduce, "Leave out what a longer way says, too (transitive reduction)");
  app.add_flag("--collapse", options->view.collapse, "Draw packages that require each other as one");
  add_only_option(app, options->only);
  return [options](const Session& session) {
    const report::DrawingFormat format = format_of(*options);
    if (format == report::DrawingFormat::html) report::need_page_library();
    return with_target_for(session, options->target, options->focus,
                           [&](const inspect::Target& target) { return draw(*options, format, target); });
  };
}

}  // namespace rootlet::cli
