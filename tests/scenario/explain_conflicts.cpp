#include <catch2/catch.hpp>

#include "told.hpp"

using rootlet::test::told;
using rootlet::test::World;

TEST_CASE("two packages conflict") {
  World world;
  world.add("coreutils");
  world.add("coreutils-single").rejects("coreutils");
  CHECK(told(world, {"coreutils", "coreutils-single"}) == R"(
image.yaml:10:5: the recipe asks for coreutils
image.yaml:11:5: the recipe asks for coreutils-single
└─ coreutils-single-1-1.x86_64 conflicts with coreutils, provided by coreutils-1-1.x86_64
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'coreutils'
  image.yaml:11:5: leave out 'coreutils-single'
)");
}

TEST_CASE("two chains end in a conflict") {
  World world;
  world.add("web").needs("framework");
  world.add("framework").needs("libnew");
  world.add("libnew").rejects("libold < 5");
  world.add("mail").needs("libold");
  world.add("libold", "4-1");
  CHECK(told(world, {"web", "mail"}) == R"(
image.yaml:10:5: the recipe asks for mail
└─ mail-1-1.x86_64 requires libold, which only libold-4-1.x86_64 provides
image.yaml:11:5: the recipe asks for web
└─ web-1-1.x86_64 requires framework, which only framework-1-1.x86_64 provides
   └─ framework-1-1.x86_64 requires libnew
      └─ libnew-1-1.x86_64 conflicts with libold < 5, provided by libold-4-1.x86_64
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'mail'
  image.yaml:11:5: leave out 'web'
)");
}

TEST_CASE("one package conflicts with what another one of its requirements brings") {
  World world;
  world.add("app").needs("left").needs("right");
  world.add("left").rejects("right");
  world.add("right");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
├─ app-1-1.x86_64 requires left, which only left-1-1.x86_64 provides
└─ app-1-1.x86_64 requires right, which only right-1-1.x86_64 provides
   └─ left-1-1.x86_64 conflicts with right, provided by right-1-1.x86_64
)");
}

TEST_CASE("two packages require different versions of a third") {
  World world;
  world.add("old-app").needs("lib < 2");
  world.add("new-app").needs("lib >= 2");
  world.add("lib", "1-1");
  world.add("lib", "2-1");
  CHECK(told(world, {"old-app", "new-app"}) == R"(
image.yaml:10:5: the recipe asks for new-app
└─ new-app-1-1.x86_64 requires lib >= 2, which only lib-2-1.x86_64 provides
image.yaml:11:5: the recipe asks for old-app
└─ old-app-1-1.x86_64 requires lib < 2, which only lib-1-1.x86_64 provides
   └─ lib-1-1.x86_64 cannot be installed beside lib-2-1.x86_64: only one version of a package can
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'new-app'
  image.yaml:11:5: leave out 'old-app'
)");
}

TEST_CASE("two packages require different versions of a third, which has several of each") {
  World world;
  world.add("old-app").needs("lib < 2");
  world.add("new-app").needs("lib >= 2");
  for (const char* evr : {"1-1", "1.5-1", "2-1", "3-1"}) world.add("lib", evr);
  CHECK(told(world, {"old-app", "new-app"}) == R"(
image.yaml:11:5: the recipe asks for old-app
└─ old-app-1-1.x86_64 requires lib < 2
image.yaml:10:5: the recipe asks for new-app
└─ new-app-1-1.x86_64 requires lib >= 2
   └─ 2 versions of lib (2-1 and 3-1) cannot be installed beside 2 versions of lib (1-1 and 1.5-1): only one version of a package can
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'new-app'
  image.yaml:11:5: leave out 'old-app'
)");
}

TEST_CASE("every version of a package requires two things that exclude each other") {
  World world;
  for (const char* evr : {"1-1", "2-1"}) world.add("app", evr).needs("lib < 2").needs("lib >= 2");
  for (const char* evr : {"1-1", "1.5-1", "2-1", "3-1"}) world.add("lib", evr);
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ both versions of app (1-1 and 2-1) cannot be installed:
   ├─ app-2-1.x86_64 requires lib < 2
   └─ app-2-1.x86_64 requires lib >= 2
      └─ 2 versions of lib (2-1 and 3-1) cannot be installed beside 2 versions of lib (1-1 and 1.5-1): only one version of a package can
)");
}

TEST_CASE("a package obsoletes another one that is asked for") {
  World world;
  world.add("newweb", "2-1").replaces("oldweb < 2");
  world.add("site").needs("oldweb");
  world.add("oldweb", "1-1");
  CHECK(told(world, {"newweb", "site"}) == R"(
image.yaml:10:5: the recipe asks for newweb
image.yaml:11:5: the recipe asks for site
└─ site-1-1.x86_64 requires oldweb, which only oldweb-1-1.x86_64 provides
   └─ newweb-2-1.x86_64 obsoletes oldweb < 2, that is oldweb-1-1.x86_64
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'newweb'
  image.yaml:11:5: leave out 'site'
)");
}

TEST_CASE("a package obsoletes what another one requires in that version") {
  World world;
  world.add("tool", "2-1").replaces("tool-extra");
  world.add("tool-extra", "1-1");
  world.add("user").needs("tool-extra").needs("tool");
  CHECK(told(world, {"user"}) == R"(
image.yaml:10:5: the recipe asks for user
├─ user-1-1.x86_64 requires tool, which only tool-2-1.x86_64 provides
└─ user-1-1.x86_64 requires tool-extra, which only tool-extra-1-1.x86_64 provides
   └─ tool-2-1.x86_64 obsoletes tool-extra, that is tool-extra-1-1.x86_64
)");
}

TEST_CASE("only the best version counts, as in DNF") {
  World world;
  world.add("app", "1-1");
  world.add("app", "2-1").needs("missing");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app, and only the best candidate counts: app-2-1.x86_64
└─ app-2-1.x86_64 requires missing, which no package provides
hint: this gives a solution: image.yaml:10:5: write 'app-1-1' instead of 'app'
)");
}

TEST_CASE("a repository of higher priority hides the version that could be installed") {
  World world;
  world.repo("main").priority = 99;
  world.repo("vendor").priority = 10;
  world.add("app", "5-1", "x86_64", "main");
  world.add("app", "4-1", "x86_64", "vendor").needs("missing");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app, and only the best candidate counts: app-4-1.x86_64
└─ app-4-1.x86_64 requires missing, which no package provides
hint: repository 'main' has app-5-1.x86_64, but its priority 99 loses against 10
hint: this gives a solution: image.yaml:10:5: write 'app-5-1' instead of 'app'
)");
}

TEST_CASE("a pinned version cannot be installed, another one can") {
  World world;
  world.add("app", "1-1").needs("missing");
  world.add("app", "2-1");
  CHECK(told(world, {"app-1"}) == R"(
image.yaml:10:5: the recipe asks for app-1
└─ app-1-1.x86_64 requires missing, which no package provides
hint: this gives a solution: image.yaml:10:5: write 'app' instead of 'app-1'
)");
}
