#include <algorithm>
#include <catch2/catch.hpp>

#include "../support/world.hpp"
#include "rootlet/report/report.hpp"

using rootlet::test::World;

namespace {

/// The explanation as the user sees it. It must not depend on any order: of repositories, packages or requests.
std::string told(World& world, std::vector<std::string> specs) {
  const std::string text = rootlet::report::to_text(world.problems(specs));
  world.reverse();
  std::reverse(specs.begin(), specs.end());
  CHECK(rootlet::report::to_text(world.problems(specs)) == text);
  return "\n" + text;
}

}  // namespace

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
