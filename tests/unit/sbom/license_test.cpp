#include <catch2/catch.hpp>

#include "rootlet/sbom.hpp"

using namespace rootlet;

TEST_CASE("licences that are SPDX expressions are told from others", "[sbom]") {
  const auto expression = [](const std::string& text) { return sbom::spdx_expression(text).value_or("none"); };
  CHECK(expression("MIT") == "MIT");
  CHECK(expression("GPL-2.0-only WITH Classpath-exception-2.0") == "GPL-2.0-only WITH Classpath-exception-2.0");
  CHECK(expression("(MIT  OR  Apache-2.0)AND ISC") == "(MIT OR Apache-2.0) AND ISC");
  CHECK(expression("GPL-2.0+ AND LicenseRef-Fedora-Public-Domain") == "GPL-2.0+ AND LicenseRef-Fedora-Public-Domain");
  for (const char* text : {"", " ", "GPLv2+", "MIT and ISC", "MIT AND", "AND MIT", "(MIT", "MIT)", "()", "MIT ISC",
                           "MIT WITH ISC", "mit", "Classpath-exception-2.0", "LicenseRef-", "LicenseRef-a_b",
                           "MIT\nAND ISC", "Public Domain", "MIT WITH", "(MIT OR ISC) WITH Classpath-exception-2.0"}) {
    INFO(text);
    CHECK(expression(text) == "none");
  }
}

TEST_CASE("an expression may be long and deep, within limits", "[sbom]") {
  const auto deep = [](std::size_t depth) { return std::string(depth, '(') + "MIT" + std::string(depth, ')'); };
  CHECK(sbom::spdx_expression(deep(32)));
  CHECK_FALSE(sbom::spdx_expression(deep(33)));
  CHECK_FALSE(sbom::spdx_expression(std::string(20'000, '(')));
  std::string wide = "MIT";
  for (int i = 0; i < 1000; ++i) wide += " OR MIT";
  CHECK(sbom::spdx_expression(wide));
  CHECK_FALSE(sbom::spdx_expression(wide + " AND " + wide));
}
