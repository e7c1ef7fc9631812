#include "base/digest.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

using namespace rootlet;

TEST_CASE("digests agree with FIPS 180-4's examples") {
  CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of("abc", DigestType::sha1) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("digest types have createrepo's names") {
  CHECK(digest_type("sha") == DigestType::sha1);
  CHECK(digest_name(DigestType::sha512) == "sha512");
  CHECK_THROWS_WITH(digest_type("crc32"), "unknown digest type 'crc32'");
}
