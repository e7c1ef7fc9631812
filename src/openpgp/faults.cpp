#include "openpgp/faults.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "openpgp/names.hpp"

namespace rootlet::openpgp {
namespace {

constexpr std::size_t enough_bits = 2048;
constexpr int for_signing = 2;
constexpr std::int64_t clock_error = 86400;  ///< seconds by which clocks may differ

/// Signature that binds the key at a time: the newest that was made by then, else the newest.
const Signature* binding_at(const Key& key, std::int64_t when) {
  const Signature* best = nullptr;
  for (const Signature& one : key.bindings) {
    const bool made = one.created <= when;
    if (best == nullptr || (made && best->created > when) ||
        (made == (best->created <= when) && one.created >= best->created)) {
      best = &one;
    }
  }
  return best;
}

/// A key that was only replaced or retired could sign before that; one that somebody else may have, never.
bool revokes(const Signature& revocation, std::int64_t signed_at) {
  constexpr int superseded = 1;
  constexpr int retired = 3;
  const int reason = revocation.revocation.value_or(0);
  return (reason != superseded && reason != retired) || revocation.created <= signed_at;
}

void add_faults(std::vector<Fault>& faults, const Key& key, std::int64_t signed_at, bool is_primary, bool of_primary) {
  for (const Signature& one : key.revocations) {
    if (!revokes(one, signed_at)) continue;
    faults.push_back({FaultKind::revoked, one.created, 0, 0, of_primary});
    break;
  }
  const Signature* binding = binding_at(key, signed_at);
  if (binding == nullptr) {
    faults.push_back({FaultKind::not_bound, 0, 0, 0, of_primary});
    return;
  }
  if (const std::int64_t end = key.created + binding->key_lifetime; binding->key_lifetime != 0 && end <= signed_at) {
    faults.push_back({FaultKind::expired, end, 0, 0, of_primary});
  }
  if (std::all_of(key.bindings.begin(), key.bindings.end(),
                  [](const Signature& one) { return is_weak_hash(one.hash); })) {
    faults.push_back({FaultKind::weak_binding, 0, binding->hash, 0, of_primary});
  }
  if (key.bits != 0 && key.bits < enough_bits) {
    faults.push_back({FaultKind::short_key, 0, static_cast<int>(key.bits), key.algorithm, of_primary});
  }
  // A primary key without flags may sign; a subkey must say so.
  if (!of_primary && (binding->key_flags.value_or(is_primary ? for_signing : 0) & for_signing) == 0) {
    faults.push_back({FaultKind::not_for_signing, 0, 0, 0, false});
  }
}

std::string day(std::int64_t when) {
  const std::chrono::year_month_day date{
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(when)))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string word(const Fault& fault) {
  const std::string it = fault.of_primary ? "its primary key" : "the key";
  const std::string its = fault.of_primary ? "its primary key's" : "the key's";
  switch (fault.kind) {
    case FaultKind::revoked: return it + " was revoked on " + day(fault.when);
    case FaultKind::expired: return it + " expired on " + day(fault.when) + ", before it signed";
    case FaultKind::signature_expired: return "the signature expired on " + day(fault.when);
    case FaultKind::from_the_future: return "the signature is dated " + day(fault.when) + ", in the future";
    case FaultKind::weak_binding: return its + " self-signature is made with " + hash_name(fault.number);
    case FaultKind::weak_signature: return "the signature is made with " + hash_name(fault.number);
    case FaultKind::short_key: return it + " has only " + std::to_string(fault.number) + " bits";
    case FaultKind::not_for_signing: return it + " is not meant for signing";
    case FaultKind::not_bound:
      return fault.of_primary ? "its primary key has no self-signature" : "its owner has not signed the key";
  }
  return {};
}

}  // namespace

std::vector<Fault> faults_of(const Certificate& certificate, std::size_t key, std::int64_t signed_at) {
  std::vector<Fault> faults;
  add_faults(faults, certificate.keys[key], signed_at, key == 0, false);
  if (key != 0) add_faults(faults, certificate.keys.front(), signed_at, true, true);
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.kind < b.kind; });
  return faults;
}

std::vector<Fault> faults_of(const Signature& signature, std::int64_t now) {
  std::vector<Fault> faults;
  if (signature.has_expired(now)) {
    faults.push_back({FaultKind::signature_expired, signature.created + signature.lifetime, 0, 0, false});
  }
  if (signature.created > now + clock_error) {
    faults.push_back({FaultKind::from_the_future, signature.created, 0, 0, false});
  }
  if (is_weak_hash(signature.hash)) faults.push_back({FaultKind::weak_signature, 0, signature.hash, 0, false});
  return faults;
}

std::string words(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : " and ") + word(fault);
  return text;
}

}  // namespace rootlet::openpgp
