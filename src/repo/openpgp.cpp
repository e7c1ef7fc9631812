#include "openpgp.hpp"

#include <chrono>
#include <iterator>
#include <optional>
#include <type_traits>

#include "base/fs.hpp"
#include "base/handle.hpp"
#include "libgpgme.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/fingerprints.hpp"
#include "openpgp/packets.hpp"
#include "openpgp/policy.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

using Context = Handle<std::remove_pointer_t<gpgme_ctx_t>, gpgme_release>;
using Data = Handle<std::remove_pointer_t<gpgme_data_t>, gpgme_data_release>;

void check(gpgme_error_t error, const std::string& what) {
  if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) throw Error(what + ": " + gpgme_strerror(error));
}

/// No agent, no key servers, no trust database: verifying needs none of them.
fs::path make_home(const fs::path& scratch) {
  fs::path home = scratch / "gnupg";
  make_dirs(home);
  fs::permissions(home, fs::perms::owner_all);
  write_file(home / "gpg.conf",
             "no-autostart\ndisable-dirmngr\nno-auto-key-locate\nno-auto-key-retrieve\n"
             "trust-model always\nno-auto-check-trustdb\nno-random-seed-file\nlock-never\n");
  return home;
}

Context open_context(const fs::path& home) {
  gpgme_check_version(nullptr);  // initializes the library
  check(gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP), "repo_gpgcheck needs the program gpg");
  gpgme_ctx_t raw = nullptr;
  check(gpgme_new(&raw), "GnuPG");
  Context context{raw};
  check(gpgme_set_protocol(raw, GPGME_PROTOCOL_OpenPGP), "GnuPG");
  check(gpgme_ctx_set_engine_info(raw, GPGME_PROTOCOL_OpenPGP, nullptr, home.c_str()), "GnuPG");
  gpgme_set_offline(raw, 1);
  return context;
}

Data memory(const std::string& bytes) {
  gpgme_data_t raw = nullptr;
  check(gpgme_data_new_from_mem(&raw, bytes.data(), bytes.size(), 0), "GnuPG");
  return Data{raw};
}

std::string complaint(const _gpgme_signature& signature) {
  const std::string key = signature.fpr != nullptr ? signature.fpr : "unknown";
  switch (gpgme_err_code(signature.status)) {
    case GPG_ERR_NO_PUBKEY: return "it is signed by the unknown key " + key;
    case GPG_ERR_BAD_SIGNATURE: return "its signature does not fit";
    case GPG_ERR_SIG_EXPIRED: return "its signature has expired";
    case GPG_ERR_KEY_EXPIRED: return "it is signed by the expired key " + key;
    case GPG_ERR_CERT_REVOKED: return "it is signed by the revoked key " + key;
    default: return std::string("its signature cannot be checked: ") + gpgme_strerror(signature.status);
  }
}

/// Imports the certificates of a key file, read as those of packages are, one by one: GnuPG passes over what it does
/// not know. Returns them all.
std::vector<openpgp::Certificate> import_keys(gpgme_ctx_t context, const std::string& file) try {
  bool any = false;
  std::string problem = "GnuPG knows none of its keys";
  std::vector<openpgp::Certificate> certificates = openpgp::read_certificates(openpgp::key_packets(file));
  for (const openpgp::Certificate& certificate : certificates) {
    const Data key = memory(certificate.packets);
    const gpgme_error_t error = gpgme_op_import(context, key.get());
    const gpgme_import_result_t result = gpgme_op_import_result(context);
    const bool taken = gpgme_err_code(error) == GPG_ERR_NO_ERROR && result != nullptr &&
                       result->considered > result->no_user_id + result->not_imported;
    any = any || taken;
    if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) problem = gpgme_strerror(error);
  }
  if (!any) throw Error(problem);
  return certificates;
} catch (const Error& error) {
  throw error.within("gpgkey");
}

/// Faults of a signature that GnuPG accepts. Its numbers of hashes are OpenPGP's.
openpgp::Judgement judgement_of(const _gpgme_signature& signature,
                                const std::vector<openpgp::Certificate>& certificates,
                                const std::vector<std::string>& allowed) {
  openpgp::Signature facts;
  facts.hash = static_cast<int>(signature.hash_algo);
  facts.created = static_cast<std::int64_t>(signature.timestamp);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  std::vector<openpgp::Fault> faults = openpgp::faults_of(facts, now.count());
  std::vector<const openpgp::Certificate*> copies;
  for (const openpgp::Certificate& one : certificates) copies.push_back(&one);
  const std::string key = openpgp::fingerprint_of(signature.fpr != nullptr ? signature.fpr : "").value_or("");
  const auto of_key = openpgp::faults_of(copies, key, facts.created);
  faults.insert(faults.end(), of_key.begin(), of_key.end());
  return openpgp::judge(faults, allowed);
}

}  // namespace

std::vector<std::string> verify_detached(const std::filesystem::path& data, const std::filesystem::path& signature,
                                         const std::vector<std::string>& certificates,
                                         const std::vector<std::string>& allowed,
                                         const std::filesystem::path& scratch) {
  const Context context = open_context(make_home(scratch));
  std::vector<openpgp::Certificate> known;
  for (const std::string& file : certificates) {
    std::vector<openpgp::Certificate> of_file = import_keys(context.get(), file);
    std::move(of_file.begin(), of_file.end(), std::back_inserter(known));
  }
  const std::string signed_bytes = read_file(data);
  const std::string signature_bytes = read_file(signature);
  const Data plain = memory(signed_bytes);
  const Data detached = memory(signature_bytes);
  const gpgme_error_t error = gpgme_op_verify(context.get(), detached.get(), plain.get(), nullptr);
  if (gpgme_err_code(error) == GPG_ERR_NO_DATA) throw Error("it is no OpenPGP signature");
  check(error, "cannot check the signature");
  const gpgme_verify_result_t result = gpgme_op_verify_result(context.get());
  if (result == nullptr || result->signatures == nullptr) throw Error("it is no OpenPGP signature");
  std::optional<Error> refused;
  for (const _gpgme_signature* one = result->signatures; one != nullptr; one = one->next) {
    if (gpgme_err_code(one->status) != GPG_ERR_NO_ERROR) continue;
    openpgp::Judgement judgement = judgement_of(*one, known, allowed);
    if (judgement.refused.empty()) return std::move(judgement.weakness);
    refused = Error("it is signed by the key " + std::string(one->fpr != nullptr ? one->fpr : "") + ", but " +
                        openpgp::words(judgement.refused) + ", which rootlet refuses",
                    openpgp::way_out(judgement.refused));
  }
  throw refused.value_or(Error(complaint(*result->signatures)));
}

}  // namespace rootlet::repo
