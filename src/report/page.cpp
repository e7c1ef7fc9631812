#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "analysis/groups.hpp"
#include "base/text.hpp"
#include "graph.hpp"
#include "page_parts.hpp"
#include "page_texts.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

using analysis::ViewNode;

/// Whether an alternative is another package, and not the chosen one in another version, from another repository or for
/// another architecture.
bool is_another_package(LostBecause why) {
  switch (why) {
    case LostBecause::other_arch:
    case LostBecause::lower_priority:
    case LostBecause::older:
    case LostBecause::other_version:
    case LostBecause::other_repo: return false;
    default: return true;
  }
}

/// Data that the page's scripts work on. They show text as it is, so it is legible().
class PageData {
 public:
  explicit PageData(const PageInput& input) : input_(input), graph_(input.graph), ids_(analysis::node_ids(graph_)) {}

  std::string text() {
    Json json{{"title", legible(input_.title)},
              {"follow", follow()},
              {"focus", focus()},
              {"kinds", kinds_json()},
              {"packages", packages_json()},
              {"roots", roots_json()},
              {"groups", groups_json()},
              {"requirements", requirements_json()},
              {"alternatives", alternatives_json()}};
    return script_json(json);
  }

 private:
  Json follow() {
    Json names = Json::array();
    const Kinds& kinds = input_.kinds;
    for (const auto& [kind, followed] : {std::pair{KindClass::runtime, kinds.runtime},
                                         {KindClass::scriptlet, kinds.scriptlet},
                                         {KindClass::weak, kinds.weak},
                                         {KindClass::other, kinds.other}}) {
      if (followed) names.push_back(kind_class_name(kind));
    }
    return names;
  }

  [[nodiscard]] std::int64_t focus() const {
    return input_.focus ? static_cast<std::int64_t>(index(*input_.focus)) : -1;
  }

  /// Lists every kind of requirement with its class.
  static Json kinds_json() {
    Json kinds = Json::array();
    for (int kind = 0; kind <= static_cast<int>(EdgeKind::stated); ++kind) {
      const auto one = static_cast<EdgeKind>(kind);
      kinds.push_back({edge_kind_name(one), kind_class_name(class_of(one))});
    }
    return kinds;
  }

  Json packages_json() {
    Json packages = Json::array();
    for (std::size_t i = 0; i < graph_.packages.size(); ++i) {
      const GraphPackage& one = graph_.packages[i];
      Json json{{"id", ids_[i]},
                {"name", legible(one.nevra.name)},
                {"version", legible(one.nevra.evr())},
                {"arch", legible(one.nevra.arch)},
                {"size", one.installed_size}};
      if (one.disk_size) json["disk"] = *one.disk_size;
      packages.push_back(std::move(json));
    }
    return packages;
  }

  Json roots_json() {
    const auto ids = analysis::root_ids(graph_);
    Json roots = Json::array();
    for (std::size_t i = 0; i < graph_.roots.size(); ++i) {
      const Root& root = graph_.roots[i];
      roots.push_back({{"id", ids[i]},
                       {"name", legible(root.name)},
                       {"text", legible(root_text(graph_, root))},
                       {"packages", places(root.packages)}});
    }
    return roots;
  }

  Json groups_json() {
    Json groups = Json::object();
    for (const ViewNode& node : input_.overview.nodes) {
      if (node.kind == ViewNode::Kind::group) groups[node.id] = places(node.packages);
    }
    return groups;
  }

  Json requirements_json() {
    Json list = Json::array();
    for (const Dependency& one : graph_.dependencies) {
      if (one.providers.empty()) continue;
      list.push_back({index(one.from), legible(capability_words(one.capability)), static_cast<int>(one.kind),
                      legible(because(one.condition)), places(one.providers)});
    }
    return list;
  }

