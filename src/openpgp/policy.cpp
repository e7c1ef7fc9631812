#include "openpgp/policy.hpp"

#include <algorithm>

#include "openpgp/names.hpp"

namespace rootlet::openpgp {
namespace {

/// A fault for which a signature does not count.
struct Rule {
  FaultKind kind;
  int number = 0;                    ///< of a hash, or of a short key's algorithm; 0: any
  std::string_view allowed_by = {};  ///< the weakness that lets it pass; empty: nothing does
};

/// Faults that are refused on every host. A self-signature made with SHA-1 (CentOS 7's key has nothing else) is not
/// among them: it would take a second preimage to forge one, and the recipe names the key file.
constexpr std::array rules{Rule{FaultKind::revoked},
                           Rule{FaultKind::expired},
                           Rule{FaultKind::signature_expired},
                           Rule{FaultKind::from_the_future},
                           Rule{FaultKind::weak_binding, md5},
                           Rule{FaultKind::weak_signature, md5},
                           Rule{FaultKind::weak_signature, ripemd160},
                           Rule{FaultKind::weak_signature, sha1, "sha1"},
                           Rule{FaultKind::short_key, rsa, "rsa1024"},
                           Rule{FaultKind::short_key, dsa, "dsa1024"},
                           Rule{FaultKind::not_for_signing},
                           Rule{FaultKind::not_bound}};

constexpr int fewest_bits = 1024;

const Rule* rule_for(const Fault& fault) {
  const bool of_key = fault.kind == FaultKind::short_key;
  const int number = of_key ? (fault.algorithm == dsa ? dsa : rsa) : fault.number;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.kind == fault.kind && (rule.number == 0 || rule.number == number);
  });
  return found == rules.end() ? nullptr : &*found;
}

/// The weakness that a fault is; empty: it is more than that.
std::string weakness_of(const Fault& fault, const Rule& rule) {
  const bool hopeless = fault.kind == FaultKind::short_key && fault.number < fewest_bits;
  return hopeless ? std::string() : std::string(rule.allowed_by);
}

void add_once(std::vector<std::string>& words, const std::string& word) {
  const auto place = std::lower_bound(words.begin(), words.end(), word);
  if (place == words.end() || *place != word) words.insert(place, word);
}

}  // namespace

Judgement judge(const std::vector<Fault>& faults, const std::vector<std::string>& allowed) {
  Judgement judgement;
  for (const Fault& fault : faults) {
    const Rule* rule = rule_for(fault);
    if (rule == nullptr) continue;
    const std::string weakness = weakness_of(fault, *rule);
    if (!weakness.empty() && std::find(allowed.begin(), allowed.end(), weakness) != allowed.end()) {
      add_once(judgement.weakness, weakness);
    } else {
      judgement.refused.push_back(fault);
    }
  }
  return judgement;
}

std::vector<std::string> would_allow(const std::vector<Fault>& refused) {
  std::vector<std::string> words;
  for (const Fault& fault : refused) {
    const Rule* rule = rule_for(fault);
    const std::string weakness = rule == nullptr ? std::string() : weakness_of(fault, *rule);
    if (weakness.empty()) return {};
    add_once(words, weakness);
  }
  return words;
}

std::string way_out(const std::vector<Fault>& refused) {
  const std::vector<std::string> words = would_allow(refused);
  if (words.empty()) return "look for newer packages and a newer key where they are published";
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return "look for newer packages and a newer key; what is signed so because of its age may pass by weak_signatures: "
         "[" +
         list + "] of the repository";
}

std::vector<Fault> faults_of(const std::vector<const Certificate*>& copies, const std::string& fingerprint,
                             std::int64_t signed_at) {
  const auto place_in = [](const Certificate& certificate, const std::string& wanted) {
    const auto& keys = certificate.keys;
    return static_cast<std::size_t>(
        std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.fingerprint == wanted; }) -
        keys.begin());
  };
  const auto has_it = [&](const Certificate* copy) { return place_in(*copy, fingerprint) < copy->keys.size(); };
  const auto first = std::find_if(copies.begin(), copies.end(), has_it);
  if (first == copies.end() || fingerprint.empty()) return {Fault{FaultKind::not_bound}};
  Certificate all = **first;
  for (const Certificate* copy : copies) {
    if (copy == *first || copy->keys.front().fingerprint != all.keys.front().fingerprint) continue;
    for (const Key& key : copy->keys) {
      const std::size_t same = place_in(all, key.fingerprint);
      if (same == all.keys.size()) continue;
      Key& own = all.keys[same];
      own.bindings.insert(own.bindings.end(), key.bindings.begin(), key.bindings.end());
      own.revocations.insert(own.revocations.end(), key.revocations.begin(), key.revocations.end());
    }
  }
  return faults_of(all, place_in(all, fingerprint), signed_at);
}

}  // namespace rootlet::openpgp
