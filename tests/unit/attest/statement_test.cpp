#include "attest/statement.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "attest/provenance.hpp"

using namespace rootlet;
using Json = nlohmann::ordered_json;

TEST_CASE("A statement names its image by the algorithm and the digest", "[attest]") {
  CHECK(attest::statement({"web", "sha256:0123"}, "urn:type", {{"a", 1}}) ==
        R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"web","digest":{"sha256":"0123"}}],)"
        R"("predicateType":"urn:type","predicate":{"a":1}})");
}

TEST_CASE("Text that is no UTF-8 is no obstacle to a statement", "[attest]") {
  const Json statement = Json::parse(attest::statement({"web\xff", "sha256:0"}, "urn:type", Json::object()));
  CHECK(statement.at("subject").at(0).at("name") == "web\xEF\xBF\xBD");
}

TEST_CASE("Provenance tells what was asked for, from what, and by which versions", "[attest]") {
  attest::BuildFacts facts;
  facts.parameters = {{"arch", "x86_64"}, {"objective", "smallest"}};
  facts.recipe = {{"web.yaml", "recipe web", {"sha256", "aa"}}};
  facts.source_date_epoch = 1700000000;
  facts.materials = {{"file:///srv/base/repodata/repomd.xml", "repomd.xml of base", {"sha256", "bb"}},
                     {"", "bash-0:5-1.x86_64", {"sha512", "cc"}, {{"signedBy", "0123456789abcdef"}}}};
  facts.versions = {{"rootlet", "0.1.0"}};
  const Json predicate = attest::provenance(facts);
  CHECK(predicate == Json::parse(R"({
    "buildDefinition": {
      "buildType": "urn:rootlet:build:v1",
      "externalParameters": {
        "arch": "x86_64",
        "objective": "smallest",
        "sources": [{"uri": "web.yaml", "name": "recipe web", "digest": {"sha256": "aa"}}]
      },
      "internalParameters": {"SOURCE_DATE_EPOCH": 1700000000},
      "resolvedDependencies": [
        {"uri": "file:///srv/base/repodata/repomd.xml", "name": "repomd.xml of base", "digest": {"sha256": "bb"}},
        {"name": "bash-0:5-1.x86_64", "digest": {"sha512": "cc"}, "annotations": {"signedBy": "0123456789abcdef"}}
      ]
    },
    "runDetails": {"builder": {"id": "urn:rootlet:builder", "version": {"rootlet": "0.1.0"}}}
  })"));
}
