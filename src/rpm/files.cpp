#include "files.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/capabilities.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

/// rpm's numbers of digest algorithms are OpenPGP's (RFC 4880, 9.4).
std::string digest_name_of(int algorithm) {
  switch (algorithm) {
    case 1: return "md5";
    case 2: return "sha1";
    case 8: return "sha256";
    case 9: return "sha384";
    case 10: return "sha512";
    case 11: return "sha224";
    default: return "";
  }
}

Checksum digest_of_file(rpmfiles files, int at) {
  int algorithm = 0;
  std::size_t length = 0;
  const unsigned char* bytes = rpmfilesFDigest(files, at, &algorithm, &length);
  if (bytes == nullptr || std::all_of(bytes, bytes + length, [](unsigned char byte) { return byte == 0; })) return {};
  static constexpr char digits[] = "0123456789abcdef";
  Checksum digest{digest_name_of(algorithm), {}};
  for (std::size_t i = 0; i < length; ++i) {
    digest.hex += digits[bytes[i] >> 4U];
    digest.hex += digits[bytes[i] & 15U];
  }
  return digest.type.empty() ? Checksum{} : digest;
}

}  // namespace

std::vector<PackageFile> files_of(Header header) {
  const Files files(rpmfilesNew(nullptr, header, 0, RPMFI_KEEPHEADER));
  std::vector<PackageFile> list;
  const int count = files ? static_cast<int>(rpmfilesFC(files.get())) : 0;
  for (int i = 0; i < count; ++i) {
    PackageFile file;
    const Handle<char, std::free> path(rpmfilesFN(files.get(), i));
    file.path = copied(path.get());
    file.mode = rpmfilesFMode(files.get(), i);
    file.size = rpmfilesFSize(files.get(), i);
    file.user = copied(rpmfilesFUser(files.get(), i));
    file.group = copied(rpmfilesFGroup(files.get(), i));
    file.target = copied(rpmfilesFLink(files.get(), i));
    file.digest = digest_of_file(files.get(), i);
    file.capabilities = normal_capabilities(copied(rpmfilesFCaps(files.get(), i)));
    const auto flags = rpmfilesFFlags(files.get(), i);
    file.config = (flags & RPMFILE_CONFIG) != 0;
    file.doc = (flags & RPMFILE_DOC) != 0;
    file.license = (flags & RPMFILE_LICENSE) != 0;
    file.ghost = (flags & RPMFILE_GHOST) != 0;
    file.missing_ok = (flags & RPMFILE_MISSINGOK) != 0;
    const rpmfileState state = rpmfilesFState(files.get(), i);  // missing in a package
    file.installed = state == RPMFILE_STATE_MISSING || RPMFILE_IS_INSTALLED(state);
    const auto verify = rpmfilesVFlags(files.get(), i);
    file.verify_digest = (verify & RPMVERIFY_FILEDIGEST) != 0;
    file.verify_mode = (verify & RPMVERIFY_MODE) != 0;
    file.verify_owner = (verify & RPMVERIFY_USER) != 0 && (verify & RPMVERIFY_GROUP) != 0;
    list.push_back(std::move(file));
  }
  std::sort(list.begin(), list.end(), [](const PackageFile& a, const PackageFile& b) { return a.path < b.path; });
  return list;
}

}  // namespace rootlet::rpm
