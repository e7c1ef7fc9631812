#include <catch2/catch.hpp>

#include "solv/order.hpp"

using namespace rootlet::solv;

namespace {

std::string joined(std::string_view xml, const std::vector<std::size_t>& order) {
  std::string text;
  const auto packages = cut(xml);
  if (!packages) return "cannot be cut";
  for (const std::string_view piece : rearranged(*packages, order)) text += piece;
  return text;
}

}  // namespace

TEST_CASE("packages of primary.xml change places, and nothing else does") {
  CHECK(
      joined("<metadata packages='2'>\n<package type='rpm'><packager/>a</package>\n<package>b</package>\n</metadata>\n",
             {1, 0}) ==
      "<metadata packages='2'>\n<package>b</package><package type='rpm'><packager/>a</package>\n</metadata>\n");
}

TEST_CASE("a document whose packages cannot be told apart is not cut") {
  CHECK(joined("<metadata><package>a</package></metadata>", {0, 1}).empty());
  CHECK_FALSE(cut("<metadata><package>a</package><package>b</metadata>"));
  CHECK_FALSE(cut("<metadata><!-- <package> --><package>a</package></metadata>"));
  CHECK_FALSE(cut("<metadata><package><![CDATA[</package>]]></package></metadata>"));
  CHECK_FALSE(cut(""));
}

TEST_CASE("the order is that of file names, then of folders, then of checksums, as the text has them") {
  const std::string xml = R"(<package><checksum type="sha256">2</checksum><location href="b/x.rpm"/></package>
<package><checksum type="sha256">1</checksum><location xml:base="u" href="b/x.rpm"/></package>
<package><location href="a/x.rpm"/></package><package><location href="z/a.rpm"/></package><package/></package>)";
  CHECK(written_order(cut(xml).value()) == std::vector<std::size_t>{4, 3, 2, 1, 0});
}
