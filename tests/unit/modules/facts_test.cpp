#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "modules/modules.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;
using modules::Build;
using modules::Facts;
using Strings = std::vector<std::string>;

namespace {

/// A modulemd document of version 2.
std::string stream(const std::string& name, const std::string& stream, const std::string& version,
                   const std::string& context, const std::string& more) {
  return "---\ndocument: modulemd\nversion: 2\ndata:\n  name: " + name + "\n  stream: \"" + stream +
         "\"\n  version: " + version + "\n  context: " + context +
         "\n  arch: x86_64\n  summary: s\n  description: d\n  license: {module: [MIT]}\n" + more + "...\n";
}

class Documents {
 public:
  MetadataFile add(const std::string& text) {
    const std::string digest = digest_of(text);
    const fs::path path = dir_.path() / (digest + "-modules.yaml");
    write_file(path, text);
    return {path, {"sha256", digest}};
  }
  [[nodiscard]] Facts load(const std::vector<MetadataFile>& files) const { return modules::load(files, cache()); }
  [[nodiscard]] fs::path cache() const { return dir_.path() / "cache"; }
  [[nodiscard]] std::string error_of(const std::string& text) {
    const MetadataFile file = add(text);
    try {
      static_cast<void>(load({file}));
    } catch (const Error& error) {
      CHECK(error.hint() == "the repository's metadata is damaged: ask who publishes it");
      std::string message = error.what();
      const std::size_t at = message.find(file.path.string());
      return at == std::string::npos ? message : message.replace(at, file.path.string().size(), "FILE");
    }
    return "no error";
  }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

const std::string nodejs = stream("nodejs", "20", "7", "cafe",
                                  "  dependencies: [{requires: {platform: [el9], python: []}}]\n"
                                  "  profiles: {common: {rpms: [nodejs, npm]}}\n"
                                  "  demodularized: {rpms: [yarn]}\n"
                                  "  artifacts: {rpms: ['nodejs-1:20-1.x86_64', 'nodejs-1:20-1.src']}\n");
const std::string defaults =
    "---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: nodejs\n  stream: \"20\"\n"
    "  profiles: {\"20\": [common]}\n...\n";

}  // namespace

TEST_CASE("modules.yaml is read as far as it decides about packages") {
  Documents documents;
  const Facts facts = documents.load({documents.add(nodejs + defaults)});
  REQUIRE(facts.builds.size() == 1);
  const Build& build = facts.builds[0];
  CHECK(build.name_stream() == "nodejs:20");
  CHECK(build.version == 7);
  CHECK(build.context == "cafe");
  CHECK(build.family == "python");  // a random context says nothing, what is required does
  CHECK(build.arch == "x86_64");
  CHECK(build.requirements == std::vector<modules::StreamRequirement>{{"platform", {"el9"}}, {"python", {}}});
  CHECK(build.artifacts == Strings{"nodejs-1:20-1.x86_64"});
  CHECK(build.demodularized == Strings{"yarn"});
  CHECK(build.profiles.at("common") == Strings{"nodejs", "npm"});
  CHECK(facts.defaults.at("nodejs").stream == "20");
  CHECK(facts.defaults.at("nodejs").profiles.at("20") == Strings{"common"});
}

TEST_CASE("contexts that carry a meaning come first and stand for others with the same requirements") {
  Documents documents;
  const std::string needs = "  dependencies: [{requires: {platform: [el9], perl: ['5.26', '5.24']}}]\n";
  const Facts facts = documents.load({documents.add(
      stream("a", "1", "1", "random1", needs) + stream("a", "1", "2", "named", "  static_context: true\n" + needs) +
      stream("a", "2", "1", "random2", needs) + stream("b", "1", "1", "random3", ""))});
  Strings families;
  for (const Build& build : facts.builds) families.push_back(build.name_stream() + " " + build.family);
  CHECK(families == Strings{"a:1 named", "a:1 named", "a:2 perl:[5.24,5.26]", "b:1 NoRequires"});
}

TEST_CASE("the second time, no YAML is read") {
  Documents documents;
  const MetadataFile file = documents.add(nodejs + defaults);
  const Facts first = documents.load({file});
  fs::remove(file.path);
  CHECK(documents.load({file}) == first);
}

TEST_CASE("a damaged cache of modules is not believed") {
  Documents documents;
  const MetadataFile file = documents.add(nodejs + defaults);
  const Facts first = documents.load({file});
  const fs::path cached = fs::directory_iterator(documents.cache() / "modules")->path();
  const std::string good = read_file(cached);
  for (const std::string& bad : {std::string(), good.substr(0, 20), good.substr(0, good.size() - 1), good + "x",
                                 "rootlet-modules 0 " + good.substr(18), std::string(good).replace(90, 1, "~")}) {
    write_file(cached, bad);
    CHECK(documents.load({file}) == first);
    CHECK(read_file(cached) == good);
  }
  fs::remove(cached);
  make_dirs(cached);
  CHECK(documents.load({file}) == first);
}

TEST_CASE("what the cache holds is what was read, whatever characters names have") {
  Facts facts;
  Build build;
  build.module = "a\tb\\";
  build.stream = "c\nd";
  build.version = 18446744073709551615ULL;
  build.requirements = {{"x", {}}, {"", {"y", ""}}};
  build.artifacts = {"", "p\\tq"};
  build.profiles = {{"", {}}, {"e", {"f", "g"}}};
  facts.builds = {build, {}};
  facts.defaults["m"].profiles["s"] = {};
  facts.defaults["n"].stream = "1";
  facts.passed_over = {{7, "bad\t:1", "line\n2"}, {}};
  CHECK(modules::parse_cached(modules::cached_text(facts)) == facts);
  CHECK(modules::parse_cached(modules::cached_text({})) == Facts{});
}

TEST_CASE("a cache whose digest is right and whose lines are not is refused") {
  for (const std::string body : {"x\ta\n", "a\tb\n", "B\ta\n", "B\ta\tb\tx\tc\td\te\n", "D\ta\n", "\n", "D\ta\tb",
                                 "X\ta\tb\tc\n", "X\t1\tb\n"}) {
    CHECK_FALSE(modules::parse_cached("rootlet-modules 2 " + digest_of(body) + "\n" + body));
  }
}

TEST_CASE("a document that cannot be read is named, with the cause") {
  Documents documents;
  CHECK(documents.error_of("---\ndocument: modulemd\nversion: 2\ndata: [\n")
            .starts_with("cannot read the modules of 'FILE': "));
  CHECK(documents.error_of("just text").starts_with("cannot read the modules of 'FILE': "));
  CHECK(documents.error_of(std::string("\0\1\2", 3)).starts_with("cannot read the modules of 'FILE': "));
}

TEST_CASE("a document that libmodulemd crashes on, or never ends with, is survived", "[slow]") {
  Documents documents;
  // Some versions crash on it, others do not accept it.
  const std::string alias = documents.error_of(stream("a", "1", "1", "c", "  xmd: {x: &a [1], y: *a}\n"));
  CHECK((alias == "no error" || alias.starts_with("cannot read the modules of 'FILE': ")));
  CHECK(documents.error_of(stream("a", "1", "1", "c", "  xmd: " + std::string(20'000, '[') + "\n"))
            .starts_with("cannot read the modules of 'FILE': "));
}

TEST_CASE("a malformed document is named and passed over, the others count") {
  Documents documents;
  const std::string bad = stream("bad", "3", "x", "c", "");
  const std::string unknown = "---\ndocument: modulemd\nversion: 9\ndata: {}\n...\n";
  const Facts facts = documents.load({documents.add(nodejs), documents.add(unknown + defaults + bad + nodejs)});
  CHECK(facts.builds.size() == 2);
  CHECK(facts.defaults.at("nodejs").stream == "20");
  REQUIRE(facts.passed_over.size() == 2);
  CHECK(facts.passed_over[0].file == 1);
  CHECK(facts.passed_over[1].name == "bad:3");
  CHECK_FALSE(facts.passed_over[1].cause.empty());
}

TEST_CASE("keys that libmodulemd does not know are passed over") {
  Documents documents;
  const Facts facts = documents.load({documents.add(stream("a", "1", "1", "c", "  novelty: {a: [b]}\n"))});
  CHECK(facts.builds.size() == 1);
}

TEST_CASE("repositories that disagree about a default stream leave a module without") {
  Documents documents;
  const std::string other = std::string(defaults).replace(defaults.find("\"20\""), 4, "\"18\"");
  const Facts facts = documents.load(
      {documents.add(nodejs + defaults), documents.add(stream("nodejs", "18", "1", "cafe", "") + other)});
  CHECK(facts.builds.size() == 2);
  CHECK(facts.defaults.at("nodejs").stream.empty());
}
