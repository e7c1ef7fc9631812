#include <catch2/catch.hpp>

#include "../../../src/solv/order.hpp"

using rootlet::solv::rearranged;

namespace {

std::string joined(std::string_view xml, const std::vector<std::size_t>& order) {
  std::string text;
  for (const std::string_view piece : rearranged(xml, order)) text += piece;
  return text;
}

}  // namespace

TEST_CASE("packages of primary.xml change places, and nothing else does") {
  CHECK(
      joined("<metadata packages='2'>\n<package type='rpm'><packager/>a</package>\n<package>b</package>\n</metadata>\n",
             {1, 0}) ==
      "<metadata packages='2'>\n<package>b</package><package type='rpm'><packager/>a</package>\n</metadata>\n");
}

TEST_CASE("a document whose packages cannot be told apart stays as it is") {
  CHECK(rearranged("<metadata><package>a</package></metadata>", {0, 1}).empty());
  CHECK(rearranged("<metadata><package>a</package><package>b</metadata>", {1, 0}).empty());
  CHECK(rearranged("<metadata><!-- <package> --><package>a</package></metadata>", {0}).empty());
  CHECK(rearranged("<metadata><package><![CDATA[</package>]]></package></metadata>", {0}).empty());
  CHECK(rearranged("", {}).empty());
}
