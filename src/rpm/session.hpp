#pragma once

#include <rpm/header.h>
#include <rpm/rpmio.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmts.h>

#include <mutex>
#include <string>
#include <vector>

#include "base/handle.hpp"
#include "rootlet/package.hpp"
#include "rpm/open_package.hpp"

namespace rootlet::rpm {

using TransactionSet = Handle<std::remove_pointer_t<rpmts>, rpmtsFree>;
using HeaderHandle = Handle<std::remove_pointer_t<Header>, headerFree>;
using FileHandle = Handle<std::remove_pointer_t<FD_t>, Fclose>;

inline void free_tag_values(rpmtd values) {
  rpmtdFreeData(values);
  rpmtdFree(values);
}
/// The values of a tag, with what they are in.
using TagValues = Handle<std::remove_pointer_t<rpmtd>, free_tag_values>;

/// librpm's configuration, macros, log and Lua state belong to the whole process. Whoever calls librpm holds a
/// Session: it keeps other threads out, has configured librpm without any file of the host, and collects the log.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  struct Message {
    rpmlogLvl level;
    std::string text;  ///< one line, without its newline
  };
  /// Messages of librpm since the last call.
  std::vector<Message> take_log();

 private:
  static int collect(rpmlogRec record, rpmlogCallbackData data) noexcept;
  std::unique_lock<std::mutex> lock_;
  std::vector<Message> log_;
};

/// The messages of level error and worse, joined with "; "; `otherwise` if there are none.
std::string errors_in(const std::vector<Session::Message>& log, const std::string& otherwise);

/// Gives one of librpm's macros its only value, a text that holds no macros itself.
void define_macro(const std::string& name, const std::string& text);

/// A transaction set without a root, a keyring of the host or any check of its own.
TransactionSet make_transaction_set();

/// A package file as librpm reads it, from its beginning.
FileHandle handle_of(const OpenPackage& package);

/// The package's header, signature tags merged in, no digest or signature checked.
HeaderHandle load_header(Session& session, rpmts ts, const OpenPackage& package);

/// A string tag; empty where the header has none.
std::string string_tag(Header header, rpmTagVal tag);
/// A text of librpm's; empty where it has none.
std::string copied(const char* text);

/// Identity of the package; strings that the header lacks are empty.
Nevra nevra_of(Header header);

/// "bash-5.1-2.el9.x86_64", with the epoch unless it is 0: how librpm names packages.
std::string package_name(Header header);

}  // namespace rootlet::rpm
