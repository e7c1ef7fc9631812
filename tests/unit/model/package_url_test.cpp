#include "model/package_url.hpp"

#include <catch2/catch.hpp>

#include "model/os_release.hpp"

using namespace rootlet;

TEST_CASE("package URLs are read as their specification has it", "[model]") {
  const auto url = parse_package_url(
      "pkg:rpm/red%20hat/el8/libstdc%2B%2B@1.0~rc1%5Egit-3.el8?arch=x86_64&Epoch=1&empty=&upstream=gcc-1-1.src.rpm#sub/"
      "x");
  REQUIRE(url);
  CHECK(url->type == "rpm");
  CHECK(url->name_space == "red hat/el8");
  CHECK(url->name == "libstdc++");
  CHECK(url->version == "1.0~rc1^git-3.el8");
  CHECK(url->qualifiers ==
        std::map<std::string, std::string>{{"arch", "x86_64"}, {"epoch", "1"}, {"upstream", "gcc-1-1.src.rpm"}});
  CHECK(url->qualifier("none").empty());
}

TEST_CASE("package URLs in odd but allowed forms", "[model]") {
  const auto url = parse_package_url("PKG://RPM//a+b@1-2/");
  REQUIRE(url);
  CHECK((url->type == "rpm" && url->name_space.empty() && url->name == "a+b" && url->version == "1-2"));
  CHECK(parse_package_url("pkg:rpm/fedora/bash")->version.empty());
  CHECK(parse_package_url("pkg:rpm/fedora/bash@%")->version == "%");
}

TEST_CASE("what is no package URL", "[model]") {
  for (const char* text :
       {"", "pkg:", "pkg:rpm", "pkg:rpm/", "pkg:/", "http://rpm/bash", "rpm/bash@1-1", "pkg:rpm/@1"}) {
    INFO(text);
    CHECK_FALSE(parse_package_url(text));
  }
}

TEST_CASE("os-release: comments, quotes, and the last of several lines", "[model]") {
  const auto values =
      os_release_values(" # ID=x\nID=a\n ID = 'b'\nNAME=\"A \\\"B\\\" \\$\"\nODD=\"open\nnothing\n=x\n");
  CHECK(values.at("ID") == "b");
  CHECK(values.at("NAME") == "A \"B\" $");
  CHECK(values.at("ODD") == "open");
  CHECK(values.size() == 4);
}
