#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/faults.hpp"
#include "openpgp/fingerprints.hpp"
#include "openpgp/names.hpp"
#include "openpgp/policy.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;
using namespace rootlet::openpgp;
using Catch::Equals;

namespace {

/// Keys made with GnuPG 2.2 for these tests; their secret halves are gone. plain: Ed25519; weak: RSA, its
/// self-signature made with SHA-1; short: RSA of 1,024 bits; old: expired on 2016-12-31; gone: revoked.
std::string key_file(const std::string& name) {
  return read_file(fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/openpgp/data" / (name + ".asc"));
}

Certificate certificate(const std::string& name) {
  const auto all = read_certificates(key_packets(key_file(name)));
  REQUIRE(all.size() == 1);
  return all.front();
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

/// The line that has nothing but the checksum.
std::string checksum_line(const std::string& armor) {
  const std::size_t at = armor.find("\n=");
  return armor.substr(at + 1, armor.find('\n', at + 1) - at);
}

constexpr std::int64_t year_2018 = 1514764800;
constexpr std::int64_t year_2016 = 1451606400;

}  // namespace

TEST_CASE("armor is read with or without checksum, headers, line breaks of other systems and text around it") {
  const std::string armor = key_file("plain");
  const std::string packets = key_packets(armor);
  CHECK(packets.size() == 226);
  CHECK(key_packets(replaced(armor, checksum_line(armor), "")) == packets);
  CHECK(key_packets(replaced(armor, "BLOCK-----\n\n", "BLOCK-----\nVersion: 1\nComment: a key: mine\n\n")) == packets);
  CHECK(key_packets(replaced(armor, "BLOCK-----\n\n", "BLOCK-----\n")) == packets);
  CHECK(key_packets("A key follows.\n\n" + armor + "\nThat was it.\n") == packets);
  CHECK(key_packets("\xef\xbb\xbf" + armor) == packets);
  std::string dos;
  for (const char c : armor) dos += c == '\n' ? std::string(" \r\n") : std::string(1, c);
  CHECK(key_packets(dos) == packets);
  CHECK(key_packets(packets) == packets);  // binary
  CHECK(key_packets(armor + key_file("weak")) == packets + key_packets(key_file("weak")));
  const std::string signature = "-----BEGIN PGP SIGNATURE-----\n\nnot a key\n-----END PGP SIGNATURE-----\n";
  CHECK(key_packets(signature + armor) == packets);
}

TEST_CASE("a block begins with its line, so that none is a header of the one before") {
  const std::string begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n";
  CHECK_THROWS_WITH(key_blocks(":" + begin + ":" + begin), Equals("it is not an OpenPGP public key"));
  CHECK(key_packets("\xef\xbb\xbf" + key_file("weak") + "\xef\xbb\xbf" + key_file("plain")) ==
        key_packets(key_file("weak")) + key_packets(key_file("plain")));
}

TEST_CASE("what is wrong with a key file is told with the line") {
  const std::string armor = key_file("plain");
  CHECK_THROWS_WITH(key_packets("the key is in the drawer\n"), Equals("it is not an OpenPGP public key"));
  CHECK_THROWS_WITH(key_packets(""), Equals("it is not an OpenPGP public key"));
  CHECK_THROWS_WITH(key_packets(replaced(replaced(armor, "PUBLIC", "PRIVATE"), "PUBLIC", "PRIVATE")),
                    Equals("it holds a private key, not a public one"));
  CHECK_THROWS_WITH(key_packets(armor.substr(0, armor.size() / 2)),
                    Equals("its armor is damaged (it has no end, line 2)"));
  CHECK_THROWS_WITH(key_packets(replaced(armor, checksum_line(armor), "=AAAA\n")),
                    Equals("its armor is damaged (its checksum does not fit, line 9)"));
  std::string odd = armor;
  odd[odd.find("\n\n") + 10] = '*';
  CHECK_THROWS_WITH(key_packets(odd), Equals("its armor is damaged (line 3)"));
  CHECK_THROWS_WITH(read_certificates("\x99\xff\xff"), Equals("it is damaged"));
  CHECK_THROWS_WITH(read_certificates(key_packets(armor).substr(100)), !Equals(""));
}

TEST_CASE("a damaged block of a key file leaves the others as they are") {
  const std::string armor = key_file("plain");
  const std::string packets = key_packets(armor);
  std::string odd = armor;
  odd[odd.find("\n\n") + 10] = '*';
  const std::string cut = armor.substr(0, armor.size() / 2) + "\n";
  for (const std::string& bad : {odd, cut, replaced(armor, checksum_line(armor), "=AAAA\n")}) {
    CHECK(key_packets(bad + armor) == packets);
    CHECK(key_packets(armor + bad) == packets);
    CHECK(key_packets(bad + armor + bad + armor) == packets + packets);
  }
  const auto blocks = key_blocks(armor + "between\n" + odd + armor);
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[0].problem.empty());
  CHECK(blocks[1].problem.starts_with("its armor is damaged (line "));
  CHECK(blocks[1].packets.empty());
  CHECK(blocks[1].line > blocks[0].line);
  CHECK(blocks[2].packets == packets);
}

TEST_CASE("a certificate tells its keys and who bound them") {
  const Certificate plain = certificate("plain");
  CHECK(plain.user_id == "plain <plain@example.org>");
  REQUIRE(plain.keys.size() == 1);
  CHECK(plain.keys[0].id == "72de406d7946bc2f");
  CHECK(plain.keys[0].fingerprint == "e789ba6bcb301a8fad09f80072de406d7946bc2f");
  CHECK(plain.keys[0].version == 4);
  CHECK(algorithm_name(plain.keys[0].algorithm) == "EdDSA");
  CHECK(plain.keys[0].created == 1577836800);
  REQUIRE(plain.keys[0].bindings.size() == 1);
  CHECK(hash_name(plain.keys[0].bindings[0].hash) == "SHA-256");
  CHECK(plain.packets == key_packets(key_file("plain")));

  const auto two = read_certificates(key_packets(key_file("weak") + key_file("short")));
  REQUIRE(two.size() == 2);
  CHECK(two[0].keys[0].id == "a6070479a783379f");
  CHECK(two[0].keys[0].bits == 2048);
  CHECK(two[1].keys[0].id == "7aef67287815ea15");
  CHECK(two[0].packets + two[1].packets == key_packets(key_file("weak")) + key_packets(key_file("short")));
}

TEST_CASE("what can be held against a key is found, for the time of the signature") {
  const auto of = [](const std::string& name, std::int64_t when) {
    return words(faults_of(certificate(name), 0, when));
  };
  CHECK(of("plain", year_2018).empty());
  CHECK(of("weak", year_2018) == "the key's self-signature is made with SHA-1");
  CHECK(of("short", year_2018) == "the key has only 1024 bits");
  CHECK(of("old", year_2018) == "the key expired on 2016-12-31, before it signed");
  CHECK(of("old", year_2016).empty());
  CHECK(of("gone", year_2018) == "the key was revoked on 2020-01-01");

  Certificate superseded = certificate("gone");
  superseded.keys[0].revocations[0].revocation = 1;
  CHECK(faults_of(superseded, 0, year_2018).empty());
  Certificate bare = certificate("plain");
  bare.keys[0].bindings.clear();
  CHECK(faults_of(bare, 0, year_2018).at(0).kind == FaultKind::not_bound);
  // A subkey answers for its primary key, too, and must be meant for signing.
  Certificate family = certificate("weak");
  family.keys.push_back(certificate("plain").keys[0]);
  family.keys[1].bindings[0].key_flags = 0x0c;
  CHECK(words(faults_of(family, 1, year_2018)) ==
        "its primary key's self-signature is made with SHA-1 and the key is not meant for signing");
}

TEST_CASE("what can be held against a signature is found") {
  Signature signature;
  signature.created = year_2016;
  signature.hash = sha1;
  signature.lifetime = 86400;
  CHECK(words(faults_of(signature, year_2018)) ==
        "the signature expired on 2016-01-02 and the signature is made with SHA-1");
  signature.hash = 8;
  CHECK(faults_of(signature, year_2016).empty());
}

TEST_CASE("the policy refuses what no recipe may let pass, and lets pass what it names") {
  const auto refused = [](const std::vector<Fault>& faults, const std::vector<std::string>& allowed) {
    return words(judge(faults, allowed).refused);
  };
  const std::vector<std::string> all(weaknesses.begin(), weaknesses.end());
  const auto of = [](const std::string& name) { return faults_of(certificate(name), 0, year_2018); };
  CHECK(refused(of("plain"), {}).empty());
  CHECK(refused(of("weak"), {}).empty());  // as CentOS 7's key
  CHECK(refused(of("short"), {}) == "the key has only 1024 bits");
  CHECK(refused(of("short"), {"dsa1024", "sha1"}) == "the key has only 1024 bits");
  CHECK(judge(of("short"), all).weakness == std::vector<std::string>{"rsa1024"});
  CHECK_FALSE(refused(of("old"), all).empty());
  CHECK_FALSE(refused(of("gone"), all).empty());
  CHECK_FALSE(refused({Fault{FaultKind::short_key, 0, 512, rsa}}, all).empty());

  Signature signature;
  signature.created = year_2016;
  for (const int hash : {md5, ripemd160}) {
    signature.hash = hash;
    CHECK_FALSE(refused(faults_of(signature, year_2018), all).empty());
  }
  signature.hash = sha1;
  CHECK(refused(faults_of(signature, year_2018), {}) == "the signature is made with SHA-1");
  CHECK(refused(faults_of(signature, year_2018), {"sha1"}).empty());
  signature.hash = 8;
  CHECK(refused(faults_of(signature, year_2016 - 86400), all).empty());
  CHECK(refused(faults_of(signature, year_2016 - 86401), all) == "the signature is dated 2016-01-01, in the future");
}

TEST_CASE("a hint names weak_signatures only where that would help") {
  Signature signature;
  signature.hash = sha1;
  const std::vector<Fault> age = faults_of(signature, year_2018);
  CHECK(would_allow(age) == std::vector<std::string>{"sha1"});
  CHECK_THAT(way_out(age), Catch::Contains("weak_signatures: [sha1]"));
  std::vector<Fault> more = age;
  more.push_back(Fault{FaultKind::revoked});
  CHECK(would_allow(more).empty());
  CHECK_THAT(way_out(more), !Catch::Contains("weak_signatures"));
}

TEST_CASE("a revocation that one copy of a certificate knows holds for all of them") {
  const Certificate gone = certificate("gone");
  Certificate before = gone;
  before.keys[0].revocations.clear();
  const std::string fingerprint = gone.keys[0].fingerprint;
  CHECK(faults_of({&before}, fingerprint, year_2018).empty());
  CHECK(faults_of({&before, &gone}, fingerprint, year_2018).at(0).kind == FaultKind::revoked);
  CHECK(faults_of({&gone, &before}, fingerprint, year_2018).at(0).kind == FaultKind::revoked);
  CHECK(faults_of({&gone}, certificate("plain").keys[0].fingerprint, year_2018).at(0).kind == FaultKind::not_bound);
}

TEST_CASE("fingerprints are read as people write them, and pick certificates out of a file") {
  const std::string plain = "e789ba6bcb301a8fad09f80072de406d7946bc2f";
  CHECK(fingerprint_of("E789 BA6B CB30 1A8F AD09  F800 72DE 406D 7946 BC2F") == plain);
  CHECK(fingerprint_of("0x" + plain) == plain);
  CHECK_FALSE(fingerprint_of("72de406d7946bc2f"));
  CHECK_FALSE(fingerprint_of(plain.substr(1) + "g"));
  const std::string both = key_file("weak") + key_file("plain");
  CHECK(fingerprints_in(both).size() == 2);
  CHECK(fingerprints_in(key_file("plain")) == std::vector<std::string>{plain});
  CHECK(only(both, {plain}) == key_packets(key_file("plain")));
  CHECK(only(key_file("weak"), {plain}).empty());
  CHECK_THROWS_WITH(fingerprints_in("no key"), Equals("it is not an OpenPGP public key"));
}

TEST_CASE("signature packets of all versions are read, and what is none is not") {
  // Version 3, as el7's packages have it: RSA, SHA-256; the signature itself is left out.
  const std::string three("\x88\x13\x03\x05\x00\x50\x00\x00\x00\x24\xc6\xa8\xa7\xf4\xa8\x0e\xb5\x01\x08\xab\xcd", 21);
  const auto old = read_signature(three);
  REQUIRE(old);
  CHECK(old->version == 3);
  CHECK(old->issuer == "24c6a8a7f4a80eb5");
  CHECK(old->algorithm == rsa);
  CHECK(hash_name(old->hash) == "SHA-256");
  // Version 6: Ed25519, SHA-512, an issuer fingerprint, a salt of 2 bytes.
  std::string six("\x06\x00\x1b\x0a\x00\x00\x00\x29\x05\x82\x68\x00\x00\x00\x22\x21\x06", 17);
  six += std::string(31, '\x11') + '\x22' + std::string("\x00\x00\x00\x00\xab\xcd\x02\x77\x88", 9);
  const auto young = read_signature("\xc2" + std::string(1, static_cast<char>(six.size())) + six);
  REQUIRE(young);
  CHECK(young->version == 6);
  CHECK(young->issuer == "1111111111111111");
  CHECK(young->salt == "\x77\x88");
  CHECK(young->critical == std::vector{2});
  CHECK(young->created == 0x68000000);
  CHECK_FALSE(read_signature(""));
  CHECK_FALSE(read_signature(three.substr(0, 15)));
  CHECK_FALSE(read_signature(three + three));
  CHECK_FALSE(read_signature("\xc2\x02\x09\x00"));
}
