#include "rootlet/rpm/signature.hpp"

#include <rpm/rpmcli.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmpgp.h>
#include <rpm/rpmstring.h>

#include <cstdlib>
#include <set>

#include "rootlet/base/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

using PubkeyHandle = Handle<std::remove_pointer_t<rpmPubkey>, rpmPubkeyFree>;
using ParamsHandle = Handle<std::remove_pointer_t<pgpDigParams>, pgpDigParamsFree>;

/// The 64-bit key id of a key or a signature in lower-case hexadecimal.
std::string key_id(pgpDigParams params) {
  const Handle<char, std::free> hex(rpmhex(pgpDigParamsSignID(params), sizeof(pgpKeyID_t)));
  return hex ? std::string(hex.get()) : std::string();
}

constexpr const char* again = "download it again; if it stays so, the repository is broken or was tampered with";

const std::uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

/// The OpenPGP packets of a certificate file: all its armored blocks, or the file itself if it is binary.
std::string dearmor(const std::string& certificate, const std::string& origin) {
  static constexpr std::string_view begin = "-----BEGIN PGP PUBLIC KEY BLOCK";
  if (!certificate.empty() && (static_cast<unsigned char>(certificate[0]) & 0x80U) != 0) return certificate;
  std::string packets;
  std::size_t at = certificate.find(begin);
  if (at == std::string::npos) throw Error(origin + ": it is not an OpenPGP public key", "check gpgkey in the recipe");
  for (; at != std::string::npos; at = certificate.find(begin, at + begin.size())) {
    std::uint8_t* packet = nullptr;
    std::size_t length = 0;
    const pgpArmor kind = pgpParsePkts(certificate.c_str() + at, &packet, &length);
    const Handle<std::uint8_t, std::free> owned(packet);
    if (kind != PGPARMOR_PUBKEY) throw Error(origin + ": its armor is damaged", "check gpgkey in the recipe");
    packets.append(reinterpret_cast<const char*>(packet), length);
  }
  return packets;
}

/// One line of librpm's verdict: "Header V3 RSA/SHA256 Signature, key ID f4a80eb5: NOKEY".
struct Check {
  std::string what;
  std::string status;  // OK, BAD, NOKEY, NOTFOUND, …
  std::string detail;

  [[nodiscard]] bool is_signature() const {
    return what.find("ignature") != std::string::npos;  // "Signature" where there is one, "signature" where not
  }
  /// What it covers; a check without a prefix covers the header and the payload.
  [[nodiscard]] std::string range() const {
    if (what.starts_with("Header ")) return "header";
    if (what.starts_with("Payload ")) return "payload";
    return "header and payload";
  }
};

