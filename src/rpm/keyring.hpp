#pragma once

#include <rpm/rpmkeyring.h>

#include <string>
#include <vector>

#include "base/handle.hpp"
#include "openpgp/faults.hpp"
#include "openpgp/packets.hpp"
#include "openpgp/policy.hpp"
#include "rpm/signature.hpp"

namespace rootlet::rpm {

using PubkeyHandle = Handle<std::remove_pointer_t<rpmPubkey>, rpmPubkeyFree>;
using ParamsHandle = Handle<std::remove_pointer_t<pgpDigParams>, pgpDigParamsFree>;

/// A certificate of a key file, and why librpm does not take it.
struct KnownCertificate {
  openpgp::Certificate facts;
  std::string origin;                ///< the key file
  std::vector<std::string> allowed;  ///< weaknesses of signatures that its repository lets pass
  std::string problem;               ///< empty: it is in the keyring
  std::string hint;
};

struct Keyring::Impl {
  Handle<std::remove_pointer_t<rpmKeyring>, rpmKeyringFree> keys{rpmKeyringNew()};
  std::vector<PubkeyHandle> handles;  ///< all that are in `keys`, subkeys too
  std::vector<KnownCertificate> certificates;
  std::vector<UnusableKey> unread;  ///< blocks of key files that hold nothing that can be read

  /// The certificate and the place of the key in it that a signature names; nullptr: none of these.
  [[nodiscard]] const KnownCertificate* find(const openpgp::Signature& signature, std::size_t& key) const;
  /// Faults of a certificate's key by what all copies of it say.
  [[nodiscard]] std::vector<openpgp::Fault> faults_of(const KnownCertificate& known, std::size_t key,
                                                      std::int64_t signed_at) const;
};

/// "24c6a8a7f4a80eb5 (CentOS-7 Key <security@centos.org>)".
std::string name_of(const openpgp::Certificate& certificate, std::size_t key);

/// The 64-bit key id of a key or a signature in lower-case hexadecimal.
std::string key_id(pgpDigParams params);

/// Why librpm's policy refuses a key or a signature, and what would help: "its self-signature is made with SHA-1".
struct Refusal {
  std::string reason;
  std::string hint;
};
Refusal refusal_for(const std::vector<openpgp::Fault>& faults);

}  // namespace rootlet::rpm
