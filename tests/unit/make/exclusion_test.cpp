#include "make/exclusion.hpp"

#include <catch2/catch.hpp>

using rootlet::make::Exclusion;

namespace {

bool covers(const char* glob, const char* path) { return Exclusion({glob}).covers(path); }

}  // namespace

TEST_CASE("globs without a slash match names anywhere, those with one paths from the top") {
  CHECK(covers("*.md", "/README.md"));
  CHECK(covers("*.md", "/docs/deep/a.md"));
  CHECK(covers("docs", "/x/docs/a.html"));
  CHECK(covers("docs/", "/x/docs/a.html"));
  CHECK_FALSE(covers("docs", "/x/docs2/a.html"));
  CHECK(covers("/docs", "/docs/a.html"));
  CHECK_FALSE(covers("/docs", "/x/docs/a.html"));
  CHECK(covers("src/*.c", "/src/a.c"));
  CHECK_FALSE(covers("src/*.c", "/src/sub/a.c"));
  CHECK_FALSE(covers("src/*.c", "/x/src/a.c"));
}

TEST_CASE("two stars stand for any number of directories") {
  CHECK(covers("src/**/*.c", "/src/a.c"));
  CHECK(covers("src/**/*.c", "/src/x/y/a.c"));
  CHECK(covers("**/test/*", "/a/b/test/c"));
  CHECK(covers("node_modules/**", "/node_modules/a"));
  CHECK_FALSE(covers("node_modules/**", "/node_modules"));
  CHECK(covers("**", "/a"));
}

TEST_CASE("names are bytes, with dots in front like others") {
  CHECK(covers(".*", "/.git/config"));
  CHECK(covers("*", "/.hidden"));
  CHECK(covers("[a-c]?", "/x/b1"));
  CHECK_FALSE(covers("A", "/a"));
  CHECK_FALSE(Exclusion({}).covers("/a"));
}

TEST_CASE("many stars take no time") {
  std::string glob = "x";
  std::string path = "/y";
  for (int i = 0; i < 60; ++i) {
    glob += "/**/**/a";
    path += "/a";
  }
  CHECK_FALSE(covers(glob.c_str(), path.c_str()));
}
