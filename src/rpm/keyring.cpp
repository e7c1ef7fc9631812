#include "keyring.hpp"

#include <rpm/rpmpgp.h>
#include <rpm/rpmstring.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "librpm.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/names.hpp"
#include "rootlet/error.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

constexpr std::size_t parser_limit = 65535;  // of librpm's own parser, in bytes

/// Text of the library about a certificate, without its first line, which only names it.
std::string without_title(const std::string& text) {
  std::string joined;
  for (std::size_t at = text.find('\n'); at != std::string::npos;) {
    const std::size_t end = text.find('\n', at + 1);
    const std::size_t first = text.find_first_not_of(" \n", at);
    if (first != std::string::npos) {
      joined += (joined.empty() ? "" : "; ") + text.substr(first, end == std::string::npos ? end : end - first);
    }
    at = end;
  }
  return joined;
}

/// Whether a signature demands of its reader what librpm's own parser does not know.
bool demands_too_much(const openpgp::Signature& signature) {
  constexpr std::array known{2, 16, 27};  // its creation time, its issuer, key flags
  return std::any_of(signature.critical.begin(), signature.critical.end(),
                     [&](int type) { return std::find(known.begin(), known.end(), type) == known.end(); });
}

/// Why librpm's own parser, which is strict about the form of certificates, does not take this one.
std::string form_problem(const openpgp::Certificate& certificate) {
  const std::string too_much = "signatures in it have critical parts that this librpm does not know";
  if (certificate.packets.size() > parser_limit) return "it is larger than 65,535 bytes, the most that it reads";
  const auto& own = certificate.keys.front().bindings;
  const auto& foreign = certificate.foreign;
  if (std::any_of(own.begin(), own.end(), demands_too_much) ||
      std::any_of(foreign.begin(), foreign.end(), demands_too_much)) {
    return too_much;
  }
  for (std::size_t i = 1; i < certificate.keys.size(); ++i) {
    const openpgp::Key& subkey = certificate.keys[i];
    if (!subkey.revocations.empty()) return "it has a revoked subkey, " + subkey.id;
    if (std::any_of(subkey.bindings.begin(), subkey.bindings.end(), demands_too_much)) return too_much;
    if (subkey.bindings.empty()) return "its subkey " + subkey.id + " is not signed by its owner";
  }
  return "it is not in the form that it expects";
}

/// Why librpm does not take a certificate: `verdict` and `said` are what pgpPubKeyLint says.
void explain(KnownCertificate& known, rpmRC verdict, const std::string& said) {
  const openpgp::Key& primary = known.facts.keys.front();
  const std::string library = "librpm " + librpm().version;
  if (const Unsupported lack = lack_for(primary); lack != Unsupported::nothing) {
    known.problem = words(lack, primary.version, primary.algorithm, 0);
    known.hint = remedy(lack, primary.algorithm);
    return;
  }
  if (verdict == RPMRC_OK) {
    known.problem = library + " does not take it: " + form_problem(known.facts);
    known.hint = "take a newer copy of the key file, or run rootlet on a host with librpm 4.19 or later over Sequoia";
    return;
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  std::vector<openpgp::Fault> faults = openpgp::faults_of(known.facts, 0, now.count());
  std::erase_if(faults, [](const openpgp::Fault& fault) {
    return fault.kind != openpgp::FaultKind::weak_binding && fault.kind != openpgp::FaultKind::short_key &&
           fault.kind != openpgp::FaultKind::not_bound;
  });
  const Refusal refusal = refusal_for(faults);
  known.problem =
      refusal.reason.empty() ? library + " does not take it: " + legible(without_title(said)) : refusal.reason;
  known.hint = refusal.reason.empty() ? "take a newer copy of the key file" : refusal.hint;
}

/// Lines of Sequoia's policy (https://docs.rs/sequoia-policy-config), by section.
struct PolicyLines {
  std::vector<std::string> hashes;
  std::vector<std::string> algorithms;
};

void add_line(std::vector<std::string>& lines, const std::string& setting) {
  const std::string line = "'" + setting + " = \"always\"'";
  if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
}

/// Lines that would make the policy accept what these faults are about; nothing where no policy would.
std::optional<PolicyLines> policy_lines(const std::vector<openpgp::Fault>& faults) {
  PolicyLines lines;
  for (const openpgp::Fault& fault : faults) {
    const std::string hash = fault.number == openpgp::sha1  ? "sha1"
                             : fault.number == openpgp::md5 ? "md5"
                                                            : "ripemd160";
    switch (fault.kind) {
      case openpgp::FaultKind::weak_binding: add_line(lines.hashes, hash + ".second_preimage_resistance"); break;
      case openpgp::FaultKind::weak_signature: add_line(lines.hashes, hash + ".collision_resistance"); break;
      case openpgp::FaultKind::short_key:
        add_line(lines.algorithms, fault.algorithm == openpgp::dsa ? "dsa1024" : "rsa1024");
        break;
      default: return std::nullopt;
    }
  }
  return lines;
}

std::string policy_text(const PolicyLines& lines) {
  std::string text;
  if (!lines.hashes.empty()) text += join(lines.hashes, " and ") + " below '[hash_algorithms]'";
  if (!lines.hashes.empty() && !lines.algorithms.empty()) text += " and ";
  if (!lines.algorithms.empty()) text += join(lines.algorithms, " and ") + " below '[asymmetric_algorithms]'";
  return text;
}

/// The certificates of a block, or the problem of reading them.
std::vector<openpgp::Certificate> certificates_of(const openpgp::KeyBlock& block, std::string& problem) try {
  return openpgp::read_certificates(block.packets);
} catch (const Error& error) {
  problem = error.what();
  return {};
}

}  // namespace

