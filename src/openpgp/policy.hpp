#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "openpgp/faults.hpp"

namespace rootlet::openpgp {

/// Weaknesses that a recipe may let pass for the sake of old distributions (`weak_signatures`): DSA and RSA keys from
/// 1,024 bits, signatures made with SHA-1.
inline constexpr std::array<std::string_view, 3> weaknesses{"dsa1024", "rsa1024", "sha1"};

/// Faults that rootlet finds with a signature, whatever the host's libraries accept.
struct Judgement {
  std::vector<Fault> refused;         ///< empty: it counts
  std::vector<std::string> weakness;  ///< of `weaknesses`, sorted: what it would be refused for if nobody let it pass
};

/// Holds the faults of a key and a signature against the one table of what is refused. `allowed`: the weaknesses that
/// the recipe lets pass.
Judgement judge(const std::vector<Fault>& faults, const std::vector<std::string>& allowed);

/// The weaknesses that would have to be allowed for a signature with these faults, sorted; none: nothing would help.
std::vector<std::string> would_allow(const std::vector<Fault>& refused);

/// Way out of refused faults, as a hint.
std::string way_out(const std::vector<Fault>& refused);

/// Finds what can be held against a key, told by its fingerprint, for a signature made at `signed_at`. What all copies
/// of its certificate say counts: one may know of a revocation that another does not. A key that is in none of them is
/// not bound.
std::vector<Fault> faults_of(const std::vector<const Certificate*>& copies, const std::string& fingerprint,
                             std::int64_t signed_at);

}  // namespace rootlet::openpgp
