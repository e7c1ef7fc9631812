#include "signature_check.hpp"

#include <rpm/rpmcrypto.h>
#include <rpm/rpmpgp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace rootlet::rpm {
namespace {

/// A digest that librpm computes; freed with rpmDigestFinal.
struct DigestDeleter {
  void operator()(std::remove_pointer_t<DIGEST_CTX>* context) const noexcept {
    rpmDigestFinal(context, nullptr, nullptr, 0);
  }
};
using DigestHandle = std::unique_ptr<std::remove_pointer_t<DIGEST_CTX>, DigestDeleter>;

std::int64_t present() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The digest of what a signature covers, begun with its salt; nullptr: librpm does not know the hash.
DigestHandle digest_of_range(const OpenPackage& file, const PackageBytes& package, Coverage covers, int hash,
                             const std::string& salt) {
  DigestHandle digest(rpmDigestInit(hash, RPMDIGEST_NONE));
  if (!digest) return nullptr;
  if (!salt.empty()) rpmDigestUpdate(digest.get(), salt.data(), salt.size());
  const std::uint64_t end = covers == Coverage::header ? package.header_end : std::numeric_limits<std::uint64_t>::max();
  std::string buffer(std::size_t{1} << 17U, '\0');
  for (std::uint64_t at = package.header_begin; at < end;) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - at));
    const ssize_t got = pread(file.fd, buffer.data(), wanted, static_cast<off_t>(at));
    if (got <= 0) break;  // a file that ends too early does not fit its digests, which are checked before
    rpmDigestUpdate(digest.get(), buffer.data(), static_cast<std::size_t>(got));
    at += static_cast<std::uint64_t>(got);
  }
  return digest;
}

/// Verdict of librpm on a signature by the keys that it may be of; the best of the answers, as librpm itself takes it.
rpmRC ask_keys(const Keyring::Impl& keyring, pgpDigParams signature, DIGEST_CTX digest) {
  rpmRC best = RPMRC_NOKEY;
  for (const PubkeyHandle& handle : keyring.handles) {
    const pgpDigParams key = rpmPubkeyPgpDigParams(handle.get());
    if (key_id(key) != key_id(signature)) continue;
    if (pgpDigParamsAlgo(key, PGPVAL_PUBKEYALGO) != pgpDigParamsAlgo(signature, PGPVAL_PUBKEYALGO)) continue;
    const rpmRC answer = pgpVerifySignature(key, signature, digest);
    if (answer == RPMRC_OK) return answer;
    if (best == RPMRC_NOKEY || answer == RPMRC_NOTTRUSTED) best = answer;
  }
  return best;
}

/// Faults for which librpm says no without saying that the signature would fit. What binds a primary key was judged
/// when the certificate was taken: where a policy lets SHA-1 pass, it is no reason.
bool hides_the_answer(const openpgp::Fault& fault, bool by_primary) {
  if (fault.kind == openpgp::FaultKind::weak_binding) return !by_primary && !fault.of_primary;
  return fault.kind == openpgp::FaultKind::not_for_signing || fault.kind == openpgp::FaultKind::not_bound;
}

void judge(SignatureCheck& check, const RawSignature& raw, const OpenPackage& file, const PackageBytes& package,
           const Keyring::Impl& keyring) {
  check.lack = lack_for(check.facts, raw.in_openpgp_tag);
  check.certificate = keyring.find(check.facts, check.key);
  if (check.lack != Unsupported::nothing) {
    check.status = SignatureStatus::lacking;
    return;
  }
  pgpDigParams raw_params = nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(raw.packet.data());
  if (pgpPrtParams(bytes, raw.packet.size(), PGPTAG_SIGNATURE, &raw_params) != 0) return;
  const ParamsHandle params(raw_params);
  const DigestHandle digest = digest_of_range(file, package, check.covers, check.facts.hash, check.facts.salt);
  if (!digest) {
    check.lack = Unsupported::hash;
    check.status = SignatureStatus::lacking;
    return;
  }
  check.faults = openpgp::faults_of(check.facts, present());
  // Without a key, librpm still sees whether the signature can be of these bytes.
  if (pgpVerifySignature(nullptr, params.get(), digest.get()) == RPMRC_FAIL) {
    if (!check.faults.empty()) check.status = SignatureStatus::refused;
    return;
  }
  if (check.certificate == nullptr) {
    check.status = SignatureStatus::unknown_key;
    return;
  }
  if (!check.certificate->problem.empty()) {
    check.status = SignatureStatus::unusable_key;
    return;
  }
  const rpmRC answer = ask_keys(keyring, params.get(), digest.get());
  const auto of_key = keyring.faults_of(*check.certificate, check.key, check.facts.created);
  check.faults.insert(check.faults.end(), of_key.begin(), of_key.end());
  if (answer == RPMRC_OK) {
    openpgp::Judgement judgement = openpgp::judge(check.faults, check.certificate->allowed);
    check.status = judgement.refused.empty() ? SignatureStatus::good : SignatureStatus::weak;
    check.weakness = std::move(judgement.weakness);
    if (check.status == SignatureStatus::weak) check.faults = std::move(judgement.refused);
    return;
  }
  const bool hidden = std::any_of(check.faults.begin(), check.faults.end(),
                                  [&](const openpgp::Fault& fault) { return hides_the_answer(fault, check.key == 0); });
  if (answer != RPMRC_FAIL || hidden) check.status = SignatureStatus::refused;
}

