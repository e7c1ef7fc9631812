#include "session.hpp"

#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmmacro.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/fs.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rpm {
namespace {

/// Macros that librpm expects its macro files to define. Everything else stays undefined: no plugins (__plugindir), no
/// shared paths, no limits on documentation or languages.
constexpr const char* macros[] = {
    "_var /var",
    "_tmppath %{_var}/tmp",
    "_db_backend sqlite",
    "_dbpath /var/lib/rpm",
    "_rpmlock_path %{_dbpath}/.rpm.lock",
    "_keyring_lockpath %{_dbpath}/.keyring.lock",  // of rpm 6.1; without it, it makes /var/rpm
    "_install_script_path /sbin:/bin:/usr/sbin:/usr/bin",
    "_pkgverify_level none",
    "_pkgverify_flags 0x0",
};

void set_environment(const char* name, const std::optional<std::string>& value) {
  if (value) {
    setenv(name, value->c_str(), 1);
  } else {
    unsetenv(name);
  }
}

/// librpm looks for macros, rpmrc and init.lua in RPM_CONFIGDIR, /etc/rpm and the home directory. It remembers the
/// first value of the variable, and reads no other files when it is given ones that are empty.
void configure() {
  std::optional<std::string> before;
  if (const char* value = std::getenv("RPM_CONFIGDIR")) before = value;
  set_environment("RPM_CONFIGDIR", "/dev/null");
  macrofiles = "/dev/null";
  const int failed = rpmReadConfigFiles("/dev/null", nullptr);
  set_environment("RPM_CONFIGDIR", before);
  if (failed != 0) throw Error("cannot set up librpm");
  for (const char* macro : macros) rpmDefineMacro(nullptr, macro, RMIL_GLOBAL);
  // Verbose, for otherwise librpm sends what scriptlets print to /dev/null.
  rpmSetVerbosity(RPMLOG_INFO);
}

std::mutex& process_lock() {
  static std::mutex lock;
  return lock;
}

}  // namespace

Session::Session() : lock_(process_lock()) {
  rpmlogSetCallback(&Session::collect, this);
  static const bool configured = (configure(), true);
  static_cast<void>(configured);
}

Session::~Session() {
  rpmlogSetCallback([](rpmlogRec, rpmlogCallbackData) { return 0; }, nullptr);
}

int Session::collect(rpmlogRec record, rpmlogCallbackData data) noexcept {
  try {
    std::string text = rpmlogRecMessage(record);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    static_cast<Session*>(data)->log_.push_back({rpmlogRecPriority(record), std::move(text)});
  } catch (...) {  // out of memory: the message is lost, the failure that it tells of is not
  }
  return 0;
}

std::vector<Session::Message> Session::take_log() { return std::exchange(log_, {}); }

std::string errors_in(const std::vector<Session::Message>& log, const std::string& otherwise) {
  std::string text;
  for (const auto& message : log) {
    if (message.level > RPMLOG_ERR) continue;
    if (!text.empty()) text += "; ";
    text += message.text;
  }
  return text.empty() ? otherwise : text;
}

void define_macro(const std::string& name, const std::string& text) {
  std::string body;
  for (const char c : text) body += c == '%' ? "%%" : std::string(1, c);
  rpmPopMacro(nullptr, name.c_str());
  rpmPushMacro(nullptr, name.c_str(), nullptr, body.c_str(), RMIL_GLOBAL);
}

TransactionSet make_transaction_set() {
  TransactionSet ts(rpmtsCreate());
  const Handle<std::remove_pointer_t<rpmKeyring>, rpmKeyringFree> none(rpmKeyringNew());
  rpmtsSetKeyring(ts.get(), none.get());
  rpmtsSetVSFlags(ts.get(), RPMVSF_MASK_NOSIGNATURES | RPMVSF_MASK_NODIGESTS);
  return ts;
}

FileHandle handle_of(const OpenPackage& package) {
  if (lseek(package.fd, 0, SEEK_SET) != 0) throw system_error("cannot read '" + package.name + "'");
  FileHandle file(fdDup(package.fd));
  if (!file) throw system_error("cannot open '" + package.name + "'");
  return file;
}

HeaderHandle load_header(Session& session, rpmts ts, const OpenPackage& package) {
  const FileHandle file = handle_of(package);
  Header header = nullptr;
  const rpmRC result = rpmReadPackageFile(ts, file.get(), package.name.c_str(), &header);
  HeaderHandle owned(header);
  const auto log = session.take_log();
  const bool usable = result == RPMRC_OK || result == RPMRC_NOKEY || result == RPMRC_NOTTRUSTED;
  if (!usable || !owned) {
    throw Error("cannot read package '" + package.name + "': " + errors_in(log, "it is not an RPM package"));
  }
  return owned;
}

std::string copied(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::string string_tag(Header header, rpmTagVal tag) { return copied(headerGetString(header, tag)); }

Nevra nevra_of(Header header) {
  return {string_tag(header, RPMTAG_NAME), static_cast<std::uint32_t>(headerGetNumber(header, RPMTAG_EPOCH)),
          string_tag(header, RPMTAG_VERSION), string_tag(header, RPMTAG_RELEASE),
          headerIsSource(header) != 0 ? "src" : string_tag(header, RPMTAG_ARCH)};
}

std::string package_name(Header header) {
  const Handle<char, std::free> name(headerGetAsString(header, RPMTAG_NEVRA));
  return name ? std::string(name.get()) : std::string();
}

}  // namespace rootlet::rpm
