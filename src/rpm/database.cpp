#include "rootlet/rpm/database.hpp"

#include <fcntl.h>
#include <rpm/rpmdb.h>
#include <rpm/rpmfiles.h>

#include <algorithm>
#include <cstdlib>

#include "database_wire.hpp"
#include "providers.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/isolate.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

using Files = Handle<std::remove_pointer_t<rpmfiles>, rpmfilesFree>;

std::string text(const char* from) { return from == nullptr ? std::string() : std::string(from); }

/// The id of the key that the header is signed with; empty where it is not.
std::string signing_key(Header header) {
  const char* format =
      "%|DSAHEADER?{%{DSAHEADER:pgpsig}}:{%|RSAHEADER?{%{RSAHEADER:pgpsig}}:"
      "{%|SIGGPG?{%{SIGGPG:pgpsig}}:{%|SIGPGP?{%{SIGPGP:pgpsig}}|}|}|}|";
  const Handle<char, std::free> shown(headerFormat(header, format, nullptr));
  const std::string words = shown ? shown.get() : "";
  const std::string before = "Key ID ";
  const auto at = words.find(before);
  return at == std::string::npos ? "" : words.substr(at + before.size());
}

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

std::vector<PackageFile> files_of(Header header) {
  const Files files(rpmfilesNew(nullptr, header, 0, RPMFI_KEEPHEADER));
  std::vector<PackageFile> list;
  const int count = files ? static_cast<int>(rpmfilesFC(files.get())) : 0;
  for (int i = 0; i < count; ++i) {
    PackageFile file;
    const Handle<char, std::free> path(rpmfilesFN(files.get(), i));
    file.path = text(path.get());
    file.mode = rpmfilesFMode(files.get(), i);
    file.size = rpmfilesFSize(files.get(), i);
    file.user = text(rpmfilesFUser(files.get(), i));
    file.group = text(rpmfilesFGroup(files.get(), i));
    file.target = text(rpmfilesFLink(files.get(), i));
    file.digest = digest_of_file(files.get(), i);
    file.capabilities = text(rpmfilesFCaps(files.get(), i));
    const auto flags = rpmfilesFFlags(files.get(), i);
    file.config = (flags & RPMFILE_CONFIG) != 0;
    file.doc = (flags & RPMFILE_DOC) != 0;
    file.license = (flags & RPMFILE_LICENSE) != 0;
    file.ghost = (flags & RPMFILE_GHOST) != 0;
    file.missing_ok = (flags & RPMFILE_MISSINGOK) != 0;
    file.installed = RPMFILE_IS_INSTALLED(rpmfilesFState(files.get(), i));
    const auto verify = rpmfilesVFlags(files.get(), i);
    file.verify_digest = (verify & RPMVERIFY_FILEDIGEST) != 0;
    file.verify_mode = (verify & RPMVERIFY_MODE) != 0;
    file.verify_owner = (verify & RPMVERIFY_USER) != 0 && (verify & RPMVERIFY_GROUP) != 0;
    list.push_back(std::move(file));
  }
  std::sort(list.begin(), list.end(), [](const PackageFile& a, const PackageFile& b) { return a.path < b.path; });
  return list;
}

InstalledPackage package_of(Header header, bool files) {
  InstalledPackage package;
  package.nevra = nevra_of(header);
  package.installed_size = headerGetNumber(header, RPMTAG_LONGSIZE);
  package.install_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_INSTALLTIME));
  package.build_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_BUILDTIME));
  package.vendor = string_tag(header, RPMTAG_VENDOR);
  package.license = string_tag(header, RPMTAG_LICENSE);
  package.source_rpm = string_tag(header, RPMTAG_SOURCERPM);
  package.signed_by = signing_key(header);
  if (files) package.files = files_of(header);
  return package;
}

