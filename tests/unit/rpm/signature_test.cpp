#include "rpm/signature.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "rpm/header.hpp"
#include "rpm/verified.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

constexpr const char* signer = "24c6a8a7f4a80eb5";

/// The folder of real packages; a test without it is skipped.
std::optional<fs::path> real_data() {
  const char* path = std::getenv("ROOTLET_TEST_DATA");
  if (path != nullptr) return fs::path(path);
  WARN("skipped: ROOTLET_TEST_DATA is not set");
  return std::nullopt;
}

fs::path signed_package(const fs::path& data) { return data / "el7" / "grep-2.20-3.el7.x86_64.rpm"; }

/// A package file while it is read.
class Opened {
 public:
  explicit Opened(const fs::path& path) : fd_(open_read(path)), name_(path.string()) {}
  [[nodiscard]] rpm::OpenPackage package() const { return {fd_.get(), name_}; }

 private:
  Fd fd_;
  std::string name_;
};

rpm::Keyring centos_keys(const fs::path& data) {
  const fs::path path = data / "el7" / "RPM-GPG-KEY-CentOS-7";
  rpm::Keyring keyring;
  keyring.add(read_file(path), path.string());
  return keyring;
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

/// Where the parts of a package begin: lead (96 bytes), signature header, header, payload (rpm's
/// docs/manual/format.md).
struct Parts {
  std::size_t signature_data;
  std::size_t header_data;
  std::size_t payload;
};

Parts parts_of(const std::string& package) {
  const auto data = [&](std::size_t header) { return header + 16 + big_endian(package, header + 8) * 16; };
  const auto end = [&](std::size_t header) { return data(header) + big_endian(package, header + 12); };
  const std::size_t signature = 96;
  const std::size_t header = (end(signature) + 7) / 8 * 8;
  return {data(signature), data(header), end(header)};
}

}  // namespace

TEST_CASE("a signed package is accepted, and its signer told") {
  const auto data = real_data();
  if (!data) return;
  const rpm::Keyring keyring = centos_keys(*data);
  CHECK_FALSE(keyring.empty());
  CHECK(rpm::verify(Opened(signed_package(*data)).package(), keyring).key == signer);
  CHECK_NOTHROW(rpm::verify_digests(Opened(signed_package(*data)).package()));
}

TEST_CASE("a package is refused that is not signed, or by a key that nobody gave") {
  const auto data = real_data();
  if (!data) return;
  CHECK_THROWS_WITH(rpm::verify(Opened(signed_package(*data)).package(), rpm::Keyring()),
                    Contains("signed by the unknown key " + std::string(signer)));
  const fs::path unsigned_package = data->string() + "/el7-stubs/systemd-219-78.el7_9.2.x86_64.rpm";
  CHECK_THROWS_WITH(rpm::verify(Opened(unsigned_package).package(), centos_keys(*data)), Contains("it is not signed"));
  CHECK_NOTHROW(rpm::verify_digests(Opened(unsigned_package).package()));
}

TEST_CASE("one flipped bit in header, signature or payload is found") {
  const auto data = real_data();
  if (!data) return;
  const rpm::Keyring keyring = centos_keys(*data);
  const std::string original = read_file(signed_package(*data));
  const Parts parts = parts_of(original);
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "flipped.rpm";

  struct Flip {
    std::size_t at;
    const char* message;
  };
  // In the signature, a bit of its number: before that come two bytes of the digest, a hint that rpm-sequoia 1.10
  // passes over.
  const std::vector<Flip> flips{
      {97, "it is damaged, or not an RPM package"},          {parts.signature_data + 40, "bad signature of its header"},
      {parts.header_data + 100, "bad digest of its header"}, {parts.payload + 3, "bad digest of its payload"},
      {original.size() - 1, "bad digest of its payload"},
  };
  for (const Flip& flip : flips) {
    std::string bytes = original;
    bytes.at(flip.at) = static_cast<char>(bytes.at(flip.at) ^ 1);
    write_file(path, bytes);
    INFO("at " << flip.at);
    CHECK_THROWS_WITH(rpm::verify(Opened(path).package(), keyring), Contains(flip.message));
  }
  write_file(path, original.substr(0, original.size() - 1));
  CHECK_THROWS_WITH(rpm::verify(Opened(path).package(), keyring), Contains("bad digest of its payload"));
  write_file(path, original.substr(0, parts.header_data));
  CHECK_THROWS_WITH(rpm::verify(Opened(path).package(), keyring), Contains("it is damaged, or not an RPM package"));
}

TEST_CASE("files that are no packages or keys are named") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "text.rpm";
  write_file(path, "no package");
  CHECK_THROWS_WITH(rpm::verify(Opened(path).package(), rpm::Keyring()),
                    Contains("text.rpm': it is damaged, or not an RPM package"));
  CHECK_THROWS_WITH(rpm::read_header(Opened(path).package()), Contains("cannot read package"));
  CHECK_THROWS_WITH(rpm::verified_header(dir.path() / "none", nullptr, {}, {}), Contains("No such file or directory"));
  rpm::Keyring keyring;
  CHECK_THROWS_WITH(keyring.add("text", "keys/a.asc"), "keys/a.asc: it is not an OpenPGP public key");
  CHECK_THROWS_WITH(keyring.add("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", "b.asc"), Contains("damaged"));
  CHECK_THROWS_WITH(keyring.add("\x99\xff\xff", "c.gpg"), Contains("damaged"));
  CHECK(keyring.empty());
}

TEST_CASE("a header tells name, size and files") {
  const auto data = real_data();
  if (!data) return;
  const rpm::HeaderInfo info = rpm::read_header(Opened(signed_package(*data)).package());
  CHECK(info.nevra.str() == "grep-0:2.20-3.el7.x86_64");
  CHECK(info.installed_size == 1195131);
  const auto grep = std::find_if(info.files.begin(), info.files.end(),
                                 [](const PackageFile& file) { return file.path == "/bin/grep"; });
  REQUIRE(grep != info.files.end());
  CHECK(grep->digest.type == "sha256");
  CHECK(grep->installed);
}
