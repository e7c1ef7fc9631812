#include "record.hpp"

#include <rpm/rpmfiles.h>
#include <rpm/rpmtd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "files.hpp"
#include "kept_size.hpp"
#include "model/merged.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/packets.hpp"

namespace rootlet::rpm {
namespace {

/// The values of a tag, borrowed from their header.
class Values {
 public:
  Values(Header header, rpmTagVal tag) : data_(rpmtdNew()) { headerGet(header, tag, data_.get(), HEADERGET_MINMEM); }
  [[nodiscard]] int count() const { return static_cast<int>(rpmtdCount(data_.get())); }
  /// Empty, or 0, where there is none.
  [[nodiscard]] std::string text(int at) const {
    const char* found = rpmtdSetIndex(data_.get(), at) < 0 ? nullptr : rpmtdGetString(data_.get());
    return found == nullptr ? std::string() : std::string(found);
  }
  [[nodiscard]] std::uint64_t number(int at) const {
    return rpmtdSetIndex(data_.get(), at) < 0 ? 0 : rpmtdGetNumber(data_.get());
  }
  /// A binary value; nothing where it is none.
  [[nodiscard]] std::optional<std::string> bytes() const {
    if (data_->type != RPM_BIN_TYPE || data_->data == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(data_->data), data_->count);
  }

 private:
  TagValues data_;
};

/// The id of the key that the header is signed with; empty where it is not.
std::string signing_key(Header header) {
  // RPMTAG_OPENPGP, by its number: librpm before 6.0 keeps it, but has no name for it.
  constexpr rpmTagVal tag_of_rpm_6 = 278;
  constexpr std::array<rpmTagVal, 5> tags{RPMTAG_DSAHEADER, RPMTAG_RSAHEADER, tag_of_rpm_6, RPMTAG_SIGGPG,
                                          RPMTAG_SIGPGP};
  for (const rpmTagVal tag : tags) {
    const Values values(header, tag);
    const auto packet = tag == tag_of_rpm_6 ? openpgp::decode_base64(values.text(0)) : values.bytes();
    const auto signature = packet ? openpgp::read_signature(*packet) : std::nullopt;
    if (signature) return signature->issuer;
  }
  return {};
}

std::vector<std::string> obsoletes_of(Header header) {
  const Values values(header, RPMTAG_OBSOLETENAME);
  std::vector<std::string> names;
  for (int i = 0; i < values.count(); ++i) names.push_back(values.text(i));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

InstalledPackage package_of(Header header, bool files) {
  InstalledPackage package;
  package.nevra = nevra_of(header);
  package.installed_size = headerGetNumber(header, RPMTAG_LONGSIZE);
  package.kept_size = kept_size(header);
  package.install_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_INSTALLTIME));
  package.build_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_BUILDTIME));
  package.vendor = string_tag(header, RPMTAG_VENDOR);
  package.license = string_tag(header, RPMTAG_LICENSE);
  package.source_rpm = string_tag(header, RPMTAG_SOURCERPM);
  package.url = string_tag(header, RPMTAG_URL);
  package.modularity_label = string_tag(header, RPMTAG_MODULARITYLABEL);
  package.obsoletes = obsoletes_of(header);
  if (!files) return package;
  package.signed_by = signing_key(header);
  package.files = files_of(header);
  return package;
}

FileNames names_of(Header header) {
  const Values directories(header, RPMTAG_DIRNAMES);
  const Values of(header, RPMTAG_DIRINDEXES);
  const Values names(header, RPMTAG_BASENAMES);
  const Values states(header, RPMTAG_FILESTATES);
  FileNames files;
  for (int d = 0; d < directories.count(); ++d) files.directories.push_back(directories.text(d));
  for (int f = 0; f < names.count(); ++f) {
    const auto directory = static_cast<std::uint32_t>(of.number(f));
    if (directory >= files.directories.size() || !RPMFILE_IS_INSTALLED(states.number(f))) continue;
    files.directory_of.push_back(directory);
    files.names.append(names.text(f)).push_back('\0');
  }
  return files;
}

std::vector<std::pair<std::string, std::string>> merged_of(Header header) {
  std::vector<std::pair<std::string, std::string>> links;
  const Values directories(header, RPMTAG_DIRNAMES);
  bool may_have = false;
  for (int d = 0; d < directories.count() && !may_have; ++d) {
    may_have = directories.text(d) == "/" || directories.text(d) == "/usr/";
  }
  if (!may_have) return links;
  const Values of(header, RPMTAG_DIRINDEXES);
  const Values names(header, RPMTAG_BASENAMES);
  const Values targets(header, RPMTAG_FILELINKTOS);
  for (int f = 0; f < names.count(); ++f) {
    const std::string target = targets.text(f);
    if (target.empty()) continue;
    const std::string parent = directories.text(static_cast<int>(of.number(f)));
    const std::string path = parent + names.text(f);
    if (std::find(merged_directories.begin(), merged_directories.end(), path) == merged_directories.end()) continue;
    links.emplace_back(path, target.starts_with('/') ? target : parent + target);
  }
  return links;
}

/// DNF's default of `installonlypkgs`, which are capabilities.
bool is_install_only(const Record& record) {
  static constexpr std::array<std::string_view, 6> several{"kernel",
                                                           "kernel-PAE",
                                                           "installonlypkg(kernel)",
                                                           "installonlypkg(kernel-module)",
                                                           "installonlypkg(vm)",
                                                           "multiversion(kernel)"};
  for (rpmds one = rpmdsInit(record.provides.get()); rpmdsNext(one) >= 0;) {
    if (std::find(several.begin(), several.end(), copied(rpmdsN(one))) != several.end()) return true;
  }
  return false;
}

}  // namespace

Record read_record(Header header, rpmstrPool strings, bool files) {
  const auto listed = [&](rpmTagVal tag) { return Dependencies(rpmdsNewPool(strings, header, tag, 0)); };
  Record record;
  record.package = package_of(header, files);
  record.provides = listed(RPMTAG_PROVIDENAME);
  for (rpmds one = rpmdsInit(record.provides.get()); rpmdsNext(one) >= 0;) {
    record.package.provides.push_back(capability_of(one));
  }
  std::sort(record.package.provides.begin(), record.package.provides.end());
  record.requirements = listed(RPMTAG_REQUIRENAME);
  record.recommends = listed(RPMTAG_RECOMMENDNAME);
  record.supplements = listed(RPMTAG_SUPPLEMENTNAME);
  record.conflicts = listed(RPMTAG_CONFLICTNAME);
  record.obsoletes = listed(RPMTAG_OBSOLETENAME);
  record.orders = listed(RPMTAG_ORDERNAME);
  record.package.install_only = is_install_only(record);
  record.files = names_of(header);
  record.merged = merged_of(header);
  record.module = string_tag(header, RPMTAG_MODULARITYLABEL);
  return record;
}

}  // namespace rootlet::rpm
