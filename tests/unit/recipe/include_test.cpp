#include <sys/stat.h>

#include "recipes.hpp"

using namespace rootlet;
using namespace rootlet::test;

TEST_CASE("YAML that cannot be parsed is named with line and column") {
  const Recipes recipes;
  CHECK(recipes.error_of("packages: [a\nrepos: b\n") == "r.yaml:2:6: not valid YAML: end of sequence flow not found");
  // yaml-cpp 0.8 adds the anchor.
  CHECK_THAT(recipes.error_of("packages: *nowhere\n"),
             Catch::StartsWith("r.yaml:1:11: not valid YAML: the referenced anchor is not defined"));
  CHECK(recipes.error_of("") == "r.yaml:1:1: a recipe is a map, found nothing");
  CHECK(recipes.error_of("a: !!int 5\n") == "r.yaml:1:4: YAML tags are not supported: 'tag:yaml.org,2002:int'");
  CHECK(recipes.error_of("a: b\n---\nc: d\n") ==
        "r.yaml:3:1: a second YAML document begins here; a recipe is one document");
  CHECK(recipes.error_of("? [a]\n: b\n") == "r.yaml:1:3: a key must be a string, found a list");
  CHECK(recipes.error_of("a: \xff\n") == "r.yaml: the file is not UTF-8 text");
  CHECK(recipes.error_of("a: \"x\\0y\"\n") == "r.yaml:1:4: a string must not hold a NUL character");
  CHECK(recipes.error_of("\"a\\e[31m\": b\n") == "r.yaml:1:1: unknown key 'a\\x1b[31m'");
}

TEST_CASE("documents that grow without bounds are refused") {
  const Recipes recipes;
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  CHECK(recipes.error_of(bomb) == "r.yaml:5:10: the recipe is too large: more than 20,000 values");
  CHECK(recipes.error_of("a: &a [*a]\n") == "r.yaml:1:8: an alias stands inside the value that it names");
  CHECK(recipes.error_of("a: " + std::string(100, '[') + std::string(100, ']')) ==
        "r.yaml:1:67: the recipe is nested too deeply: more than 64 levels");
  CHECK(recipes.error_of(std::string(1'000'001, '#')) == "cannot read 'r.yaml': a recipe has at most 1.00 MB");
}

TEST_CASE("files that cannot be read are named, included ones with the line that includes them") {
  const Recipes recipes;
  CHECK(recipes.error("none.yaml") == "cannot read 'none.yaml': No such file or directory");
  make_dirs(recipes.path("dir.yaml"));
  CHECK(recipes.error("dir.yaml") == "cannot read 'dir.yaml': it is not a regular file");
  CHECK(recipes.error_of("include: [dir.yaml]\n") == "r.yaml:1:11: cannot read 'dir.yaml': it is not a regular file");
  CHECK(recipes.error_of("include: {a: b}\n") ==
        "r.yaml:1:10: include: expected a path or a list of paths, found a map");
  CHECK(recipes.error_of("include: ''\n") ==
        "r.yaml:1:10: include: expected a path or a list of paths, found an empty string");
}

TEST_CASE("includes in a circle are refused with the chain") {
  const Recipes recipes;
  recipes.put("a.yaml", "include: sub/b.yaml\npackages: [a]\n");
  recipes.put("sub/b.yaml", "include: [../a.yaml]\n");
  CHECK(recipes.error("a.yaml") == "sub/b.yaml:1:11: the includes form a circle: a.yaml -> sub/b.yaml -> a.yaml");
}

TEST_CASE("a file that is included twice counts once") {
  const Recipes recipes;
  recipes.put("common.yaml", repos + "tests: [{run: [a]}]\nusers: [{name: app, uid: 1}]\n");
  recipes.put("b.yaml", "include: common.yaml\npackages: [b]\n");
  recipes.put("c.yaml", "include: ./common.yaml\npackages: [c]\n");
  recipes.put("r.yaml", "include: [b.yaml, c.yaml]\nusers: [{name: app, shell: /bin/sh}]\n");
  const Recipe recipe = recipes.load("r.yaml");
  CHECK(texts(recipe.selection.packages) == Strings{"b", "c"});
  CHECK(recipe.tests.size() == 1);
  REQUIRE(recipe.users.size() == 1);
  CHECK(recipe.users[0].uid == 1);
  CHECK(recipe.users[0].shell == "/bin/sh");
}

TEST_CASE("errors in included files name those files") {
  const Recipes recipes;
  recipes.put("base/b.yaml", "docs: maybe\n");
  CHECK(recipes.error_of("include: base/b.yaml\n" + repos + "packages: [a]\n") ==
        "base/b.yaml:1:7: docs: expected true or false, found 'maybe'");
  recipes.put("base/b.yaml", "packages: a\n");
  CHECK(recipes.error_of("include: base/b.yaml\npackages: [a]\n") ==
        "r.yaml:2:11: packages: this is a list, but a string in base/b.yaml:1:11");
}

TEST_CASE("paths are relative to the file that names them") {
  const Recipes recipes;
  recipes.put("base/b.yaml", "repos: [{id: r, baseurl: ../repos/$basearch, gpgkey: keys/k.asc}]\n");
  recipes.put("pkgs/p.rpm", "");
  recipes.put("q.rpm", "");
  recipes.put("r.yaml", "include: base/b.yaml\narch: i686\npackages: [pkgs/p.rpm, q.rpm, missing.rpm]\n");
  const Recipe recipe = recipes.load("r.yaml");
  CHECK(recipe.repos[0].baseurl == Strings{"file://" + recipes.path("repos/i386").string()});
  CHECK(recipe.repos[0].gpgkey == Strings{"file://" + recipes.path("base/keys/k.asc").string()});
  CHECK(texts(recipe.selection.packages) == Strings{recipes.path("pkgs/p.rpm"), recipes.path("q.rpm"), "missing.rpm"});
  CHECK(recipe.relative == std::set<std::string>{recipes.path("repos/i386"), recipes.path("base/keys/k.asc"),
                                                 recipes.path("pkgs/p.rpm"), recipes.path("q.rpm")});
}
