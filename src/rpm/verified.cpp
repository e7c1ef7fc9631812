#include "rpm/verified.hpp"

#include <fcntl.h>

#include <chrono>
#include <thread>

#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

/// A signature says who made a package, not that it is the one that was asked for.
HeaderInfo expected_header(const OpenPackage& package, const Nevra& expected, const KeptFiles& kept) {
  HeaderInfo header = read_header(package, kept);
  if (header.nevra == expected) return header;
  throw Error("package '" + package.name + "': it is " + header.nevra.str(),
              "download it again; if it stays so, the repository is broken or was tampered with");
}

/// A later change shows in the file's time only once the kernel's clock has ticked since the last one (100 times a
/// second at the least). Files that are older, nearly all, are not waited for.
void let_the_clock_tick(const FileIdentity& identity) {
  using namespace std::chrono;
  constexpr milliseconds tick{20};
  const system_clock::time_point changed(duration_cast<system_clock::duration>(
      seconds(identity.changed_seconds) + nanoseconds(identity.changed_nanoseconds)));
  const auto age = system_clock::now() - changed;
  if (age >= milliseconds(-20) && age < tick) std::this_thread::sleep_for(tick - age);
}

}  // namespace

Fd VerifiedFile::open() const { return verified(open_read(path)); }

Fd VerifiedFile::open_in(int directory) const {
  Fd fd(openat(directory, path.filename().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot open '" + path.string() + "'");
  return verified(std::move(fd));
}

Fd VerifiedFile::verified(Fd fd) const {
  if (identity_of(fd.get(), path) == identity) return fd;
  throw Error("package " + package + ": its file '" + path.string() +
                  "' is not the one that was verified: it was written to, or replaced, since then",
              "see to it that nobody else writes there, and build again");
}

VerifiedPackage verify_package(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                               const KeptFiles& kept) {
  const Fd fd = open_read(path);
  const FileIdentity identity = identity_of(fd.get(), path);  // before anything of it is read
  let_the_clock_tick(identity);
  const OpenPackage package{fd.get(), path.string()};
  Signed how;
  if (keyring != nullptr) {
    how = verify(package, *keyring);
  } else {
    verify_digests(package);
  }
  return {std::filesystem::absolute(path), identity, expected_header(package, expected, kept), std::move(how)};
}

HeaderInfo verified_header(const std::filesystem::path& path, const Keyring* keyring, const Nevra& expected,
                           const KeptFiles& kept) {
  const Fd fd = open_read(path);
  const OpenPackage package{fd.get(), path.string()};
  keyring != nullptr ? verify_header(package, *keyring) : verify_header_digests(package);
  return expected_header(package, expected, kept);
}

}  // namespace rootlet::rpm
