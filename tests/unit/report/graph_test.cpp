#include "report/graph.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "../analysis/made_graph.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

const std::string hostile_name = "</title></script><script>alert(1)</script>\"'&\n\x1b[31m\xff";
const std::string seen =
    "&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\x0a\\x1b[31m"
    "\xef\xbf\xbd";

test::MadeGraph made() {
  test::MadeGraph made;
  made.package("app", 90'000).package("glibc", 4'000'000).package("glibc-common", 1'000'000);
  made.needs("app", {"glibc"}).needs("glibc", {"glibc-common"}).needs("glibc-common", {"glibc"}).root("app");
  return made;
}

test::MadeGraph hostile_one() {
  test::MadeGraph made;
  made.package("app", 10).package(hostile_name, 20);
  made.needs("app", {hostile_name}, EdgeKind::post, hostile_name).needs(hostile_name, {"app"}).root(hostile_name);
  return made;
}

std::string svg(const PackageGraph& graph, const analysis::ViewOptions& options = {}, bool standalone = true) {
  const auto view = analysis::view_of(graph, options);
  return report::svg_text(graph, view, graph::draw(view), {"Packages of " + hostile_name, standalone});
}

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

bool holds(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

TEST_CASE("an SVG has an element for each root, package, edge and group") {
  const std::string text = svg(made().graph());
  for (const char* part :
       {R"(<g id="r-app" class="node root">)", R"(<g id="p-app_2ex86_5f64" class="node package">)",
        R"(<path id="e-r-app_-p-app_2ex86_5f64" class="edge from-root")",
        R"(<path id="e-p-app_2ex86_5f64_-p-glibc_2ex86_5f64" class="edge runtime")",
        R"(<rect id="g-glibc_2ex86_5f64" class="cluster")", "<title>app requires of glibc:\ncap-glibc</title>",
        "<title>glibc-0:1-1.x86_64, 4.00 MB</title>"}) {
    CAPTURE(part, text);
    CHECK(holds(text, part));
  }
  CHECK(occurrences(text, "<title>r.yaml:1: app</title>") == 1);
  CHECK(svg(made().graph()) == text);
}

TEST_CASE("kinds are classes, and the strongest of an edge shows") {
  test::MadeGraph graph = made();
  graph.package("tips", 1).package("useradd", 1);
  graph.needs("app", {"tips"}, EdgeKind::recommends).needs("app", {"useradd"}, EdgeKind::pre);
  graph.needs("useradd", {"tips"}, EdgeKind::recommends).needs("useradd", {"tips"}, EdgeKind::post);
  const std::string text = svg(graph.graph());
  CHECK(holds(text, R"(_-p-useradd_2ex86_5f64" class="edge scriptlet")"));
  CHECK(holds(text, R"("e-p-app_2ex86_5f64_-p-tips_2ex86_5f64" class="edge weak")"));
  CHECK(holds(text, R"("e-p-useradd_2ex86_5f64_-p-tips_2ex86_5f64" class="edge scriptlet")"));
}

TEST_CASE("nothing from outside becomes markup in an SVG") {
  for (const bool standalone : {true, false}) {
    const std::string text = svg(hostile_one().graph(), {}, standalone);
    CAPTURE(text);
    CHECK(holds(text, seen));
    CHECK_FALSE(holds(text, "<script"));
    CHECK(occurrences(text, "</title>") == occurrences(text, "<title>"));
    CHECK_FALSE(holds(text, "\x1b"));
    CHECK_FALSE(holds(text, "\xff"));
  }
}

TEST_CASE("an SVG in a page has no styles and no legend of its own") {
  const std::string text = svg(made().graph(), {}, false);
  CHECK_FALSE(holds(text, "<style"));
  CHECK_FALSE(holds(text, "legend"));
  CHECK_FALSE(holds(text, "<?xml"));
}

TEST_CASE("JSON has all there is") {
  test::MadeGraph one = made();
  one.package("other", 1).needs("app", {"glibc", "other"}, EdgeKind::post, "x").needs("app", {});
  PackageGraph graph = one.graph();
  graph.packages[0].disk_size = 4096;
  const auto json = report::to_json(graph, analysis::view_of(graph));
  CHECK(
      json["packages"][0].dump() ==
      R"({"id":"p-app_2ex86_5f64","name":"app","epoch":0,"version":"1","release":"1","arch":"x86_64",)"
      R"("nevra":"app-0:1-1.x86_64","installed_size":90000,"disk_size":4096,"group":null,"root":true,"reached":true})");
  CHECK(json["packages"][1]["group"] == "g-glibc_2ex86_5f64");
  CHECK(json["packages"][1]["disk_size"].is_null());
  CHECK(
      json["roots"].dump() ==
      R"([{"id":"r-app","kind":"line","name":"app","file":"r.yaml","line":1,"via":"","packages":["p-app_2ex86_5f64"]}])");
  CHECK(
      json["groups"].dump() ==
      R"([{"id":"g-glibc_2ex86_5f64","packages":["p-glibc_2ex86_5f64","p-glibc-common_2ex86_5f64"],"collapsed":false}])");
  CHECK(
      json["edges"][0].dump() ==
      R"({"from":"p-app_2ex86_5f64","to":"p-glibc_2ex86_5f64","class":"runtime","requirements":[)"
      R"({"from":"p-app_2ex86_5f64","to":"p-glibc_2ex86_5f64","capability":"cap-glibc","kind":"runtime","form":"plain","condition":"","others":[]},)"
      R"({"from":"p-app_2ex86_5f64","to":"p-glibc_2ex86_5f64","capability":"cap-glibc","kind":"post","form":"plain","condition":"x","others":["p-other_2ex86_5f64"],"condition_is_there":true}]})");
  CHECK(json["unmet"].dump() == R"([{"from":"p-app_2ex86_5f64","capability":"cap-none","kind":"runtime"}])");
  CHECK(json["implied"] == 0);
}

TEST_CASE("a page holds its data where no text can end the element") {
  const PackageGraph graph = hostile_one().graph();
  const auto view = analysis::view_of(graph);
  const graph::Drawing drawing = graph::draw(view);
  const report::PageInput input{hostile_name, graph, view, drawing};
  std::string page;
  try {
    page = report::page_text(input);
  } catch (const Error& error) {
    CHECK(std::string(error.what()) ==
          "this build of rootlet has no D3, the visualization library that HTML pages need");
    WARN("not tested: " << error.what());
    return;
  }
  CHECK(occurrences(page, "<script") == 3);
  CHECK(occurrences(page, "</script>") == 3);
  CHECK(occurrences(page, "<noscript") == 1);
  CHECK(holds(page, "\"name\":\"\\u003c/title>"));
  CHECK(holds(page, "<span class=\"target\">" + seen + "</span>"));
  CHECK(holds(page, "Permission to use, copy, modify"));
  CHECK_FALSE(holds(page, "\x1b"));
  CHECK_FALSE(holds(page, "{{"));
}

}  // namespace
}  // namespace rootlet
