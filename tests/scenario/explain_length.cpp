#include <catch2/catch.hpp>

#include "told.hpp"

using rootlet::test::told;
using rootlet::test::World;

TEST_CASE("a cause that several entries share is told once") {
  World world;
  for (const char* name : {"curl", "python", "wget"}) world.add(name).needs("openssl-libs");
  world.add("openssl-libs").needs("crypto-policies");
  world.add("crypto-policies").needs("missing");
  CHECK(told(world, {"curl", "python", "wget"}) == R"(
image.yaml:10:5: the recipe asks for curl
└─ curl-1-1.x86_64 requires openssl-libs
   └─ openssl-libs-1-1.x86_64 requires crypto-policies  [1]
      └─ crypto-policies-1-1.x86_64 requires missing, which no package provides

image.yaml:11:5: the recipe asks for python
└─ python-1-1.x86_64 requires openssl-libs
   └─ openssl-libs-1-1.x86_64 cannot be installed: see [1]

image.yaml:12:5: the recipe asks for wget
└─ wget-1-1.x86_64 requires openssl-libs
   └─ openssl-libs-1-1.x86_64 cannot be installed: see [1]
)");
}

TEST_CASE("of many candidates a few are told and the others counted") {
  World world;
  world.add("app").needs("driver");
  for (char c = 'a'; c < 'k'; ++c)
    world.add(std::string("driver-") + c).gives("driver").needs(std::string("firmware-") + c);
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires driver
   ├─ driver-a-1-1.x86_64 requires firmware-a, which no package provides
   ├─ driver-b-1-1.x86_64 requires firmware-b, which no package provides
   ├─ driver-c-1-1.x86_64 requires firmware-c, which no package provides
   ├─ driver-d-1-1.x86_64 requires firmware-d, which no package provides
   └─ … and 6 more packages, which cannot be installed either
)");
}

TEST_CASE("candidates of many names that fail alike are one line") {
  World world;
  world.add("app").needs("driver");
  for (char c = 'a'; c < 'k'; ++c) world.add(std::string("driver-") + c).gives("driver").needs("kernel");
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires driver
   └─ driver-a-1-1.x86_64, driver-b-1-1.x86_64, driver-c-1-1.x86_64 and 7 more require kernel, which no package provides
)");
}

TEST_CASE("the middle of a long chain is left out") {
  World world;
  for (int i = 0; i < 30; ++i) world.add("step" + std::to_string(i)).needs("step" + std::to_string(i + 1));
  CHECK(told(world, {"step0"}) == R"(
image.yaml:10:5: the recipe asks for step0
└─ step0-1-1.x86_64 requires step1
   └─ step1-1-1.x86_64 requires step2
      └─ step2-1-1.x86_64 requires step3
         └─ step3-1-1.x86_64 requires step4
            └─ step4-1-1.x86_64 requires step5
               └─ step5-1-1.x86_64 requires step6
                  └─ step6-1-1.x86_64 requires step7
                     └─ … 20 requirements in between …
                        └─ step27-1-1.x86_64 requires step28
                           └─ step28-1-1.x86_64 requires step29
                              └─ step29-1-1.x86_64 requires step30, which no package provides
)");
}

TEST_CASE("the middle of a long chain to a conflict is left out") {
  World world;
  for (int i = 0; i < 30; ++i) world.add("step" + std::to_string(i)).needs("step" + std::to_string(i + 1));
  world.add("step30").rejects("other");
  world.add("other");
  CHECK(told(world, {"step0", "other"}) == R"(
image.yaml:10:5: the recipe asks for other
image.yaml:11:5: the recipe asks for step0
└─ step0-1-1.x86_64 requires step1, which only step1-1-1.x86_64 provides
   └─ step1-1-1.x86_64 requires step2, which only step2-1-1.x86_64 provides
      └─ … 10 requirements in between …
         └─ step12-1-1.x86_64 requires step13, which only step13-1-1.x86_64 provides
            └─ step13-1-1.x86_64 requires step14, which only step14-1-1.x86_64 provides
               └─ step14-1-1.x86_64 requires step15, which only step15-1-1.x86_64 provides
                  └─ step15-1-1.x86_64 requires step16
                     └─ … 12 requirements in between …
                        └─ step28-1-1.x86_64 requires step29
                           └─ step29-1-1.x86_64 requires step30
                              └─ step30-1-1.x86_64 conflicts with other, provided by other-1-1.x86_64
hint: each of these changes gives a solution:
  image.yaml:10:5: leave out 'other'
  image.yaml:11:5: leave out 'step0'
)");
}