std::vector<Check> parse_checks(const std::vector<Session::Message>& log) {
  std::vector<Check> checks;
  for (const auto& message : log) {
    if (message.level != RPMLOG_NOTICE || !message.text.starts_with("    ")) continue;
    const std::string line = message.text.substr(4);
    // A colon can also stand in the detail, never in what was checked.
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string rest = line.substr(colon + 2);
    const std::size_t space = rest.find(' ');
    Check check{line.substr(0, colon), rest.substr(0, space), {}};
    if (space != std::string::npos) check.detail = rest.substr(space + 1);
    if (check.detail.starts_with('(') && check.detail.ends_with(')')) {
      check.detail = check.detail.substr(1, check.detail.size() - 2);
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

/// The worst failure among the checks, in words; empty if none failed.
std::string worst_failure(const std::vector<Check>& checks) {
  const Check* digest = nullptr;
  const Check* signature = nullptr;
  bool header_is_good = false;
  for (const Check& check : checks) {
    const bool bad = check.status == "BAD" || check.status == "UNKNOWN";
    if (!check.is_signature() && check.range() == "header" && !bad) header_is_good = true;
    if (!bad) continue;
    const Check*& worst = check.is_signature() ? signature : digest;
    // The narrowest range tells most, and a signature's own damage less than that of what it signs.
    if (worst == nullptr || check.range().size() < worst->range().size()) worst = &check;
  }
  if (digest == nullptr && signature == nullptr) return {};
  const Check& worst = digest != nullptr ? *digest : *signature;
  std::string range = worst.range();
  if (digest != nullptr && header_is_good && range == "header and payload") range = "payload";
  std::string text = std::string(digest != nullptr ? "bad digest" : "bad signature") + " of its " + range;
  return text + " (" + worst.what + (worst.detail.empty() ? "" : ": " + worst.detail) + ")";
}

/// The key ids of the signatures that the package has.
std::set<std::string> signers(Header header) {
  std::set<std::string> ids;
  for (const rpmTagVal tag : {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER, RPMTAG_SIGPGP, RPMTAG_SIGGPG}) {
    const Handle<std::remove_pointer_t<rpmtd>, rpmtdFree> data(rpmtdNew());
    if (headerGet(header, tag, data.get(), HEADERGET_MINMEM) == 0) continue;
    pgpDigParams params = nullptr;
    const auto* packet = static_cast<const std::uint8_t*>(data->data);
    if (pgpPrtParams(packet, data->count, PGPTAG_SIGNATURE, &params) == 0) {
      const ParamsHandle owned(params);
      ids.insert(key_id(params));
    }
    rpmtdFreeData(data.get());
  }
  return ids;
}

struct Verdict {
  bool good = false;
  std::vector<Check> checks;
  std::string problem;  ///< why the package could not be checked at all
};

Verdict check_package(Session& session, const std::filesystem::path& package, rpmKeyring keyring) {
  const TransactionSet ts = make_transaction_set();
  const bool signatures = keyring != nullptr;
  if (signatures) rpmtsSetKeyring(ts.get(), keyring);
  rpmtsSetVfyFlags(ts.get(), signatures ? 0 : RPMVSF_MASK_NOSIGNATURES);
  // At this level, librpm wants a digest (and signature) for the header and for the payload.
  rpmtsSetVfyLevel(ts.get(), RPMSIG_DIGEST_TYPE | (signatures ? RPMSIG_SIGNATURE_TYPE : 0));
  const FileHandle file = open_package(package);
  rpmQVKArguments_s arguments{};
  Verdict verdict;
  session.take_log();
  verdict.good = rpmVerifySignatures(&arguments, ts.get(), file.get(), package.c_str()) == 0;
  const auto log = session.take_log();
  verdict.checks = parse_checks(log);
  if (!verdict.good && verdict.checks.empty()) {
    const std::string prefix = package.string() + ": ";
    std::string problem = errors_in(log, "it does not begin like one");
    if (problem.starts_with(prefix)) problem.erase(0, prefix.size());
    verdict.problem = "it is damaged, or not an RPM package (" + problem + ")";
  }
  return verdict;
}

Error refused(const std::filesystem::path& package, const std::string& why, const std::string& hint = {}) {
  return Error("package '" + package.string() + "': " + why, hint);
}

}  // namespace

struct Keyring::Impl {
  Handle<std::remove_pointer_t<rpmKeyring>, rpmKeyringFree> keys{rpmKeyringNew()};
  std::set<std::string> ids;
};

Keyring::Keyring() : impl_(std::make_unique<Impl>()) {}
Keyring::~Keyring() = default;
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
bool Keyring::empty() const noexcept { return impl_->ids.empty(); }

void Keyring::add(const std::string& certificate, const std::string& origin) {
  const Session session;
  const std::string packets = dearmor(certificate, origin);
  for (std::size_t at = 0; at < packets.size();) {
    const std::uint8_t* start = bytes_of(packets) + at;
    std::size_t length = 0;
    if (pgpPubKeyCertLen(start, packets.size() - at, &length) != 0 || length == 0) {
      throw Error(origin + ": it is damaged", "check gpgkey in the recipe");
    }
    const PubkeyHandle key(rpmPubkeyNew(start, length));
    if (!key)
      throw Error(origin + ": it is damaged, or of a kind that librpm does not know", "check gpgkey in the recipe");
    rpmKeyringAddKey(impl_->keys.get(), key.get());
    impl_->ids.insert(key_id(rpmPubkeyPgpDigParams(key.get())));
    int count = 0;
    const Handle<rpmPubkey, std::free> subkeys(rpmGetSubkeys(key.get(), &count));
    for (int i = 0; i < count; ++i) {
      const PubkeyHandle subkey(subkeys.get()[i]);
      rpmKeyringAddKey(impl_->keys.get(), subkey.get());
      impl_->ids.insert(key_id(rpmPubkeyPgpDigParams(subkey.get())));
    }
    at += length;
  }
}

std::string verify(const std::filesystem::path& package, const Keyring& keyring) {
  Session session;
  const Verdict verdict = check_package(session, package, keyring.impl_->keys.get());
  if (!verdict.problem.empty()) throw refused(package, verdict.problem, again);
  if (const std::string failure = worst_failure(verdict.checks); !failure.empty()) {
    throw refused(package, failure, again);
  }
  const FileHandle file = open_package(package);
  const TransactionSet ts = make_transaction_set();
  const HeaderHandle header = load_header(session, ts.get(), file.get(), package.string());
  const std::set<std::string> ids = signers(header.get());
  if (ids.empty())
    throw refused(package, "not signed",
                  "to accept that, set 'gpgcheck: false' on its repository, or 'localpkg_gpgcheck: false' for packages "
                  "named by file");
  for (const std::string& id : ids) {
    if (!keyring.impl_->ids.contains(id)) {
      throw refused(package, "signed by the unknown key " + id, "if you trust that key, add it to 'gpgkey'");
    }
  }
  if (verdict.good) return *ids.begin();
  std::string missing;
  for (const Check& check : verdict.checks) {
    if (check.status != "OK") missing += (missing.empty() ? "" : ", ") + check.what + " " + check.status;
  }
  throw refused(package, "its header and payload are not both covered by a signature (" + missing + ")");
}

void verify_digests(const std::filesystem::path& package) {
  Session session;
  const Verdict verdict = check_package(session, package, nullptr);
  if (verdict.good) return;
  if (!verdict.problem.empty()) throw refused(package, verdict.problem, again);
  const std::string failure = worst_failure(verdict.checks);
  throw refused(package, failure.empty() ? "it states no digest of its header and payload" : failure, again);
}

}  // namespace rootlet::rpm
