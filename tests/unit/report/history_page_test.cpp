#include "report/history_data.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "../analysis/made_graph.hpp"
#include "history/record.hpp"
#include "history/timeline.hpp"
#include "rootlet/report.hpp"

namespace rootlet {
namespace {

using Json = nlohmann::ordered_json;
using test::MadeGraph;

/// The step from one set to another has a cause of this kind, told so.
struct Case {
  CauseKind kind;
  std::string sentence;
  std::function<void(MadeGraph& before, MadeGraph& after)> change;
};

const std::string old_app = "app-0:1-1.x86_64", app = "app-0:2-1.x86_64";
const std::string old_bash = "bash-0:1-1.x86_64", bash = "bash-0:2-1.x86_64", busybox = "busybox-0:1-1.x86_64";

void with_tool(MadeGraph& graph) { graph.package("tool", 7).needs_as("app", "tools", {"tool"}); }
void with_companion(MadeGraph& graph, EdgeKind kind) { graph.package("tool", 7).needs("app", {"tool"}, kind); }
void with_shells(MadeGraph& graph, bool both) {
  graph.needs_as("app", "(shell and tools)", {"bash"});
  if (both) graph.package("busybox", 7).needs_as("app", "(shell and tools)", {"busybox"});
}
void with_group(MadeGraph& graph, const std::string& package) {
  graph.package(package, 7).root(package).rename_root(package, "@group");
}

const std::vector<Case> cases = {
    {CauseKind::line_added, "tool is new", [](auto&, auto& after) { after.package("tool", 7).root("tool"); }},
    {CauseKind::line_removed, "tool is gone", [](auto& before, auto&) { before.package("tool", 7).root("tool"); }},
    {CauseKind::line_changed, "@group stands for other packages now",
     [](auto& before, auto& after) {
       with_group(before, "one");
       with_group(after, "two");
     }},
    {CauseKind::requirement_added, app + " now requires tools", [](auto&, auto& after) { with_tool(after); }},
    {CauseKind::requirement_met, app + " requires tools, for which no other package was there before",
     [](auto& before, auto& after) {
       before.idle("app", "tools");
       with_tool(after);
     }},
    {CauseKind::requirement_dropped, old_app + " required tools, its successor does not",
     [](auto& before, auto&) { with_tool(before); }},
    {CauseKind::requirement_unmet, old_app + " required tools, for which no other package is there any more",
     [](auto& before, auto& after) {
       with_tool(before);
       after.idle("app", "tools");
     }},
    {CauseKind::provider_swapped, "two-0:1-1.x86_64 in place of one-0:1-1.x86_64 for " + app + ", which requires it",
     [](auto& before, auto& after) {
       before.package("one", 7).needs_as("app", "it", {"one"});
       after.package("two", 8).needs_as("app", "it", {"two"});
     }},
    {CauseKind::provider_joined, busybox + " beside " + old_bash + " for " + app + ", which requires (shell and tools)",
     [](auto& before, auto& after) {
       with_shells(before, false);
       with_shells(after, true);
     }},
    {CauseKind::provider_left,
     bash + " alone, without " + busybox + ", for " + app + ", which requires (shell and tools)",
     [](auto& before, auto& after) {
       with_shells(before, true);
       with_shells(after, false);
     }},
    {CauseKind::companion, "tool-0:1-1.x86_64 supplements cap-tool, " + app + " is there",
     [](auto&, auto& after) { with_companion(after, EdgeKind::supplements); }},
    {CauseKind::companion, "tool-0:1-1.x86_64 supplemented cap-tool, " + old_app + " is there",
     [](auto& before, auto&) { with_companion(before, EdgeKind::supplements); }},
    {CauseKind::companion, "tool-0:1-1.x86_64 averts the conflict of " + app + " with cap-tool",
     [](auto&, auto& after) { with_companion(after, EdgeKind::conflicts); }},
    {CauseKind::companion, "tool-0:1-1.x86_64 averted the conflict of " + old_app + " with cap-tool",
     [](auto& before, auto&) { with_companion(before, EdgeKind::conflicts); }},
    {CauseKind::companion, "tool-0:1-1.x86_64 is there for " + app + ", of 32 bits",
     [](auto&, auto& after) { with_companion(after, EdgeKind::multilib); }},
    {CauseKind::companion, "tool-0:1-1.x86_64 was there for " + old_app + ", of 32 bits",
     [](auto& before, auto&) { with_companion(before, EdgeKind::multilib); }},
    {CauseKind::renamed, "two-0:1-1.x86_64 takes the place of one-0:1-1.x86_64",
     [](auto& before, auto& after) {
       before.package("one", 7).root("one");
       after.package("two", 8).root("two").obsoletes("two", "one");
     }},
    {CauseKind::updated, "resized: tool-0:1-1.x86_64",
     [](auto& before, auto& after) {
       before.package("tool", 7).root("tool");
       after.package("tool", 8).root("tool");
     }},
    {CauseKind::unexplained, "nothing leads to these packages", [](auto&, auto& after) { after.package("tool", 7); }},
};

/// A record as it is read from a file of version 2.
HistoryRecord record(const MadeGraph& graph, const std::string& label) {
  HistoryRecord record;
  record.image = "web";
  record.label = label;
  record.date = "2026-01-0" + label;
  record.arch = "x86_64";
  record.graph = history::kept_of(graph.graph());
  return history::from_line(history::to_line(record));
}

Timeline timeline(const Case& one) {
  MadeGraph before, after;
  for (MadeGraph* graph : {&before, &after}) {
    graph->package("app", 1).package("bash", 10).needs("app", {"bash"}).root("app");
  }
  one.change(before, after);
  // What both sets have is another version in each, so that it matters in which a package is looked for.
  after.version("app", "2").version("bash", "2");
  return history::timelines({record(before, "1"), record(after, "2")}).at(0);
}

/// The page's data as its scripts read them.
class Page {
 public:
  explicit Page(const Timeline& timeline) : data_(report::history_data("web", {timeline})) {
    std::int64_t key = 0;
    for (const Json& step : data_["packages"]["key"]) keys_.push_back(key += step.get<std::int64_t>());
  }