TEST_CASE("a glob asks for each name") {
  World world;
  world.add("lib-a");
  world.add("lib-b").needs("missing");
  CHECK(told(world, {"lib-*"}) == R"(
image.yaml:10:5: the recipe asks for lib-* (lib-b-1-1.x86_64)
└─ lib-b-1-1.x86_64 requires missing, which no package provides
)");
}

TEST_CASE("a capability names its providers") {
  World world;
  world.add("exim").gives("mta").needs("missing");
  world.add("postfix").gives("mta").needs("missing");
  CHECK(told(world, {"mta"}) == R"(
image.yaml:10:5: the recipe asks for mta (exim-1-1.x86_64 and postfix-1-1.x86_64)
└─ exim-1-1.x86_64 and postfix-1-1.x86_64 require missing, which no package provides
)");
}

TEST_CASE("of many problems the first are told and the others counted") {
  World world;
  for (char c = 'a'; c < 'm'; ++c) world.add(std::string("app-") + c).needs(std::string("missing-") + c);
  CHECK(told(world, {"app-a", "app-b", "app-c", "app-d", "app-e", "app-f", "app-g", "app-h", "app-i", "app-j", "app-k",
                     "app-l"}) == R"(
image.yaml:10:5: the recipe asks for app-a
└─ app-a-1-1.x86_64 requires missing-a, which no package provides

image.yaml:11:5: the recipe asks for app-b
└─ app-b-1-1.x86_64 requires missing-b, which no package provides

image.yaml:12:5: the recipe asks for app-c
└─ app-c-1-1.x86_64 requires missing-c, which no package provides

image.yaml:13:5: the recipe asks for app-d
└─ app-d-1-1.x86_64 requires missing-d, which no package provides

image.yaml:14:5: the recipe asks for app-e
└─ app-e-1-1.x86_64 requires missing-e, which no package provides

image.yaml:15:5: the recipe asks for app-f
└─ app-f-1-1.x86_64 requires missing-f, which no package provides

image.yaml:16:5: the recipe asks for app-g
└─ app-g-1-1.x86_64 requires missing-g, which no package provides

image.yaml:17:5: the recipe asks for app-h
└─ app-h-1-1.x86_64 requires missing-h, which no package provides

… and 4 more problems
)");
}

TEST_CASE("a name of any length does not fill the screen") {
  World world;
  world.add("app").needs(std::string(500, 'x'));
  CHECK(told(world, {"app"}) == R"(
image.yaml:10:5: the recipe asks for app
└─ app-1-1.x86_64 requires xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…, which no package provides
)");
}

TEST_CASE("independent problems get a change each") {
  World world;
  world.add("a").rejects("b");
  world.add("b");
  world.add("c").needs("missing");
  world.add("d").needs("e");
  world.add("e");
  world.exclude("e");
  CHECK(told(world, {"a", "b", "c", "d"}) == R"(
image.yaml:12:5: the recipe asks for c
└─ c-1-1.x86_64 requires missing, which no package provides

image.yaml:13:5: the recipe asks for d
└─ d-1-1.x86_64 requires e
   └─ e-1-1.x86_64 is excluded by 'e' (image.yaml:50:5)

image.yaml:10:5: the recipe asks for a
image.yaml:11:5: the recipe asks for b
└─ a-1-1.x86_64 conflicts with b, provided by b-1-1.x86_64

hint: these changes together give a solution:
  image.yaml:50:5: remove 'e' from 'exclude'
  image.yaml:12:5: leave out 'c'
  image.yaml:10:5: leave out 'a'
)");
}
