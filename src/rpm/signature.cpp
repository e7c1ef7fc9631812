#include "rpm/signature.hpp"

#include <rpm/rpmcli.h>
#include <rpm/rpmkeyring.h>

#include <algorithm>

#include "keyring.hpp"
#include "package_bytes.hpp"
#include "rootlet/error.hpp"
#include "session.hpp"
#include "signature_check.hpp"

namespace rootlet::rpm {
namespace {

constexpr auto header_only = static_cast<rpmVSFlags>(RPMVSF_MASK_NOSIGNATURES | RPMVSF_MASK_NOPAYLOAD);

constexpr const char* again = "download it again; if it stays so, the repository is broken or was tampered with";

Error refused(const OpenPackage& package, const std::string& why, const std::string& hint = {}) {
  return Error("package '" + package.name + "': " + why, hint);
}

/// Whether librpm is content with what of a package it looks at (`flags`: what it does not) and with what it finds
/// (`level`: of what kind there must be something for header and payload).
bool accepts(const OpenPackage& package, rpmKeyring keyring, rpmVSFlags flags, int level) {
  const TransactionSet ts = make_transaction_set();
  if (keyring != nullptr) rpmtsSetKeyring(ts.get(), keyring);
  rpmtsSetVfyFlags(ts.get(), flags);
  rpmtsSetVfyLevel(ts.get(), level);
  const FileHandle file = handle_of(package);
  rpmQVKArguments_s arguments{};
  return rpmVerifySignatures(&arguments, ts.get(), file.get(), package.name.c_str()) == 0;
}

/// Damage of the package as far as nothing but its own bytes tells; empty if there is none.
std::string damage(Session& session, const OpenPackage& package) {
  try {
    const TransactionSet ts = make_transaction_set();
    load_header(session, ts.get(), package);
    static_cast<void>(read_package_bytes(package));
  } catch (const Error&) {
    return "it is damaged, or not an RPM package";
  }
  constexpr rpmVSFlags no_signatures = RPMVSF_MASK_NOSIGNATURES;
  if (accepts(package, nullptr, no_signatures, RPMSIG_DIGEST_TYPE)) return {};
  // At level 0, librpm only complains about what it finds wrong, not about what there is not.
  if (!accepts(package, nullptr, header_only, 0)) return "bad digest of its header";
  if (!accepts(package, nullptr, no_signatures, 0)) return "bad digest of its payload";
  return "it states no digest of its header and payload";
}

}  // namespace

Signed verify(const OpenPackage& package, const Keyring& keyring) {
  Session session;
  const Keyring::Impl& keys = *keyring.impl_;
  const bool good = accepts(package, keys.keys.get(), RPMVSF_DEFAULT, RPMSIG_DIGEST_TYPE | RPMSIG_SIGNATURE_TYPE);
  if (!good) {
    if (const std::string found = damage(session, package); !found.empty()) throw refused(package, found, again);
  }
  const PackageBytes file = read_package_bytes(package);
  const std::vector<SignatureCheck> checks = check_signatures(package, file, keys);
  if (!good) {
    if (checks.empty()) {
      throw refused(package, "it is not signed",
                    "get it from a repository that signs its packages, or sign it and add the key to 'gpgkey'");
    }
    const Refusal refusal = refusal_of(checks, file);
    throw refused(package, refusal.reason, refusal.hint);
  }
  Signed result;
  for (const SignatureCheck& check : checks) {
    if (check.status == SignatureStatus::weak) {
      const Refusal refusal = refusal_of({check}, file);
      throw refused(package, refusal.reason, refusal.hint);
    }
    if (check.status != SignatureStatus::good) continue;
    if (result.key.empty()) result.key = check.facts.issuer;
    result.weakness.insert(result.weakness.end(), check.weakness.begin(), check.weakness.end());
  }
  if (result.key.empty()) throw refused(package, "librpm accepts its signatures, but none of them is good", again);
  std::sort(result.weakness.begin(), result.weakness.end());
  result.weakness.erase(std::unique(result.weakness.begin(), result.weakness.end()), result.weakness.end());
  return result;
}

void verify_header(const OpenPackage& package, const Keyring& keyring) {
  verify_header_digests(package);
  Session session;
  const PackageBytes file = read_package_bytes(package);
  std::vector<SignatureCheck> checks = check_signatures(package, file, *keyring.impl_);
  for (const SignatureCheck& check : checks) {
    if (check.covers == Coverage::header && check.status == SignatureStatus::good) return;
  }
  std::erase_if(checks, [](const SignatureCheck& check) { return check.covers != Coverage::header; });
  if (checks.empty()) throw refused(package, "its header is not signed by itself");
  const Refusal refusal = refusal_of(checks, file);
  throw refused(package, refusal.reason, refusal.hint);
}

void verify_header_digests(const OpenPackage& package) {
  Session session;
  if (accepts(package, nullptr, header_only, 0)) return;
  throw refused(package, "bad digest of its header", again);
}

void verify_digests(const OpenPackage& package) {
  Session session;
  constexpr rpmVSFlags no_signatures = RPMVSF_MASK_NOSIGNATURES;
  if (accepts(package, nullptr, no_signatures, RPMSIG_DIGEST_TYPE)) return;
  throw refused(package, damage(session, package), again);
}

}  // namespace rootlet::rpm
