#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keyring.hpp"
#include "librpm.hpp"
#include "openpgp/faults.hpp"
#include "package_bytes.hpp"

namespace rootlet::rpm {

/// From what must be told first to what can wait.
enum class SignatureStatus {
  good,
  damaged,       ///< it does not fit what it covers, or is no signature
  refused,       ///< librpm does not accept the key or the signature for `faults`
  weak,          ///< librpm would, rootlet does not for what of `faults` is against its policy
  unusable_key,  ///< its certificate is known, but librpm does not take it
  unknown_key,
  lacking,  ///< librpm lacks `lack`
};

/// Verdict of librpm on one signature of a package, and why.
struct SignatureCheck {
  SignatureStatus status = SignatureStatus::damaged;
  std::string unread;  ///< parts of key files that could not be read, as the end of a sentence
  Coverage covers = Coverage::header;
  openpgp::Signature facts;  ///< empty where the packet is damaged
  Unsupported lack = Unsupported::nothing;
  std::vector<openpgp::Fault> faults;
  std::vector<std::string> weakness;              ///< weaknesses that its repository lets pass (`weak_signatures`)
  const KnownCertificate* certificate = nullptr;  ///< whose key it names, if the keyring has it
  std::size_t key = 0;                            ///< which of its keys
};

/// Asks librpm about each signature of a package that it looks at: those in the OPENPGP tag alone where it knows that
/// tag, else the others alone, if there are any.
std::vector<SignatureCheck> check_signatures(const OpenPackage& file, const PackageBytes& package,
                                             const Keyring::Impl& keyring);

/// Why a package with these signatures is refused: a clause and a hint.
Refusal refusal_of(const std::vector<SignatureCheck>& checks, const PackageBytes& package);

}  // namespace rootlet::rpm