/// Of all packages, sorted by NEVRA: two installations of one package stay two.
std::vector<HeaderHandle> read_headers(rpmts ts, Session& session) {
  std::vector<HeaderHandle> headers;
  const Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator> all(
      rpmtsInitIterator(ts, RPMDBI_PACKAGES, nullptr, 0));
  while (Header header = rpmdbNextIterator(all.get())) headers.emplace_back(headerLink(header));
  if (const std::string errors = errors_in(session.take_log(), ""); !errors.empty()) throw Error(errors);
  std::stable_sort(headers.begin(), headers.end(),
                   [](const HeaderHandle& a, const HeaderHandle& b) { return nevra_of(a.get()) < nevra_of(b.get()); });
  return headers;
}

class Dependents {
 public:
  explicit Dependents(const std::vector<HeaderHandle>& headers) : providers_(headers) {
    for (std::uint32_t i = 0; i < headers.size(); ++i) {
      add_requirements(PackageId{i});
      add_recommendations(PackageId{i});
      add_supplements(PackageId{i});
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
  }
  std::vector<Dependency> take() { return std::move(found_); }

 private:
  void add(Dependency dependency) {
    const auto& by = dependency.providers;
    if (std::find(by.begin(), by.end(), dependency.from) == by.end()) found_.push_back(std::move(dependency));
  }

  void add_requirements(PackageId package) {
    const Dependencies all = providers_.listed(package, RPMTAG_REQUIRENAME);
    for (rpmds one = rpmdsInit(all.get()); rpmdsNext(one) >= 0;) {
      if ((rpmdsFlags(one) & RPMSENSE_RPMLIB) != 0 || text(rpmdsN(one)).starts_with("rpmlib(")) continue;
      for (const auto& part : providers_.parts(one)) {
        for (const EdgeKind kind : kinds_of(rpmdsFlags(one))) {
          add({package, capability_of(one), kind, part.condition, part.providers});
        }
      }
    }
  }

  void add_recommendations(PackageId package) {
    const Dependencies all = providers_.listed(package, RPMTAG_RECOMMENDNAME);
    for (rpmds one = rpmdsInit(all.get()); rpmdsNext(one) >= 0;) {
      for (const auto& part : providers_.parts(one)) {
        if (part.providers.empty()) continue;
        add({package, capability_of(one), EdgeKind::recommends, part.condition, part.providers});
      }
    }
  }

  /// A supplement points the other way: what meets its condition brings the package in.
  void add_supplements(PackageId package) {
    const Dependencies all = providers_.listed(package, RPMTAG_SUPPLEMENTNAME);
    for (rpmds one = rpmdsInit(all.get()); rpmdsNext(one) >= 0;) {
      if (!providers_.met(one)) continue;
      for (const auto& part : providers_.parts(one)) {
        for (const PackageId by : part.providers) {
          add({by, capability_of(one), EdgeKind::supplements, "", {package}});
        }
      }
    }
  }

  Providers providers_;
  std::vector<Dependency> found_;
};

std::string read_packed(const std::filesystem::path& directory, bool files) {
  Session session;
  define_macro("_dbpath", directory.string());
  const TransactionSet ts = make_transaction_set();
  rpmtsSetRootDir(ts.get(), "/");
  if (rpmtsOpenDB(ts.get(), O_RDONLY) != 0) throw Error(errors_in(session.take_log(), "librpm does not open it"));
  // It says which kind of database it found instead of the usual one.
  session.take_log();
  const std::vector<HeaderHandle> headers = read_headers(ts.get(), session);
  if (headers.empty()) throw Error("it holds no packages");
  InstalledSet set;
  for (const HeaderHandle& header : headers) set.packages.push_back(package_of(header.get(), files));
  set.dependencies = Dependents(headers).take();
  return packed(set);
}

}  // namespace

InstalledSet read_database(const std::filesystem::path& directory, bool files) {
  return unpacked(run_isolated("librpm", [&] { return read_packed(directory, files); }));
}

}  // namespace rootlet::rpm