  Json alternatives_json() {
    Json all = Json::object();
    for (std::size_t i = 0; i < input_.alternatives.size(); ++i) {
      Json list = Json::array();
      for (const Alternative& other : input_.alternatives[i]) {
        if (!is_another_package(other.why)) continue;
        std::vector<std::string> capabilities;
        for (const std::string& one : other.capabilities) capabilities.push_back(legible(one));
        std::string why = in_words(lost_because_name(other.why));
        if (const std::string detail = detail_text(other); !detail.empty()) why += ", " + legible(detail);
        list.push_back({{"package", legible(other.package.str())}, {"why", why}, {"capabilities", capabilities}});
      }
      if (!list.empty()) all[std::to_string(i)] = std::move(list);
    }
    return all;
  }

  static Json places(const std::vector<PackageId>& packages) {
    Json list = Json::array();
    for (const PackageId id : packages) list.push_back(index(id));
    return list;
  }

  const PageInput& input_;
  const PackageGraph& graph_;
  const std::vector<std::string> ids_;
};

std::string table_rows(const PackageGraph& graph) {
  const auto ids = analysis::node_ids(graph);
  const auto next = analysis::adjacency(graph);
  const analysis::Costs costs = analysis::costs(graph);
  std::vector<std::size_t> required_by(graph.packages.size());
  for (const auto& list : next) {
    for (const PackageId to : list) ++required_by[index(to)];
  }
  std::vector<std::size_t> order(graph.packages.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return graph.packages[a].installed_size > graph.packages[b].installed_size;
  });
  const auto text_cell = [](const std::string& text) {
    return fmt::format("<td data-value=\"{0}\">{0}</td>", escaped(text));
  };
  const auto size_cell = [](std::string_view css, std::uint64_t bytes) {
    return fmt::format("<td class=\"{}\" data-value=\"{}\">{}</td>", css, bytes, human_size(bytes));
  };
  const auto count_cell = [](std::size_t count) {
    return fmt::format("<td class=\"n\" data-value=\"{0}\">{0}</td>", count);
  };
  std::string rows;
  for (const std::size_t i : order) {
    const Nevra& nevra = graph.packages[i].nevra;
    const analysis::Cost& cost = costs.packages[i];
    rows += fmt::format("<tr data-place=\"{}\"><td data-value=\"{}\"><a href=\"#{}\">{}</a></td>", i,
                        escaped(nevra.name), ids[i], escaped(nevra.name));
    rows += text_cell(nevra.evr()) + text_cell(nevra.arch) + size_cell("n", cost.own) +
            size_cell("n exclusive", cost.exclusive) + size_cell("n", cost.shared) + count_cell(required_by[i]) +
            count_cell(next[i].size()) + "</tr>\n";
  }
  return rows;
}

std::string overview_note(const PageInput& input) {
  if (input.drawing.nodes.empty()) return "There is too much of it to be drawn.";
  std::string note =
      "Areas are installed sizes; lines are solid at run time, dashed for scriptlets, dotted for weak "
      "dependencies, dash and dot for others.";
  const std::size_t shown = input.overview.nodes.size();
  if (input.overview.implied > 0) {
    note += fmt::format(" Not drawn: {} that a longer way says, too.", counted(input.overview.implied, "edge"));
  }
  return note + fmt::format(" {} in all.", counted(shown, "node"));
}

}  // namespace

std::string page_text(const PageInput& input) {
  need_page_library();
  const std::string title = escaped(input.title);
  const std::string style = "\n" + colours_css() + drawing_css() + base_css() + page_css();
  const std::string drawing = input.drawing.nodes.empty() ? ""
                                                          : svg_text(input.graph, input.overview, input.drawing,
                                                                     {"Packages of " + input.title, false});
  const std::string body =
      filled(page_html(),
             {{"title", title},
              {"summary", fmt::format("{}, {} installed ({} bytes)", counted(input.graph.packages.size(), "package"),
                                      human_size(input.graph.installed_size()), grouped(input.graph.installed_size()))},
              {"overview-note", overview_note(input)},
              {"drawing", drawing},
              {"rows", table_rows(input.graph)}});
  return html_page("Packages of " + title, style, body, PageScript{"\n" + page_script(), PageData(input).text()});
}

}  // namespace rootlet::report
