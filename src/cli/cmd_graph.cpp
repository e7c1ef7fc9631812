#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "analysis/find.hpp"
#include "analysis/solution.hpp"
#include "base/fs.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "graph/drawing.hpp"
#include "report/graph.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"
#include "rpm/version.hpp"

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

/// Above this a page has no drawing of the whole.
constexpr std::size_t most_drawn_in_page = 5000;

std::string svg(const inspect::Target& target, analysis::View view) {
  view = graph::drawable(std::move(view));
  return report::svg_text(target.graph, view, graph::draw(view), {"Packages of " + target.name});
}

std::string html(const inspect::Target& target, const analysis::ViewOptions& options, analysis::View view) {
  view = graph::drawable(std::move(view));
  graph::Drawing drawing;
  if (view.nodes.size() <= most_drawn_in_page && view.edges.size() <= most_drawn_in_page) drawing = graph::draw(view);
  report::PageInput input{target.name, target.graph, view, drawing, options.focus, options.kinds};
  if (target.solution) input.alternatives = analysis::alternatives_of(*target.solution, analysis::Part::staying);
  return report::page_text(input);
}

std::string text_for(const std::string& suffix, const inspect::Target& target, const analysis::ViewOptions& options) {
  analysis::View view = analysis::view_of(target.graph, options);
  if (suffix == ".svg") return svg(target, std::move(view));
  if (suffix == ".html") return html(target, options, std::move(view));
  if (suffix == ".dot") return graph::dot_text(target.graph, view);
  return report::json_text(report::to_json(target.graph, view));
}

/// ".svg", …: what --format says, else how the output's name ends. Error: neither tells.
std::string known_suffix(const GraphArguments& options) {
  static constexpr std::array<const char*, 4> known{".svg", ".html", ".dot", ".json"};
  const std::string suffix = options.format.empty() ? fs::path(options.out).extension().string() : "." + options.format;
  if (std::find(known.begin(), known.end(), suffix) != known.end()) return suffix;
  if (options.out == "-")
    throw usage_error("what is to be printed is not said", "give --format svg, html, dot or json");
  throw usage_error(
      "'" + options.out + "': what it becomes follows from its suffix, and '" + suffix + "' is none that is known",
      "give -o FILE.svg, FILE.html, FILE.dot or FILE.json, or say --format");
}

int draw(const GraphArguments& options, const std::string& suffix, const inspect::Target& target) {
  if (!target.graph.dependencies_known) {
    throw Error(target.name + ": its package manifest says nothing of dependencies, so there is no graph",
                "an image with an RPM database, or the recipe it was built from, has one");
  }
  analysis::ViewOptions view = options.view;
  view.kinds = kinds_of(options.only);
  if (!options.focus.empty()) {
    const auto found = analysis::packages_named(target.graph, options.focus, target.name, rpm::compare_versions);
    if (found.size() > 1) {
      std::vector<std::string> names;
      for (const PackageId id : found) names.push_back(target.graph.at(id).nevra.str());
      throw usage_error(target.name + ": '" + options.focus + "' is several packages: " + join(names, ", "),
                        "give --focus one of them");
    }
    view.focus = found.front();
  }
  if (options.depth > 0) view.depth = options.depth;
  write_result(options.out, text_for(suffix, target, view));
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
    const std::string suffix = known_suffix(*options);
    if (suffix == ".html") report::need_page_library();
    return with_target_for(session, options->target, options->focus,
                           [&](const inspect::Target& target) { return draw(*options, suffix, target); });
  };
}

}  // namespace rootlet::cli
