#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/fs.hpp"
#include "rpm/header.hpp"
#include "rpm/signature.hpp"

namespace rootlet::rpm {

/// Facts that a process needs to open a verified package's file, and no other.
struct VerifiedFile {
  std::filesystem::path path;  ///< absolute
  FileIdentity identity;
  std::string package;  ///< NEVRA, for messages

  /// The file, open for reading. Error: it was written to since it was verified, or another has its name.
  [[nodiscard]] Fd open() const;
  /// The same by its name in a directory that is its own.
  [[nodiscard]] Fd open_in(int directory) const;

 private:
  [[nodiscard]] Fd verified(Fd fd) const;
};

/// A package file that is whole, signed as its repository wants it, and the package that was asked for. Only
/// verify_package() makes one, and what puts packages into a root takes nothing else.
class VerifiedPackage {
 public:
  [[nodiscard]] const Nevra& nevra() const noexcept { return header_.nevra; }
  [[nodiscard]] const HeaderInfo& header() const noexcept { return header_; }
  /// Weaknesses of its signatures that its repository lets pass; empty: none had to.
  [[nodiscard]] const std::vector<std::string>& weakness() const noexcept { return signed_.weakness; }
  /// Id of the key that signed it; empty: its digests were enough.
  [[nodiscard]] const std::string& signed_by() const noexcept { return signed_.key; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }  ///< absolute; for messages
  [[nodiscard]] VerifiedFile file() const { return {path_, identity_, header_.nevra.str()}; }

 private:
  friend VerifiedPackage verify_package(const std::filesystem::path&, const Keyring*, const Nevra&, const KeptFiles&);
  VerifiedPackage(std::filesystem::path path, FileIdentity identity, HeaderInfo header, Signed how)
      : path_(std::move(path)), identity_(identity), header_(std::move(header)), signed_(std::move(how)) {}

  std::filesystem::path path_;
  FileIdentity identity_;
  HeaderInfo header_;
  Signed signed_;
};

/// Verifies a package file, which is opened once. `keyring`: whose keys may have signed it; nullptr: the digests that
/// it states are enough. `expected`: the package that it must be. Errors: as verify() and read_header(); "package
/// 'x.rpm': it is bash-0:5-1.x86_64".
VerifiedPackage verify_package(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                               const KeptFiles& kept);

/// The header of a file that need not have more, with the same checks of it. Errors: as verify_header() and
/// verify_package().
HeaderInfo verified_header(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                           const KeptFiles& kept);

}  // namespace rootlet::rpm
