#include "rootlet/lock.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using nlohmann::json;

TEST_CASE("a lock that is not one is refused") {
  CHECK(error_of("") == "web.lock.json:1: not valid JSON");
  CHECK(error_of("{\n\"version\": 1,\n}") == "web.lock.json:3: not valid JSON");
  CHECK(error_of("{\"version\": 1e400}") == "web.lock.json: a number in it is out of range");
  CHECK(error_of("[]") == "web.lock.json: not a lock of rootlet: it states no version");
  CHECK(error_of("{}") == "web.lock.json: not a lock of rootlet: it states no version");
  CHECK(error_of(std::string(100000, '[')) == "web.lock.json:1: not valid JSON");
  CHECK(error_of(R"({"version": 3})") == "web.lock.json: the lock has version 3, this rootlet knows only 1 and 2");
  CHECK(error_of(R"({"version": 2})") == "web.lock.json: arches: the field is missing");
  CHECK_THROWS_WITH(lock::read("/nonexistent.json"), "cannot read '/nonexistent.json': No such file or directory");
  CHECK_THROWS_WITH(lock::read("/dev/zero"), "cannot read '/dev/zero': it is not a regular file");
}

TEST_CASE("wrong fields of a lock are named") {
  const std::string f = "web.lock.json: ";
  CHECK(error_with("/summary", nullptr) == f + "summary: the field is missing");
  CHECK(error_with("/repo", 1) == f + "repo: unknown field (did you mean 'repos'?)");
  CHECK(error_with("/recipe/digest", "xyz") == f + "recipe.digest: 'xyz' is not a SHA-256 digest");
  CHECK(error_with("/recipe/packages/0", 5) == f + "recipe.packages[0]: expected a string, found 5");
  CHECK(error_with("/recipe/weak_deps", "no") == f + "recipe.weak_deps: expected true or false, found string");
  CHECK(error_with("/repos/0/id", "a/b") == f + "repos[0].id: 'a/b' holds a slash");
  CHECK(error_with("/repos/0/metalink", "https://x") ==
        f + "repos[0]: expected exactly one of baseurl, metalink, mirrorlist");
  CHECK(error_with("/repos/0/key_fingerprints", json::array({"8483c65d"})) ==
        f + "repos[0].key_fingerprints[0]: '8483c65d' is not a fingerprint");
  CHECK(error_with("/repos/1/id", "base") == f + "repos: repository 'base' is listed twice");
  CHECK(error_with("/packages", json::object()) == f + "packages: expected a list, found object");
  CHECK(error_with("/packages/0/epoch", -1) ==
        f + "packages[0].epoch: expected a whole number from 0 to 4294967295, found -1");
  CHECK(error_with("/packages/0/epoch", 1.5) ==
        f + "packages[0].epoch: expected a whole number from 0 to 4294967295, found 1.5");
  CHECK(error_with("/packages/0/name", "../x") == f + "packages[0].name: '../x' holds a slash");
  CHECK(error_with("/packages/0/name", "gl\x1b[1m") == f + "packages[0].name: 'gl\\x1b[1m' holds a control character");
  CHECK(error_with("/packages/0/nevra", "x") ==
        f + "packages[0].nevra: 'x' is not the package's, which is 'glibc-0:1.0-1.x86_64'");
  CHECK(error_with("/packages/0/repo", "none") ==
        f + "packages: package glibc-0:1.0-1.x86_64 comes from the unknown repository 'none'");
  CHECK(error_with("/packages/0/checksum", "sha256:12") ==
        f + "packages[0].checksum: 'sha256:12' is not a checksum such as sha256:0123…");
  CHECK(error_with("/packages/0/reason/required_by/0/kind", "love") ==
        f + "packages[0].reason.required_by[0].kind: unknown kind of dependency 'love'");
  CHECK(error_with("/packages/0/reason/required_by/0/package", "ghost") ==
        f + "packages: package glibc-0:1.0-1.x86_64 is required by the unknown package 'ghost'");
  CHECK(error_with("/summary/installed_size", 1) ==
        f + "summary.installed_size: found 1, but the packages add up to 3000");
}

TEST_CASE("locations of a lock are paths from a repository's address, or URLs") {
  for (const char* location : {"/etc/x.rpm", "", "..", "a/..", "gopher://h/x.rpm", "file://h/x.rpm"}) {
    CHECK(error_with("/packages/0/location", location) ==
          "web.lock.json: packages[0].location: '" + std::string(location) +
              "' is neither a path below the repository's address nor a URL");
  }
  for (const char* location : {"a/..b/x%2B.rpm", "../x.rpm", "a/../../x.rpm", "https://pool.example/x.rpm"}) {
    CHECK(error_with("/packages/0/location", location) == "no error");
  }
}