Refusal refusal_for(const std::vector<openpgp::Fault>& faults) {
  if (faults.empty()) return {};
  Refusal refusal;
  refusal.reason = openpgp::words(faults);
  if (!librpm().has_policy) return refusal;
  const auto lines = policy_lines(faults);
  refusal.hint = "ask whoever signs the packages for a key that this host's librpm takes";
  if (!lines) return refusal;
  refusal.reason += ", which the OpenPGP policy of librpm " + librpm().version + " on this host refuses";
  refusal.hint += "; to accept it all the same, write " + policy_text(*lines) +
                  " into /etc/crypto-policies/back-ends/rpm-sequoia.config or a file that "
                  "the variable RPM_SEQUOIA_CRYPTO_POLICY names";
  return refusal;
}

std::string key_id(pgpDigParams params) {
  const Handle<char, std::free> hex(rpmhex(pgpDigParamsSignID(params), sizeof(pgpKeyID_t)));
  return hex ? std::string(hex.get()) : std::string();
}

std::string name_of(const openpgp::Certificate& certificate, std::size_t key) {
  const std::string owner = certificate.user_id.empty() ? "" : " (" + legible(certificate.user_id) + ")";
  if (key == 0) return certificate.keys[0].id + owner;
  return certificate.keys[key].id + ", a subkey of " + certificate.keys[0].id + owner;
}

const KnownCertificate* Keyring::Impl::find(const openpgp::Signature& signature, std::size_t& key) const {
  const KnownCertificate* found = nullptr;
  for (const KnownCertificate& known : certificates) {
    for (std::size_t i = 0; i < known.facts.keys.size(); ++i) {
      const openpgp::Key& one = known.facts.keys[i];
      const bool same =
          signature.fingerprint.empty() ? one.id == signature.issuer : one.fingerprint == signature.fingerprint;
      // One that librpm takes explains more than another copy that it does not.
      if (!same || one.id.empty() || (found != nullptr && !known.problem.empty())) continue;
      found = &known;
      key = i;
      if (known.problem.empty()) return found;
    }
  }
  return found;
}

std::vector<openpgp::Fault> Keyring::Impl::faults_of(const KnownCertificate& known, std::size_t key,
                                                     std::int64_t signed_at) const {
  std::vector<const openpgp::Certificate*> copies{&known.facts};
  for (const KnownCertificate& one : certificates) {
    if (&one != &known) copies.push_back(&one.facts);
  }
  return openpgp::faults_of(copies, known.facts.keys[key].fingerprint, signed_at);
}

Keyring::Keyring() : impl_(std::make_unique<Impl>()) {}
Keyring::~Keyring() = default;
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
bool Keyring::empty() const noexcept { return impl_->handles.empty(); }

std::vector<UnusableKey> Keyring::unusable() const {
  std::vector<UnusableKey> list;
  for (const KnownCertificate& known : impl_->certificates) {
    if (!known.problem.empty()) list.push_back({name_of(known.facts, 0), known.origin, known.problem, known.hint});
  }
  list.insert(list.end(), impl_->unread.begin(), impl_->unread.end());
  return list;
}

void Keyring::add(const std::string& file, const std::string& origin, const std::vector<std::string>& allowed) {
  constexpr const char* hint = "check gpgkey in the recipe";
  const Session session;
  std::vector<openpgp::Certificate> certificates;
  std::vector<UnusableKey> unread;
  try {
    for (const openpgp::KeyBlock& block : openpgp::key_blocks(file)) {
      std::string problem = block.problem;
      std::vector<openpgp::Certificate> found;
      if (problem.empty()) found = certificates_of(block, problem);
      std::move(found.begin(), found.end(), std::back_inserter(certificates));
      if (!problem.empty()) unread.push_back({"block in line " + std::to_string(block.line), origin, problem, hint});
    }
    if (certificates.empty() && !unread.empty()) throw Error(unread.front().reason);
  } catch (const Error& error) {
    throw Error(origin + ": " + error.what(), hint);
  }
  std::move(unread.begin(), unread.end(), std::back_inserter(impl_->unread));
  for (openpgp::Certificate& certificate : certificates) {
    KnownCertificate known{std::move(certificate), origin, allowed, {}, {}};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(known.facts.packets.data());
    const std::size_t size = known.facts.packets.size();
    // Keys that rpm would not import are no keys here either.
    char* text = nullptr;
    const rpmRC verdict = pgpPubKeyLint(bytes, size, &text);
    const Handle<char, std::free> said(text);
    PubkeyHandle key(verdict == RPMRC_OK ? rpmPubkeyNew(bytes, size) : nullptr);
    if (!key) {
      explain(known, verdict, copied(said.get()));
      impl_->certificates.push_back(std::move(known));
      continue;
    }
    rpmKeyringAddKey(impl_->keys.get(), key.get());
    int count = 0;
    const Handle<rpmPubkey, std::free> subkeys(rpmGetSubkeys(key.get(), &count));
    impl_->handles.push_back(std::move(key));
    for (int i = 0; i < count; ++i) {
      PubkeyHandle subkey(subkeys.get()[i]);
      rpmKeyringAddKey(impl_->keys.get(), subkey.get());
      impl_->handles.push_back(std::move(subkey));
    }
    impl_->certificates.push_back(std::move(known));
  }
}

}  // namespace rootlet::rpm
