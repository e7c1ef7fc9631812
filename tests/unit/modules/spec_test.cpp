#include <catch2/catch.hpp>

#include "modules/modules.hpp"

using namespace rootlet;
using Strings = std::vector<std::string>;

namespace {

std::string parts(const std::string& text) {
  const auto spec = modules::read_spec(text);
  if (!spec) return "none";
  return spec->module + "|" + spec->stream + "|" + spec->version + "|" + spec->context + "|" + spec->arch + "|" +
         spec->profile;
}

modules::Facts stream_facts() {
  modules::Facts facts;
  for (const auto& [stream, version, context, arch] :
       {std::tuple("18", 1U, "aaaa", "x86_64"), std::tuple("20", 1U, "aaaa", "x86_64"),
        std::tuple("20", 2U, "bbbb", "x86_64"), std::tuple("20", 2U, "bbbb", "")}) {
    modules::Build build;
    build.module = "nodejs";
    build.stream = stream;
    build.version = version;
    build.context = context;
    build.arch = arch;
    facts.builds.push_back(build);
  }
  return facts;
}

}  // namespace

TEST_CASE("module specs are read in all of DNF's forms") {
  CHECK(parts("nodejs") == "nodejs|||||");
  CHECK(parts("nodejs/minimal") == "nodejs|||||minimal");
  CHECK(parts("nodejs/") == "nodejs|||||");
  CHECK(parts("nodejs:20") == "nodejs|20||||");
  CHECK(parts("nodejs:20/minimal") == "nodejs|20||||minimal");
  CHECK(parts("nodejs:20:7") == "nodejs|20|7|||");
  CHECK(parts("nodejs:20:7:cafe") == "nodejs|20|7|cafe||");
  CHECK(parts("nodejs:20:7:cafe:x86_64") == "nodejs|20|7|cafe|x86_64|");
  CHECK(parts("nodejs:20:7:cafe::x86_64/minimal") == "nodejs|20|7|cafe|x86_64|minimal");
  CHECK(parts("nodejs:20:7::x86_64") == "nodejs|20|7||x86_64|");
  CHECK(parts("nodejs:20::x86_64/p") == "nodejs|20|||x86_64|p");
  CHECK(parts("nodejs::x86_64") == "nodejs||||x86_64|");
  CHECK(parts("node*:[12]?") == "node*|[12]?||||");
}

TEST_CASE("what is no module spec is not read as one") {
  for (const char* text : {"", ":", "Minimal Install", "a:b c", "a:20:x", "a:20:7:c:x:y", "a::", "a:b::c::d", "a/b/c",
                           "a:20:", "caf\u00e9", "a:20:7:"}) {
    INFO(text);
    CHECK(parts(text) == "none");
  }
}

TEST_CASE("a spec finds the builds that fit it") {
  const modules::Facts all = stream_facts();
  const auto found = [&](const std::string& text) { return modules::find(all, text).builds; };
  using Ids = std::vector<std::size_t>;
  CHECK(found("nodejs") == Ids{0, 1, 2, 3});
  CHECK(found("nodejs:20") == Ids{1, 2, 3});
  CHECK(found("nodejs:20:2") == Ids{2, 3});
  CHECK(found("nodejs:2*:*:a*") == Ids{1});
  CHECK(found("nodejs::noarch") == Ids{3});
  CHECK(found("nodejs:21").empty());
  CHECK(found("node").empty());
  CHECK(found("Minimal Install").empty());
}