  /// What the page says of a cause; empty where it leaves that to its scripts.
  std::string sentence(CauseKind kind) const {
    const Json causes = data_["images"][0]["records"][1].value("causes", Json::array());
    for (const Json& cause : causes) {
      if (string(cause["kind"]) == cause_kind_name(kind) && !cause["sentence"].is_null()) return filled(cause);
    }
    return "";
  }

 private:
  std::string string(const Json& place) const { return data_["strings"].at(place.get<std::size_t>()); }

  std::string nevra(const Json& place) const {
    const auto package = place.get<std::size_t>();
    const Json& key = data_["keys"].at(static_cast<std::size_t>(keys_.at(package)));
    const Json& version = data_["versions"].at(data_["packages"]["version"].at(package).get<std::size_t>());
    return string(key[0]) + "-" + string(version[0]) + "." + string(version[1]);
  }

  std::string filled(const Json& cause) const {
    std::string text = string(cause["sentence"]);
    for (const std::string part : {"root", "package", "capability", "before", "after"}) {
      if (!cause.contains(part)) continue;
      const std::size_t at = text.find("{" + part + "}");
      if (at == std::string::npos) continue;  // a cause may know more than it tells
      const bool is_text = part == "root" || part == "capability";
      text.replace(at, part.size() + 2, is_text ? string(cause[part]) : nevra(cause[part]));
    }
    return text;
  }

  Json data_;
  std::vector<std::int64_t> keys_;  // of packages
};

}  // namespace

TEST_CASE("each kind of cause has a sentence, which the page of a history has, too") {
  for (const Case& one : cases) {
    INFO(one.sentence);
    const Timeline made = timeline(one);
    const PackageDiff& step = made.steps.at(0);
    std::vector<std::string> sentences;
    for (const ChangeCause& cause : step.causes) {
      if (cause.kind == one.kind) sentences.push_back(report::sentence(step, cause));
    }
    CHECK_THAT(sentences, Catch::Matchers::VectorContains(one.sentence));
    CHECK(Page(made).sentence(one.kind) == (one.kind == CauseKind::updated ? "" : one.sentence));
    CHECK_THAT(report::history_tables({made}), Catch::Contains(one.sentence));
  }
}

TEST_CASE("the table of causes leaves no kind out") {
  for (int number = 0; !cause_kind_name(CauseKind{number}).empty(); ++number) {
    INFO(cause_kind_name(CauseKind{number}));
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const Case& one) { return one.kind == CauseKind{number}; }));
  }
}

}  // namespace rootlet
