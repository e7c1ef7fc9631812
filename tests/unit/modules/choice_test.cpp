#include "modules/choice.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

using namespace rootlet;
using modules::Choice;
using modules::Facts;
using Strings = std::vector<std::string>;

namespace {

Facts facts() {
  Facts facts;
  for (const auto& [module, stream] : {std::pair("nodejs", "18"), std::pair("nodejs", "20"), std::pair("perl", "5.30"),
                                       std::pair("perl", "5.32"), std::pair("redis", "7")}) {
    modules::Build build;
    build.module = module;
    build.stream = stream;
    facts.builds.push_back(build);
  }
  facts.defaults["perl"].stream = "5.30";
  return facts;
}

std::vector<RecipeItem> items(const Strings& texts) {
  std::vector<RecipeItem> out;
  for (std::size_t i = 0; i < texts.size(); ++i) out.push_back({texts[i], {"r.yaml", static_cast<int>(i) + 1, 3}});
  return out;
}

Choice choose(const Strings& enable, const Strings& disable, const Strings& packages) {
  return modules::choose(facts(), {items(enable), items(disable), ""}, items(packages));
}

std::string enabled(const Choice& choice) {
  std::string out;
  for (const auto& [module, one] : choice.enabled) out += module + ":" + one.stream + " ";
  return out;
}

/// "message | hint".
std::string error_of(const Strings& enable, const Strings& disable = {}, const Strings& packages = {}) {
  try {
    static_cast<void>(choose(enable, disable, packages));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a recipe enables streams, by themselves or with what it installs") {
  CHECK(enabled(choose({"nodejs:20", "redis:7"}, {}, {})) == "nodejs:20 redis:7 ");
  CHECK(enabled(choose({"perl", "redis"}, {}, {})) == "perl:5.30 redis:7 ");  // the default, and the only one
  const Choice choice = choose({}, {"perl"}, {"bash", "@nodejs:20/minimal", "@core", "@Minimal Install"});
  CHECK(enabled(choice) == "nodejs:20 ");
  CHECK(choice.disabled == std::set<std::string>{"perl"});
  REQUIRE(choice.installs.size() == 1);
  CHECK(choice.installs[0].stream == "20");
  CHECK(choice.installs[0].profile == "minimal");
  REQUIRE(choice.groups.size() == 2);
  CHECK(choice.groups[1].text == "@Minimal Install");
}

TEST_CASE("a module without a stream means the one that is enabled elsewhere, wherever that stands") {
  CHECK(enabled(choose({"nodejs", "nodejs:18"}, {}, {})) == "nodejs:18 ");
  CHECK(choose({"nodejs:18"}, {}, {"@nodejs/common"}).installs.at(0).stream == "18");
  CHECK(choose({}, {}, {"@nodejs/common", "@nodejs:20"}).installs.at(1).stream == "20");
  CHECK(enabled(choose({"nodejs:20", "nodejs:20"}, {}, {"@nodejs:20"})) == "nodejs:20 ");
}

TEST_CASE("wishes for modules that cannot be met say where, what and what there is") {
  CHECK(error_of({"nodjs:20"}) ==
        "r.yaml:1:3: modules.enable: there is no module 'nodjs' (did you mean 'nodejs'?) | "
        "the repositories have nodejs, perl, redis");
  CHECK(error_of({"nodejs:21"}) ==
        "r.yaml:1:3: modules.enable: the module nodejs has no stream '21' | its streams: 18, 20");
  CHECK(error_of({"nodejs:20:9"}) ==
        "r.yaml:1:3: modules.enable: nothing of the module stream nodejs:20 matches 'nodejs:20:9' | ");
  CHECK(error_of({"nodejs"}) ==
        "r.yaml:1:3: modules.enable: 'nodejs' does not say which stream of the module nodejs | its streams: 18, 20");
  CHECK(error_of({"a b"}) ==
        "r.yaml:1:3: modules.enable: 'a b' does not name a module | write NAME:STREAM, for instance nodejs:20");
  CHECK(error_of({}, {"perll"}) ==
        "r.yaml:1:3: modules.disable: there is no module 'perll' (did you mean 'perl'?) | "
        "the repositories have nodejs, perl, redis");
  CHECK(error_of({"nodejs:18", "nodejs:20"}) ==
        "r.yaml:2:3: modules.enable: 'nodejs:20' enables another stream of the module nodejs than 'nodejs:18' at "
        "r.yaml:1:3 | one stream of a module can be enabled");
  CHECK(error_of({"nodejs:18"}, {}, {"a", "@nodejs:20/minimal"}) ==
        "r.yaml:2:3: packages: '@nodejs:20/minimal' enables another stream of the module nodejs than 'nodejs:18' at "
        "r.yaml:1:3 | one stream of a module can be enabled");
  CHECK(error_of({"perl:5.32"}, {"perl"}) ==
        "r.yaml:1:3: modules.enable: 'perl:5.32' enables the module perl, which modules.disable disables | "
        "remove one of them");
  CHECK(error_of({}, {}, {"@nodejs:21"}) ==
        "r.yaml:1:3: packages: the module nodejs has no stream '21' | its streams: 18, 20");
}

TEST_CASE("without modules, enabling one says so") {
  try {
    static_cast<void>(modules::choose({}, {items({"nodejs:20"}), {}, ""}, {}));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "r.yaml:1:3: modules.enable: there is no module 'nodejs'");
    CHECK(error.hint() == "the repositories have no modules");
  }
}
