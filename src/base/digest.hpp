#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rootlet {

/// The digests that repository metadata and images use.
enum class DigestType { md5, sha1, sha224, sha256, sha384, sha512 };

/// "sha256" and so on; "sha" is createrepo's old name of sha1. Error: unknown digest type.
DigestType digest_type(std::string_view name);
std::string_view digest_name(DigestType type) noexcept;

/// A streaming digest (OpenSSL EVP).
class Digest {
 public:
  explicit Digest(DigestType type = DigestType::sha256);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::string_view bytes);
  /// Lower-case hexadecimal; the digest is used up.
  [[nodiscard]] std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Lower-case hexadecimal digest of bytes, or of a file's content.
std::string digest_of(std::string_view bytes, DigestType type = DigestType::sha256);
std::string digest_of_file(const std::filesystem::path& path, DigestType type = DigestType::sha256);

}  // namespace rootlet
