#include "openpgp.hpp"

#include <gpgme.h>

#include <type_traits>

#include "base/fs.hpp"
#include "base/handle.hpp"
#include "openpgp/armor.hpp"
#include "openpgp/packets.hpp"
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
/// not know.
void import_keys(gpgme_ctx_t context, const std::string& file) try {
  bool any = false;
  std::string problem = "GnuPG knows none of its keys";
  for (const openpgp::Certificate& certificate : openpgp::read_certificates(openpgp::key_packets(file))) {
    const Data key = memory(certificate.packets);
    const gpgme_error_t error = gpgme_op_import(context, key.get());
    const gpgme_import_result_t result = gpgme_op_import_result(context);
    const bool taken = gpgme_err_code(error) == GPG_ERR_NO_ERROR && result != nullptr &&
                       result->considered > result->no_user_id + result->not_imported;
    any = any || taken;
    if (gpgme_err_code(error) != GPG_ERR_NO_ERROR) problem = gpgme_strerror(error);
  }
  if (!any) throw Error(problem);
} catch (const Error& error) {
  throw error.within("gpgkey");
}

}  // namespace

void verify_detached(const std::filesystem::path& data, const std::filesystem::path& signature,
                     const std::vector<std::string>& certificates, const std::filesystem::path& scratch) {
  const Context context = open_context(make_home(scratch));
  for (const std::string& file : certificates) import_keys(context.get(), file);
  const std::string signed_bytes = read_file(data);
  const std::string signature_bytes = read_file(signature);
  const Data plain = memory(signed_bytes);
  const Data detached = memory(signature_bytes);
  const gpgme_error_t error = gpgme_op_verify(context.get(), detached.get(), plain.get(), nullptr);
  if (gpgme_err_code(error) == GPG_ERR_NO_DATA) throw Error("it is no OpenPGP signature");
  check(error, "cannot check the signature");
  const gpgme_verify_result_t result = gpgme_op_verify_result(context.get());
  if (result == nullptr || result->signatures == nullptr) throw Error("it is no OpenPGP signature");
  for (const _gpgme_signature* one = result->signatures; one != nullptr; one = one->next) {
    if (gpgme_err_code(one->status) == GPG_ERR_NO_ERROR) return;
  }
  throw Error(complaint(*result->signatures));
}

}  // namespace rootlet::repo
