#include <catch2/catch.hpp>

#include "told.hpp"

using rootlet::test::told;
using rootlet::test::World;

TEST_CASE("a misspelt name gets the nearest one") {
  World world;
  world.add("httpd");
  world.add("httpd-tools");
  CHECK(told(world, {"htpd"}) == R"(
image.yaml:10:5: the recipe asks for htpd
└─ no package in the repositories has this name or provides it
hint: did you mean 'httpd'?
hint: this gives a solution: image.yaml:10:5: write 'httpd' instead of 'htpd'
)");
}

TEST_CASE("every entry that matches nothing is told") {
  World world;
  world.add("httpd");
  CHECK(told(world, {"htpd", "zzzzzz"}) == R"(
image.yaml:10:5: the recipe asks for htpd
└─ no package in the repositories has this name or provides it
hint: did you mean 'httpd'?

image.yaml:11:5: the recipe asks for zzzzzz
└─ no package in the repositories has this name or provides it

hint: these changes together give a solution:
  image.yaml:10:5: write 'httpd' instead of 'htpd'
  image.yaml:11:5: leave out 'zzzzzz'
)");
}

TEST_CASE("names are case-sensitive") {
  World world;
  world.add("python3-PyYAML");
  CHECK(told(world, {"python3-pyyaml"}) == R"(
image.yaml:10:5: the recipe asks for python3-pyyaml
└─ no package in the repositories has this name or provides it
hint: names are case-sensitive: did you mean 'python3-PyYAML'?
hint: this gives a solution: image.yaml:10:5: write 'python3-PyYAML' instead of 'python3-pyyaml'
)");
}

TEST_CASE("of a version that does not exist, those that do are listed") {
  World world;
  world.add("tool", "1-1");
  world.add("tool", "2-1");
  world.add("tool", "1:1-1");
  CHECK(told(world, {"tool-3"}) == R"(
image.yaml:10:5: the recipe asks for tool-3
└─ no package in the repositories has this name or provides it
hint: tool exists in 3 versions: 1-1, 2-1, 1:1-1
hint: this gives a solution: image.yaml:10:5: write 'tool' instead of 'tool-3'
)");
}

TEST_CASE("of an architecture that does not exist, those that do are listed") {
  World world;
  world.add("tool", "1-1", "x86_64");
  world.add("tool", "1-1", "i686");
  CHECK(told(world, {"tool.aarch64"}) == R"(
image.yaml:10:5: the recipe asks for tool.aarch64
└─ no package in the repositories has this name or provides it
hint: tool exists for i686, x86_64
hint: this gives a solution: image.yaml:10:5: write 'tool' instead of 'tool.aarch64'
)");
}

TEST_CASE("a capability in another version") {
  World world;
  world.add("postgresql", "13-1").gives("postgresql(api) = 13");
  CHECK(told(world, {"postgresql(api) >= 15"}) == R"(
image.yaml:10:5: the recipe asks for postgresql(api) >= 15
└─ no package in the repositories has this name or provides it
hint: there is postgresql(api) = 13, from postgresql-13-1.x86_64
hint: this gives a solution: image.yaml:10:5: write 'postgresql(api)' instead of 'postgresql(api) >= 15'
)");
}

TEST_CASE("a library without its width") {
  World world;
  world.add("openssl-libs", "3-1").gives("libssl.so.3()(64bit)").gives("libssl.so.3(OPENSSL_3.0.0)(64bit)");
  CHECK(told(world, {"libssl.so.3"}) == R"(
image.yaml:10:5: the recipe asks for libssl.so.3
└─ no package in the repositories has this name or provides it
hint: openssl-libs provides 'libssl.so.3()(64bit)'
hint: this gives a solution: image.yaml:10:5: write 'libssl.so.3()(64bit)' instead of 'libssl.so.3'
)");
}

TEST_CASE("a development package by Debian's name") {
  World world;
  world.add("openssl-devel");
  CHECK(told(world, {"libopenssl-dev"}) == R"(
image.yaml:10:5: the recipe asks for libopenssl-dev
└─ no package in the repositories has this name or provides it
hint: did you mean 'openssl-devel'?
hint: this gives a solution: image.yaml:10:5: write 'openssl-devel' instead of 'libopenssl-dev'
)");
}

TEST_CASE("a program's name instead of its package's") {
  World world;
  world.add("vim-enhanced").has("/usr/bin/vim");
  world.add("vim-minimal").has("/usr/bin/vi");
  CHECK(told(world, {"vim"}) == R"(
image.yaml:10:5: the recipe asks for vim
└─ no package in the repositories has this name or provides it
hint: vim-enhanced has /usr/bin/vim
hint: this gives a solution: image.yaml:10:5: write 'vim-enhanced' instead of 'vim'
)");
}

TEST_CASE("a path that is elsewhere") {
  World world;
  world.add("bash").has("/usr/bin/bash");
  CHECK(told(world, {"/bin/bash"}) == R"(
image.yaml:10:5: the recipe asks for /bin/bash
└─ no package in the repositories has this file
hint: bash has /usr/bin/bash
hint: this gives a solution: image.yaml:10:5: write '/usr/bin/bash' instead of '/bin/bash'
)");
}

TEST_CASE("a package that exists for another architecture only") {
  World world;
  world.add("tool", "1-1", "aarch64");
  world.add("tool", "1-1", "s390x");
  CHECK(told(world, {"tool"}) == R"(
image.yaml:10:5: the recipe asks for tool
└─ tool-1-1 (aarch64, s390x) are for aarch64, s390x, but the image is for x86_64
)");
}

TEST_CASE("all that an entry matches is excluded") {
  World world;
  world.add("tool", "1-1");
  world.add("tool", "2-1");
  world.exclude("to*");
  CHECK(told(world, {"tool"}) == R"(
image.yaml:10:5: the recipe asks for tool
└─ both versions of tool (1-1 and 2-1) are excluded by 'to*' (image.yaml:50:5)
hint: this gives a solution: image.yaml:50:5: remove 'to*' from 'exclude'
)");
}
