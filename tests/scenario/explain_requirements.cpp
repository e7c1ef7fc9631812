#include <catch2/catch.hpp>

#include "told.hpp"

using rootlet::test::told;
using rootlet::test::World;

TEST_CASE("a requirement that nothing provides ends a chain of three") {
  World world;
  world.add("app").needs("lib");
  world.add("lib").needs("base >= 2");
  world.add("base", "2-1").needs("missing >= 3");
  world.add("unrelated");
  CHECK(told(world, {"app", "unrelated"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires lib
   └─ lib-1-1.x86_64 requires base >= 2
      └─ base-2-1.x86_64 requires missing >= 3, which no package provides
hint: this gives a solution: image.yaml:10:5: leave out 'app'
)");
}

TEST_CASE("versions that fail alike are told as one") {
  World world;
  for (const char* evr : {"1-1", "2-1", "10-1"}) world.add("app", evr).needs("libbar.so.1()(64bit)");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ all 3 versions of app (1-1 … 10-1) require libbar.so.1()(64bit), which no package provides
)");
}

TEST_CASE("versions that each require their own version of another package are told as one") {
  World world;
  for (const std::string evr : {"1-1", "2-1", "10-1"}) {
    world.add("app", evr).needs("app-libs = " + evr);
    world.add("app-libs", evr).needs("missing");
  }
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ all 3 versions of app (1-1 … 10-1) require app-libs = 1-1 … 10-1
   └─ all 3 versions of app-libs (1-1 … 10-1) require missing, which no package provides
)");
}

TEST_CASE("candidates that fail differently are told apart") {
  World world;
  world.add("app").needs("mta");
  world.add("exim").gives("mta").needs("missing");
  world.add("postfix").gives("mta").needs("libpq");
  world.add("sendmail").gives("mta");
  world.exclude("sendmail");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires mta
   ├─ exim-1-1.x86_64 requires missing, which no package provides
   ├─ postfix-1-1.x86_64 requires libpq, which no package provides
   └─ sendmail-1-1.x86_64 is excluded by 'sendmail' (image.yaml:50:5)
hint: this gives a solution: image.yaml:50:5: remove 'sendmail' from 'exclude'
)");
}

TEST_CASE("only another version is there") {
  World world;
  world.add("app").needs("lib >= 2");
  world.add("lib", "1-1");
  world.add("lib", "1.5-1");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires lib >= 2, which no package provides: there are only 2 versions of lib (1-1 and 1.5-1)
)");
}

TEST_CASE("only another architecture has it") {
  World world;
  world.add("app").needs("libfoo.so.1");
  world.add("foo", "1-1", "aarch64").gives("libfoo.so.1");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires libfoo.so.1, which no package provides: there is only foo-1-1.aarch64
)");
}

TEST_CASE("another version of the library is there, in a repository of another age") {
  World world;
  world.repo("base");
  world.repo("apps");
  world.add("openldap-compat", "2.4-1", "x86_64", "base").gives("libldap-2.4.so.2()(64bit)").built = 1644192000;
  world.add("postgresql", "13-1", "x86_64", "apps").needs("libldap.so.2()(64bit)").built = 1736467200;
  CHECK(told(world, {"postgresql"}) == R"(
image.yaml:10:5: the recipe asks for postgresql
└─ postgresql-13-1.x86_64 requires libldap.so.2()(64bit), which no package provides
hint: openldap-compat-2.4 of repository 'base' provides another version of the library, libldap-2.4.so.2()(64bit)
hint: repositories 'apps' and 'base' are not of the same age: their newest packages were built on 2025-01-10 and 2022-02-07
)");
}

TEST_CASE("the library is there, but not its symbols") {
  World world;
  world.add("numactl-libs", "2-1").gives("libnuma.so.1()(64bit)").gives("libnuma.so.1(libnuma_1.2)(64bit)");
  world.add("app").needs("libnuma.so.1(libnuma_1.6)(64bit)");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires libnuma.so.1(libnuma_1.6)(64bit), which no package provides
hint: numactl-libs-2 of repository 'main' provides libnuma.so.1()(64bit), but in a version that lacks some of its symbols
)");
}

TEST_CASE("what is excluded deep down is found, and the entry that does it") {
  World world;
  world.add("httpd").needs("apr-util");
  world.add("apr-util").needs("apr").needs("apr-plugin");
  world.add("apr");
  world.add("apr-plugin");
  world.exclude("apr");
  world.exclude("perl*");
  CHECK(told(world, {"httpd"}) == R"(
image.yaml:10:5: the recipe asks for httpd
└─ httpd-1-1.x86_64 requires apr-util
   └─ apr-util-1-1.x86_64 requires apr
      └─ apr-1-1.x86_64 is excluded by 'apr' (image.yaml:50:5)
hint: this gives a solution: image.yaml:50:5: remove 'apr' from 'exclude'
)");
}

TEST_CASE("where two entries of exclude stand in the way, both are named") {
  World world;
  world.add("app").needs("one").needs("two");
  world.add("one");
  world.add("two");
  world.exclude("one");
  world.exclude("two");
  world.exclude("three");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires one
   └─ one-1-1.x86_64 is excluded by 'one' (image.yaml:50:5)
hint: these changes together give a solution:
  image.yaml:50:5: remove 'one' from 'exclude'
  image.yaml:52:5: remove 'two' from 'exclude'
)");
}

TEST_CASE("a rich requirement: if") {
  World world;
  world.add("app").needs("(langpack if desktop)");
  world.add("langpack").needs("missing");
  world.add("desktop");
  CHECK(told(world, {"app", "desktop"}) == R"(
image.yaml:11:5: the recipe asks for desktop
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires (langpack if desktop)
   └─ langpack-1-1.x86_64 requires missing, which no package provides
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'app'
  image.yaml:11:5: leave out 'desktop'
)");
}

TEST_CASE("a rich requirement: or") {
  World world;
  world.add("app").needs("(first or second)");
  world.add("first").needs("missing");
  world.add("second").needs("gone");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires (first or second)
   ├─ first-1-1.x86_64 requires missing, which no package provides
   └─ second-1-1.x86_64 requires gone, which no package provides
)");
}

TEST_CASE("a rich requirement: with") {
  World world;
  world.add("app").needs("(lib >= 2 with lib < 3)");
  world.add("lib", "1-1");
  world.add("lib", "3-1");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires (lib >= 2 with lib < 3), which no package provides: there are only 2 versions of lib (1-1 and 3-1)
)");
}

TEST_CASE("a library for the wrong width gives way") {
  World world;
  world.add("app", "1-1", "i686").needs("libx.so.1");
  world.add("lib", "1-1", "i686").gives("libx.so.1");
  world.add("lib", "2-1", "x86_64").gives("libx.so.2()(64bit)");
  world.add("tool").needs("libx.so.2()(64bit)");
  CHECK(told(world, {"app", "tool"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.i686 requires libx.so.1
   └─ lib-1-1.i686 is for i686, but the package exists for a better architecture
hint: this gives a solution: image.yaml:10:5: leave out 'app'
)");
}
