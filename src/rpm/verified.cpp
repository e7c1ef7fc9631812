#include "rootlet/rpm/verified.hpp"

#include "rootlet/base/error.hpp"

namespace rootlet::rpm {
namespace {

/// A signature says who made a package, not that it is the one that was asked for.
HeaderInfo expected_header(const OpenPackage& package, const Nevra& expected, const KeptFiles& kept) {
  HeaderInfo header = read_header(package, kept);
  if (header.nevra == expected) return header;
  throw Error("package '" + package.name + "': it is " + header.nevra.str(),
              "download it again; if it stays so, the repository is broken or was tampered with");
}

}  // namespace

Fd VerifiedPackage::open() const {
  Fd fd = open_read(path_);
  if (identity_of(fd.get(), path_) == identity_) return fd;
  throw Error("package " + header_.nevra.str() + ": its file '" + path_.string() +
                  "' is not the one that was verified: it was written to, or replaced, since then",
              "see to it that nobody else writes to the cache, and build again");
}

VerifiedPackage verify_package(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                               const KeptFiles& kept) {
  const Fd fd = open_read(path);
  const FileIdentity identity = identity_of(fd.get(), path);  // before anything of it is read
  const OpenPackage package{fd.get(), path.string()};
  keyring != nullptr ? static_cast<void>(verify(package, *keyring)) : verify_digests(package);
  return {std::filesystem::absolute(path), identity, expected_header(package, expected, kept)};
}

HeaderInfo verified_header(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                           const KeptFiles& kept) {
  const Fd fd = open_read(path);
  const OpenPackage package{fd.get(), path.string()};
  keyring != nullptr ? verify_header(package, *keyring) : verify_header_digests(package);
  return expected_header(package, expected, kept);
}

}  // namespace rootlet::rpm
