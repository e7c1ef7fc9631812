#include "base/digest.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fs.hpp"
#include "base/handle.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

struct Name {
  DigestType type;
  std::string_view name;
};

constexpr std::array<Name, 7> names{{{DigestType::md5, "md5"},
                                     {DigestType::sha1, "sha1"},
                                     {DigestType::sha224, "sha224"},
                                     {DigestType::sha256, "sha256"},
                                     {DigestType::sha384, "sha384"},
                                     {DigestType::sha512, "sha512"},
                                     {DigestType::sha1, "sha"}}};

const EVP_MD* algorithm(DigestType type) {
  switch (type) {
    case DigestType::md5: return EVP_md5();
    case DigestType::sha1: return EVP_sha1();
    case DigestType::sha224: return EVP_sha224();
    case DigestType::sha256: return EVP_sha256();
    case DigestType::sha384: return EVP_sha384();
    case DigestType::sha512: return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace

DigestType digest_type(std::string_view name) {
  for (const Name& known : names) {
    if (known.name == name) return known.type;
  }
  throw Error("unknown digest type '" + std::string(name) + "'");
}

std::string_view digest_name(DigestType type) noexcept {
  for (const Name& known : names) {
    if (known.type == type) return known.name;
  }
  return "sha256";
}

struct Digest::Context {
  Handle<EVP_MD_CTX, EVP_MD_CTX_free> evp{EVP_MD_CTX_new()};
};

Digest::Digest(DigestType type) : context_(std::make_unique<Context>()) {
  if (!context_->evp || EVP_DigestInit_ex(context_->evp.get(), algorithm(type), nullptr) != 1) {
    throw Error("OpenSSL does not offer the digest " + std::string(digest_name(type)));
  }
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) != 1) throw Error("cannot compute a digest");
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_->evp.get(), raw.data(), &size) != 1) throw Error("cannot compute a digest");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[raw[i] >> 4U];
    hex += digits[raw[i] & 15U];
  }
  return hex;
}

std::string digest_of(std::string_view bytes, DigestType type) {
  Digest digest(type);
  digest.update(bytes);
  return digest.finish();
}

std::string digest_of_file(const std::filesystem::path& path, DigestType type) {
  const Fd fd = open_read(path);
  Digest digest(type);
  std::string buffer(1U << 18U, '\0');
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read '" + path.string() + "'");
    if (got == 0) return digest.finish();
    digest.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

}  // namespace rootlet
