#include "registry/challenge.hpp"

#include <catch2/catch.hpp>

namespace rootlet::registry {
namespace {

TEST_CASE("challenges have a scheme and parameters, quoted or not") {
  const auto all = challenges_in(
      R"(Bearer realm="https://auth.example/token?a=b,c",Service=registry, scope="repository:a/b:pull \"x\"", Basic realm=x)");
  REQUIRE(all.size() == 2);
  CHECK(all[0].scheme == "bearer");
  CHECK(all[0].parameters.at("realm") == "https://auth.example/token?a=b,c");
  CHECK(all[0].parameters.at("service") == "registry");
  CHECK(all[0].parameters.at("scope") == R"(repository:a/b:pull "x")");
  CHECK(all[1].scheme == "basic");
  CHECK(all[1].parameters.at("realm") == "x");
}

TEST_CASE("malformed challenges end the list") {
  CHECK(challenges_in("").empty());
  CHECK(challenges_in(" , ,").empty());
  CHECK(challenges_in("=x").empty());
  CHECK(challenges_in("a=b").empty());
  CHECK(challenges_in("Bearer realm=\"never closed").at(0).parameters.at("realm") == "never closed");
  CHECK(challenges_in("Basic \x01").size() == 1);
}

}  // namespace
}  // namespace rootlet::registry