const SignatureCheck* worst(const std::vector<SignatureCheck>& checks) {
  const SignatureCheck* found = nullptr;
  for (const SignatureCheck& check : checks) {
    if (check.status == SignatureStatus::good) continue;
    if (found == nullptr || check.status < found->status) found = &check;
  }
  return found;
}

const char* part(Coverage covers) { return covers == Coverage::header ? "header" : "header and payload"; }

std::string key_of(const SignatureCheck& check) {
  if (check.certificate == nullptr) return "key " + check.facts.issuer;
  return "key " + name_of(check.certificate->facts, check.key) + " of " + check.certificate->origin;
}

Refusal refusal_of_one(const SignatureCheck& check) {
  const openpgp::Signature& facts = check.facts;
  switch (check.status) {
    case SignatureStatus::good: break;
    case SignatureStatus::damaged:
      return {std::string("bad signature of its ") + part(check.covers),
              "download it again; if it stays so, the repository is broken or was tampered with"};
    case SignatureStatus::unknown_key:
      return {"signed by the unknown key " + facts.issuer + check.unread, "if you trust that key, add it to 'gpgkey'"};
    case SignatureStatus::unusable_key:
      return {"signed by the " + key_of(check) + ", but " + check.certificate->problem, check.certificate->hint};
    case SignatureStatus::lacking: {
      const std::string lack = words(check.lack, facts.version, facts.algorithm, facts.hash);
      const std::string text =
          check.lack == Unsupported::openpgp_tag ? lack : "signed by the key " + facts.issuer + ", but " + lack;
      return {text, remedy(check.lack, facts.algorithm)};
    }
    case SignatureStatus::refused: {
      Refusal refusal = refusal_for(check.faults);
      if (refusal.reason.empty()) refusal.reason = "librpm " + librpm().version + " does not trust it";
      refusal.reason = "signed by the " + key_of(check) + ", but " + refusal.reason;
      return refusal;
    }
    case SignatureStatus::weak:
      return {"signed by the " + key_of(check) + ", but " + openpgp::words(check.faults) + ", which rootlet refuses",
              openpgp::way_out(check.faults)};
  }
  return {};
}

}  // namespace

std::vector<SignatureCheck> check_signatures(const OpenPackage& file, const PackageBytes& package,
                                             const Keyring::Impl& keyring) {
  const bool has_tag = std::any_of(package.signatures.begin(), package.signatures.end(),
                                   [](const RawSignature& raw) { return raw.in_openpgp_tag; });
  const bool has_other = std::any_of(package.signatures.begin(), package.signatures.end(),
                                     [](const RawSignature& raw) { return !raw.in_openpgp_tag; });
  const bool take_tag = has_tag && (knows_openpgp_tag() || !has_other);
  std::vector<SignatureCheck> checks;
  for (const RawSignature& raw : package.signatures) {
    if (raw.in_openpgp_tag != take_tag) continue;
    SignatureCheck check;
    check.covers = raw.covers;
    for (const UnusableKey& block : keyring.unread) {
      check.unread += "; of " + block.origin + ", the " + block.name + " cannot be read: " + block.reason;
    }
    if (const auto facts = openpgp::read_signature(raw.packet)) {
      check.facts = *facts;
      judge(check, raw, file, package, keyring);
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

Refusal refusal_of(const std::vector<SignatureCheck>& checks, const PackageBytes& package) {
  if (checks.empty()) return {};
  const SignatureCheck* check = worst(checks);
  if (check == nullptr) {
    return {"its signature covers only the header, and nothing in the header covers the payload",
            "a package made by rpm 4.14 or later has a digest of its payload in the header: take a newer build of it"};
  }
  Refusal refusal = refusal_of_one(*check);
  if (check->status == SignatureStatus::lacking && package.format == 6) {
    refusal.reason = "a package of format 6, " + refusal.reason;
  }
  return refusal;
}

}  // namespace rootlet::rpm
