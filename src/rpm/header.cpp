#include "rootlet/rpm/header.hpp"

#include <rpm/rpmds.h>
#include <rpm/rpmtd.h>

#include "rootlet/base/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

std::vector<std::string> string_list(Header header, rpmTagVal tag) {
  std::vector<std::string> list;
  const Handle<std::remove_pointer_t<rpmtd>, rpmtdFree> data(rpmtdNew());
  if (headerGet(header, tag, data.get(), HEADERGET_EXT) != 0) {
    while (const char* text = rpmtdNextString(data.get())) list.emplace_back(text);
    rpmtdFreeData(data.get());
  }
  return list;
}

/// A requirement's flags, as rpmbuild set them from Requires(pre) and the like (rpmds.h).
std::vector<EdgeKind> kinds_of(rpmsenseFlags flags) {
  std::vector<EdgeKind> kinds;
  for (const auto& [flag, kind] :
       {std::pair{RPMSENSE_PRETRANS, EdgeKind::pretrans}, std::pair{RPMSENSE_SCRIPT_PRE, EdgeKind::pre},
        std::pair{RPMSENSE_SCRIPT_POST, EdgeKind::post}, std::pair{RPMSENSE_SCRIPT_PREUN, EdgeKind::preun},
        std::pair{RPMSENSE_SCRIPT_POSTUN, EdgeKind::postun}, std::pair{RPMSENSE_POSTTRANS, EdgeKind::posttrans},
        std::pair{RPMSENSE_SCRIPT_VERIFY, EdgeKind::verify}}) {
    if ((flags & flag) != 0) kinds.push_back(kind);
  }
  if (kinds.empty()) kinds.push_back((flags & RPMSENSE_PREREQ) != 0 ? EdgeKind::scriptlet : EdgeKind::runtime);
  return kinds;
}

/// "bash >= 4" of librpm's "R bash >= 4", without the epoch 0 that metadata leaves out.
std::string capability_of(rpmds dependency) {
  const char* text = rpmdsDNEVR(dependency);
  std::string capability = text == nullptr || std::string_view(text).size() < 2 ? "" : text + 2;
  const auto zero = capability.rfind(" 0:");
  if (zero != std::string::npos && !capability.starts_with('(')) capability.erase(zero + 1, 2);
  return capability;
}

std::vector<Requirement> requirements_of(Header header) {
  std::vector<Requirement> list;
  const Handle<std::remove_pointer_t<rpmds>, rpmdsFree> dependencies(rpmdsNew(header, RPMTAG_REQUIRENAME, 0));
  for (rpmds ds = rpmdsInit(dependencies.get()); rpmdsNext(ds) >= 0;) {
    if ((rpmdsFlags(ds) & RPMSENSE_RPMLIB) == 0) list.push_back({capability_of(ds), kinds_of(rpmdsFlags(ds))});
  }
  return list;
}

}  // namespace

HeaderInfo read_header(const std::filesystem::path& package) {
  Session session;
  const FileHandle file = open_package(package);
  const TransactionSet ts = make_transaction_set();
  const HeaderHandle handle = load_header(session, ts.get(), file.get(), package.string());
  Header header = handle.get();

  HeaderInfo info;
  info.nevra.name = string_tag(header, RPMTAG_NAME);
  info.nevra.epoch = static_cast<std::uint32_t>(headerGetNumber(header, RPMTAG_EPOCH));
  info.nevra.version = string_tag(header, RPMTAG_VERSION);
  info.nevra.release = string_tag(header, RPMTAG_RELEASE);
  info.nevra.arch = headerIsSource(header) != 0 ? "src" : string_tag(header, RPMTAG_ARCH);
  if (info.nevra.name.empty() || info.nevra.version.empty() || info.nevra.release.empty() || info.nevra.arch.empty()) {
    throw Error("cannot read package '" + package.string() +
                "': its header lacks a name, version, release or architecture");
  }
  info.installed_size = headerGetNumber(header, RPMTAG_LONGSIZE);
  info.build_time = static_cast<std::int64_t>(headerGetNumber(header, RPMTAG_BUILDTIME));
  info.files = string_list(header, RPMTAG_FILENAMES);
  info.requirements = requirements_of(header);
  return info;
}

}  // namespace rootlet::rpm
