#include "rpm/header.hpp"

#include <rpm/rpmlib.h>

#include "accounts.hpp"
#include "dependencies.hpp"
#include "files.hpp"
#include "kept_size.hpp"
#include "rootlet/error.hpp"
#include "scriptlets.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

std::vector<Requirement> requirements_of(Header header) {
  std::vector<Requirement> list;
  const Dependencies dependencies(rpmdsNew(header, RPMTAG_REQUIRENAME, 0));
  for (rpmds ds = rpmdsInit(dependencies.get()); rpmdsNext(ds) >= 0;) {
    if ((rpmdsFlags(ds) & RPMSENSE_RPMLIB) == 0) list.push_back({capability_of(ds), kinds_of(rpmdsFlags(ds))});
  }
  return list;
}

/// librpm itself installs no package that requires a feature which it does not have.
std::vector<std::string> missing_features_of(Header header) {
  rpmds known = nullptr;
  rpmdsRpmlib(&known, nullptr);
  const Dependencies features(known);
  std::vector<std::string> missing;
  const Dependencies dependencies(rpmdsNew(header, RPMTAG_REQUIRENAME, 0));
  for (rpmds ds = rpmdsInit(dependencies.get()); rpmdsNext(ds) >= 0;) {
    const bool feature = (rpmdsFlags(ds) & RPMSENSE_RPMLIB) != 0 || copied(rpmdsN(ds)).starts_with("rpmlib(");
    if (feature && rpmdsSearch(features.get(), ds) < 0) missing.push_back(capability_of(ds));
  }
  return missing;
}

}  // namespace

HeaderInfo read_header(const OpenPackage& package, const KeptFiles& kept) {
  Session session;
  const TransactionSet ts = make_transaction_set();
  const HeaderHandle handle = load_header(session, ts.get(), package);
  Header header = handle.get();

  HeaderInfo info;
  info.nevra = nevra_of(header);
  if (info.nevra.name.empty() || info.nevra.version.empty() || info.nevra.release.empty() || info.nevra.arch.empty()) {
    throw Error("cannot read package '" + package.name +
                "': its header lacks a name, version, release or architecture");
  }
  info.installed_size = headerGetNumber(header, RPMTAG_LONGSIZE);
  info.kept_size = kept_size(header, kept);
  info.build_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_BUILDTIME));
  info.states_epoch = headerIsEntry(header, RPMTAG_EPOCH) != 0;
  info.license = string_tag(header, RPMTAG_LICENSE);
  info.vendor = string_tag(header, RPMTAG_VENDOR);
  info.source_rpm = string_tag(header, RPMTAG_SOURCERPM);
  info.url = string_tag(header, RPMTAG_URL);
  info.modularity_label = string_tag(header, RPMTAG_MODULARITYLABEL);
  info.files = files_of(header);
  info.requirements = requirements_of(header);
  info.missing_features = missing_features_of(header);
  info.accounts = accounts_of(header, kept.docs);
  info.scriptlets = scriptlets_of(header);
  return info;
}

}  // namespace rootlet::rpm
