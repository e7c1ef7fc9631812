#include "rootfs/java_keystore.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"

using namespace rootlet;

namespace {

std::string number(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = size; i > 0; --i) bytes += static_cast<char>(value >> (8 * (i - 1)) & 0xffU);
  return bytes;
}

std::string text(const std::string& text) { return number(text.size(), 2) + text; }

std::string certificate(const std::string& alias, std::uint64_t seconds, std::uint64_t tag = 2) {
  return number(tag, 4) + text(alias) + number(seconds * 1000, 8) + text("X.509") + number(3, 4) + "DER";
}

std::string keystore(std::size_t count, const std::string& entries, const std::string& password = "changeit") {
  const std::string body = number(0xfeedfeed, 4) + number(2, 4) + number(count, 4) + entries;
  std::string secret;
  for (const char letter : password) secret += std::string("\0", 1) + letter;
  const std::string hex = digest_of(secret + "Mighty Aphrodite" + body, DigestType::sha1);
  std::string digest;
  for (std::size_t i = 0; i < hex.size(); i += 2) digest += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return body + digest;
}

}  // namespace

TEST_CASE("entries of a keystore that this build wrote are dated by it") {
  const std::string before =
      keystore(3, certificate("old", 1000) + certificate("now", 5001) + certificate("odd", 3500));
  CHECK(rootfs::keystore_dated_until(before, 3000, 5000) ==
        keystore(3, certificate("old", 1000) + certificate("now", 3000) + certificate("odd", 3000)));
  CHECK(rootfs::keystore_dated_until(keystore(0, ""), 3000, 5000) == keystore(0, ""));
}

TEST_CASE("what is no keystore of certificates stays as it is") {
  const std::string good = keystore(1, certificate("now", 5001));
  const auto refused = [](const std::string& bytes) { return !rootfs::keystore_dated_until(bytes, 3000, 5000); };
  CHECK(refused(""));
  CHECK(refused(std::string(100, '\0')));
  CHECK(refused(good + "x"));
  CHECK(refused(keystore(1, certificate("key", 5001, 1))));
  CHECK(refused(keystore(1, certificate("now", 5001), "secret")));
  CHECK(refused(keystore(2, certificate("now", 5001))));
  CHECK(refused(keystore(4'000'000'000, certificate("now", 5001))));
  CHECK(refused(keystore(1, certificate("now", 5001) + "more")));
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(refused(good.substr(0, size)));
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string spoiled = good;
    spoiled[at] = static_cast<char>(spoiled[at] + 1);
    CHECK(refused(spoiled));
  }
}
