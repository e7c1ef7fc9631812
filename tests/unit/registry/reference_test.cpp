#include "registry/reference.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

TEST_CASE("a name has a host, a path, and a tag or a digest") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const ImageReference plain = parse_reference("docker://registry.example/nginx");
  CHECK(plain.host == "registry.example");
  CHECK(plain.repository == "nginx");
  CHECK(plain.tag == "latest");
  CHECK(plain.digest.empty());
  CHECK(plain.str() == "registry.example/nginx:latest");
  const ImageReference full = parse_reference("docker://[::1]:5000/team/a.b_c__d--e/f:V1.2-x@" + digest);
  CHECK(full.host == "[::1]:5000");
  CHECK(full.repository == "team/a.b_c__d--e/f");
  CHECK(full.tag == "V1.2-x");
  CHECK(full.manifest() == digest);
  CHECK(parse_reference("docker://localhost/a@" + digest).tag.empty());
  CHECK(parse_reference("docker://h:5/a:b").manifest() == "b");
}

TEST_CASE("what is no name of an image in a registry is refused") {
  for (const char* text :
       {"", "docker://", "docker:///a", "docker://h.example", "docker://h.example/", "docker://h.example/A",
        "docker://h.example/a..b", "docker://h.example/a___b", "docker://h.example/a.-b", "docker://h.example/-a",
        "docker://h.example/a-", "docker://h.example/a/", "docker://h.example/a:", "docker://h.example/a@",
        "docker://h.example/a@sha256:AA", "docker://u:p@h.example/a", "docker://h.example/a?x",
        "docker://h.example/a%2f", "oci:a"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_reference(text), Error);
  }
}

}  // namespace
}  // namespace rootlet::registry
