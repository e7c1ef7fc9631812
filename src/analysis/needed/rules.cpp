#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::array<NeededRule, 27> rules{{
    {"command", true, "{as} starts or names it"},
    {"keep", true, "the recipe keeps it: {as}"},
    {"recipe", true, "the recipe's files bring it"},
    {"system", true, "container runtimes, scanners or all programs look at it"},
    {"touched", true, "the tests {as} it"},
    {"staying", true, "it is of no kind of files that may go"},
    {"loader", true, "{by} is started by it"},
    {"library", true, "{by} links with it as {as}"},
    {"interpreter", true, "{by} is run by it"},
    {"link", true, "{by} is a symbolic link to it"},
    {"way", true, "{by} leads over it: {as}"},
    {"required", true, "the package of {by} requires it: {as}"},
    {"named-path", false, "{by} names it: {as}"},
    {"named-library", false, "{by} names it as a library to load: {as}"},
    {"configuration", false, "it is configuration of the package of {by}"},
    {"name-service", false, "{by} names the service {as}"},
    {"pam", false, "{by} is configured by it or includes it: {as}"},
    {"character-set", false, "{by} converts between character sets: {as}"},
    {"openssl", false, "{by} reads or loads it"},
    {"crypto", false, "{by} checks itself by it, or reads it as its policy"},
    {"terminal", false, "{by} knows the terminal by it"},
    {"plugin", false, "{by} loads it where it is there"},
    {"python", false, "{by} imports it: {as}"},
    {"perl", false, "{by} uses it: {as}"},
    {"locale", false, "the environment asks for it: {as}"},
    {"time-zone", false, "the environment asks for it: {as}"},
    {"license", false, "it is the licence of a package of which other files are needed"},
}};

constexpr std::array<Companion, 31> all_companions{{
    {"openssl", "*/libcrypto.so.*", "/etc/pki/tls/openssl.cnf"},
    {"openssl", "*/libcrypto.so.*", "/etc/ssl/openssl.cnf"},
    {"openssl", "*/libcrypto.so.*", "/usr/lib/ssl/openssl.cnf"},
    {"openssl", "*/libcrypto.so.*", "/etc/pki/tls/openssl.d/*.cnf"},
    {"openssl", "*/libcrypto.so.3*", "%d/ossl-modules/legacy.so"},
    {"openssl", "*/libcrypto.so.3*", "%d/ossl-modules/fips.so"},
    {"openssl", "*/libcrypto.so.3*", "/etc/pki/tls/fips_local.cnf"},
    {"openssl", "*/libcrypto.so.*", "/etc/crypto-policies/back-ends/opensslcnf.config"},
    {"openssl", "*/libssl.so.*", "/etc/crypto-policies/back-ends/openssl.config"},
    {"crypto", "*.so*", "%d/.%n.hmac"},
    {"crypto", "*.so*", "%d/fipscheck/%n.hmac"},
    {"crypto", "/usr/*bin/*", "%d/.%n.hmac"},
    {"crypto", "*.so", "%d/%s.chk"},
    {"crypto", "*/libgnutls.so.*", "/etc/crypto-policies/back-ends/gnutls.config"},
    {"crypto", "*/libnss3.so", "/etc/crypto-policies/back-ends/nss.config"},
    {"crypto", "*/libnss3.so", "/etc/pki/nss-legacy/nss-rhel7.config"},
    {"crypto", "*/libkrb5.so.*", "/etc/crypto-policies/back-ends/krb5.config"},
    {"plugin", "*/libnss3.so", "%d/libsoftokn3.so"},
    {"plugin", "*/libsoftokn3.so", "%d/libfreeblpriv3.so"},
    {"plugin", "*/libsoftokn3.so", "%d/libnssdbm3.so"},
    {"plugin", "*/libkrb5.so.*", "/etc/krb5.conf.d/*"},
    {"plugin", "*/libp11-kit.so.*", "/usr/share/p11-kit/modules/*.module"},
    {"plugin", "*/libp11-kit.so.*", "/etc/pkcs11/*"},
    {"plugin", "*/libsasl2.so.*", "%d/sasl2/*.so*"},
    {"plugin", "*/libgssapi_krb5.so.*", "/etc/gss/mech.d/*"},
    {"terminal", "*/libtinfo*.so.*", "/usr/*/terminfo/d/dumb"},
    {"terminal", "*/libtinfo*.so.*", "/usr/*/terminfo/l/linux"},
    {"terminal", "*/libtinfo*.so.*", "/usr/*/terminfo/v/vt100"},
    {"terminal", "*/libtinfo*.so.*", "/usr/*/terminfo/x/xterm*"},
    {"python", "*/_datetime.*", "%d/../_strptime.py"},
    {"locale", "*/libpython3*", "/usr/lib/locale/C.utf8/*"},
}};

