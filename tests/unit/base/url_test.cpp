#include "base/url.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;

TEST_CASE("file URLs encode what a path may hold and give it back") {
  const std::string odd = "/srv/a b%20c#d?e\xc3\xa9+/f";
  CHECK(file_url(odd) == "file:///srv/a%20b%2520c%23d%3Fe%C3%A9%2B/f");
  CHECK(path_of_file_url(file_url(odd)) == odd);
  CHECK_FALSE(path_of_file_url("file://host/x"));
  CHECK_FALSE(path_of_file_url("https://host/x"));
  CHECK(path_of_file_url("file:///a%2") == "/a%2");
}

TEST_CASE("a plain path is no URL") {
  CHECK(is_url("https://example.com"));
  CHECK(is_url("FILE:///x"));
  CHECK_FALSE(is_url("../repo"));
  CHECK_FALSE(is_url("a b://c"));
  CHECK_FALSE(is_url("://c"));
}