constexpr std::array<std::string_view, 27> places{"/etc/os-release",
                                                  "/usr/lib/os-release",
                                                  "/etc/system-release",
                                                  "/etc/redhat-release",
                                                  "/etc/centos-release",
                                                  "/etc/fedora-release",
                                                  "/etc/system-release-cpe",
                                                  "/etc/lsb-release",
                                                  "/etc/debian_version",
                                                  "/etc/passwd",
                                                  "/etc/group",
                                                  "/etc/shadow",
                                                  "/etc/gshadow",
                                                  "/etc/subuid",
                                                  "/etc/subgid",
                                                  "/etc/hosts",
                                                  "/etc/hostname",
                                                  "/etc/resolv.conf",
                                                  "/etc/mtab",
                                                  "/etc/machine-id",
                                                  "/dev",
                                                  "/proc",
                                                  "/run",
                                                  "/sys",
                                                  "/tmp",
                                                  "/var/tmp",
                                                  "/var/run"};

constexpr std::array<std::string_view, 6> character_sets{"UTF-16",     "UTF-32",      "UTF-7",
                                                         "ISO-8859-1", "ISO-8859-15", "CP1252"};

}  // namespace

std::span<const NeededRule> needed_rules() noexcept { return rules; }

const NeededRule& needed_rule(std::string_view id) {
  return *std::find_if(rules.begin(), rules.end(), [&](const NeededRule& rule) { return rule.id == id; });
}

std::string reason_text(const NeededBy& why) {
  std::string text(why.rule->reason);
  const auto put = [&](std::string_view word, const std::string& value) {
    const std::size_t at = text.find(word);
    if (at != std::string::npos) text.replace(at, word.size(), value);
  };
  put("{as}", why.as);
  put("{by}", why.by);
  return text;
}

std::span<const Companion> companions() { return all_companions; }
std::span<const std::string_view> system_places() { return places; }
std::span<const std::string_view> usual_character_sets() { return character_sets; }

std::span<const RemovableClass> removable_classes() {
  static const std::array<RemovableClass, 8> classes{{
      {"gconv", "converters of character sets", {"/usr/lib*/gconv/*.so", "/lib*/gconv/*.so"}},
      {"locales",
       "languages and their messages",
       {"/usr/share/locale/*", "/usr/lib/locale/*", "/usr/share/i18n/*", "/usr/share/locale-langpack/*"}},
      {"terminfo", "terminals", {"/usr/share/terminfo/*", "/usr/lib/terminfo/*", "/lib/terminfo/*", "/etc/terminfo/*"}},
      {"static-libraries", "static libraries", {"/usr/lib*.a", "/lib*.a"}},
      {"headers", "headers for compilers", {"/usr/include/*", "/usr/local/include/*"}},
      {"build-files",
       "files for building software",
       {"/usr/lib*/pkgconfig/*.pc", "/usr/share/pkgconfig/*.pc", "/usr/share/aclocal/*", "/usr/lib*/cmake/*.cmake",
        "/usr/share/cmake/*", "/usr/lib/rpm/macros.d/*", "/etc/rpm/macros.*"}},
      {"completions",
       "completions for shells",
       {"/usr/share/bash-completion/*", "/etc/bash_completion.d/*", "/usr/share/zsh/site-functions/*",
        "/usr/share/fish/vendor_completions.d/*"}},
      {"debug-data", "data for debuggers", {"/usr/lib/debug/*", "/usr/src/debug/*"}},
  }};
  return classes;
}

const RemovableClass* removable_class(std::string_view path) {
  const std::string text(path);
  for (const RemovableClass& one : removable_classes()) {
    for (const std::string_view glob : one.globs) {
      if (fits_glob(std::string(glob), text)) return &one;
    }
  }
  return nullptr;
}

}  // namespace rootlet::analysis
