#include "rpm/transaction.hpp"

#include <fcntl.h>
#include <nss.h>
#include <rpm/rpmcallback.h>
#include <rpm/rpmps.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <set>

#include "base/text.hpp"
#include "model/arch.hpp"
#include "needs.hpp"
#include "rootlet/error.hpp"
#include "rpm/payload_service.hpp"
#include "script_kind.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

constexpr const char* space_hint = "free some space there, or choose another place";

/// Kinds that run before their package's files are there. Some versions of librpm install a package although its
/// %triggerprein failed; what came before the files is worth no image here.
constexpr std::array early_scriptlets{RPMTAG_PRETRANS, RPMTAG_PREIN, RPMTAG_TRIGGERPREIN};

/// As rpm's --noscripts sets them.
constexpr rpmtransFlags no_scriptlets =
    RPMTRANS_FLAG_NOSCRIPTS | RPMTRANS_FLAG_NOTRIGGERS | _noTransScripts | _noTransTriggers;

struct Element {
  OpenPackage package;
  std::size_t number;  ///< its place among the packages as given
  std::size_t turn;    ///< its place in the order of installation
  HeaderHandle header;
  std::string name;
};

/// "exit status 1" of "%post(bad-post-1-1.noarch) scriptlet failed, exit status 1".
std::string failure_cause(const std::string& text) {
  static constexpr std::string_view mark = " scriptlet failed, ";
  const std::size_t at = text.rfind(mark);
  return at == std::string::npos ? text : text.substr(at + mark.size());
}

/// "cannot unpack '/usr/bin/x': …" of "unpacking of archive failed on file /usr/bin/x;5f3a…: …".
std::string unpack_problem(const std::string& text) {
  static constexpr std::string_view mark = "unpacking of archive failed on file ";
  const std::size_t at = text.find(mark);
  const std::size_t colon = at == std::string::npos ? at : text.find(": ", at + mark.size());
  if (colon == std::string::npos) return text;
  std::string file = text.substr(at + mark.size(), colon - at - mark.size());
  file.resize(std::min(file.rfind(';'), file.size()));  // the suffix of its temporary name
  // librpm tells the cause of something that failed before.
  if (text.find("cap_set_file failed", colon) != std::string::npos) {
    return "cannot unpack '" + file + "': the capabilities that it has cannot be set";
  }
  return "cannot unpack '" + file + "'" + text.substr(colon);
}

/// One run of librpm's transaction and what it calls back.
class Run {
 public:
  Run(Session& session, std::vector<Element>& elements, const TransactionOptions& options,
      TransactionObserver& observer)
      : session_(session), elements_(elements), may_fail_(options.may_fail), observer_(observer) {}

  /// Who has the payloads of the elements by their turns. Must live as long as the transaction runs.
  void use(PayloadClient& payloads) { payloads_ = &payloads; }

  static void* callback(const void* element, rpmCallbackType what, rpm_loff_t amount, rpm_loff_t total, fnpyKey key,
                        rpmCallbackData data) noexcept {
    Run& run = *static_cast<Run*>(data);
    try {
      return run.handle(static_cast<rpmte>(const_cast<void*>(element)), what, amount, total, key);
    } catch (...) {
      if (!run.exception_) run.exception_ = std::current_exception();
      return nullptr;
    }
  }

  /// librpm says that a transaction failed also where scriptlets were passed over: what it says of each package counts
  /// then.
  [[nodiscard]] bool succeeded(rpmts ts, int result) const {
    if (result == 0) return true;
    if (result > 0 || !passed_over_) return false;
    const Handle<std::remove_pointer_t<rpmtsi>, rpmtsiFree> all(rpmtsiInit(ts));
    std::size_t whole = 0;
    while (rpmte element = rpmtsiNext(all.get(), TR_ADDED)) {
      if (rpmteFailed(element) != 0) return false;
      ++whole;
    }
    return whole == elements_.size();
  }

  /// Throws what went wrong first, if anything did.
  void finish(bool failed) {
    for (const auto& message : session_.take_log()) note(message);
    if (exception_) std::rethrow_exception(exception_);
    if (!problem_.empty()) {
      const bool full = problem_.find("No space left on device") != std::string::npos;
      throw Error(problem_, full ? space_hint : hint_);
    }
    if (failed) throw Error("the RPM transaction failed: " + (errors_.empty() ? "librpm gave no reason" : errors_));
  }

 private:
  void* handle(rpmte element, rpmCallbackType what, rpm_loff_t amount, rpm_loff_t total, fnpyKey key) {
    switch (what) {
      case RPMCALLBACK_INST_OPEN_FILE: return open(*static_cast<const Element*>(key));
      case RPMCALLBACK_INST_CLOSE_FILE: open_.reset(); break;
      case RPMCALLBACK_TRANS_STOP: pretrans_ = false; break;
      case RPMCALLBACK_INST_START:
        if (!failed()) observer_.unpacks(static_cast<const Element*>(key)->number);
        break;
      case RPMCALLBACK_SCRIPT_START:
        drain_log();
        observer_.script_begins(rpmteNEVRA(element), phase_of(element, amount));
        break;
      case RPMCALLBACK_SCRIPT_STOP: script_stop(element, amount); break;
      case RPMCALLBACK_SCRIPT_ERROR: script_error(element, amount, total); break;
      case RPMCALLBACK_UNPACK_ERROR: unpack_error(element, *static_cast<const Element*>(key)); break;
      default: break;
    }
    return nullptr;
  }

  void* open(const Element& element) {
    // After a failure the root is worth nothing: without their files, the other packages fail at once.
    if (failed()) return nullptr;
    if (!pretrans_) {
      observer_.package(index_++, elements_.size(), element.name);
      observer_.begins(element.number);
    }
    // %pretrans needs the header alone, of the file.
    const Fd ahead = pretrans_ ? Fd() : payloads_->open(element.turn);
    open_ = ahead ? FileHandle(fdDup(ahead.get())) : handle_of(element.package);
    return open_.get();
  }

  [[nodiscard]] bool failed() const { return exception_ != nullptr || !problem_.empty(); }

  void script_stop(rpmte element, rpm_loff_t tag) {
    std::fflush(stdout);  // of Lua scriptlets, which run in this process
    std::fflush(stderr);
    pending_ = session_.take_log();
    observer_.script(rpmteNEVRA(element), phase_of(element, tag), false);
  }

  /// Of the package that has a scriptlet; a trigger's element may have been made for it alone.
  [[nodiscard]] Header header_of(rpmte element) const {
    const std::string package = rpmteNEVRA(element);
    const auto owner =
        std::find_if(elements_.begin(), elements_.end(), [&](const Element& each) { return each.name == package; });
    return owner == elements_.end() ? nullptr : owner->header.get();
  }

  [[nodiscard]] std::string phase_of(rpmte element, rpm_loff_t tag) const {
    return script_kind(element, static_cast<rpmTagVal>(tag), header_of(element), open_ != nullptr, pending_);
  }

  /// result: RPMRC_OK where librpm goes on as if nothing had happened.
  void script_error(rpmte element, rpm_loff_t tag, rpm_loff_t result) {
    if (failed()) return;
    std::string text;
    for (const auto& message : pending_) {
      if (message.level <= RPMLOG_WARNING) text = message.text;
    }
    const std::string phase = phase_of(element, tag);
    const std::string cause = text.empty() ? "librpm gave no reason" : failure_cause(text);
    pending_.clear();
    Header owner = header_of(element);
    const bool passable = result == RPMRC_OK && owner != nullptr &&
                          std::find(early_scriptlets.begin(), early_scriptlets.end(), static_cast<rpmTagVal>(tag)) ==
                              early_scriptlets.end();
    if (passable && may_fail_.contains(nevra_of(owner))) {
      passed_over_ = true;
      observer_.passed_over({nevra_of(owner), phase, cause});
      return;
    }
    problem_ = std::string("package ") + rpmteNEVRA(element) + ": scriptlet " + phase + " failed: " + cause;
    if (passable) {
      hint_ = std::string("if the image can do without what it should have done: scriptlets_may_fail: [") +
              rpmteN(element) + "]";
    }
    observer_.script(rpmteNEVRA(element), phase, true);
  }

  void unpack_error(rpmte element, const Element& of) {
    if (failed()) return;
    std::string text = "librpm gave no reason";
    for (const auto& message : session_.take_log()) {
      if (message.level <= RPMLOG_ERR) text = message.text;
    }
    if (const std::string packed = payloads_->problem(of.turn); !packed.empty()) {
      problem_ = std::string("package ") + rpmteNEVRA(element) + ": cannot unpack its payload: " + packed;
      return;
    }
    problem_ = std::string("package ") + rpmteNEVRA(element) + ": " + unpack_problem(text);
    if (text.find("cap_set_file failed") != std::string::npos) {
      hint_ =
          "the file system, a security module or a container's seccomp profile refuses the extended attribute "
          "security.capability: allow it, or choose another place for the image";
    }
  }

  void drain_log() {
    for (const auto& message : pending_) note(message);
    pending_.clear();
    for (const auto& message : session_.take_log()) note(message);
  }

  /// librpm says it for each file. What is known before (TransactionObserver::unpacks) is told once.
  [[nodiscard]] static bool tells_of_unknown_owner(const std::string& text) {
    return (text.starts_with("user ") || text.starts_with("group ")) && text.ends_with(" does not exist - using root");
  }

  void note(const Session::Message& message) {
    if (message.level <= RPMLOG_ERR) {
      errors_ += (errors_.empty() ? "" : "; ") + message.text;
    } else if (message.level == RPMLOG_WARNING && !failed() && !tells_of_unknown_owner(message.text)) {
      observer_.warning(message.text);
    }
  }

  Session& session_;
  std::vector<Element>& elements_;
  const std::set<Nevra>& may_fail_;
  TransactionObserver& observer_;
  PayloadClient* payloads_ = nullptr;
  FileHandle open_;
  bool pretrans_ = true;  // packages are opened for %pretrans, too
  std::uint64_t index_ = 0;
  std::vector<Session::Message> pending_;  // logged while the last script ran
  std::exception_ptr exception_;
  bool passed_over_ = false;  // a scriptlet that failed
  std::string problem_;
  std::string hint_;
  std::string errors_;
};

void define_macros(const TransactionOptions& options) {
  define_macro("_dbpath", options.dbpath);
  // An empty list keeps no locale; librpm would keep all if the macro were not defined.
  define_macro("_install_langs", join(options.langs, ":"));
  define_macro("_target_cpu", options.arch);
  std::string skipped;
  for (const std::string& path : options.skip) {
    // librpm takes a list with colons.
    if (path.find(':') != std::string::npos) throw Error("cannot leave out '" + path + "': its name has a colon");
    if (!skipped.empty()) skipped += ':';
    skipped += path;
  }
  if (!skipped.empty()) define_macro("_netsharedpath", skipped);
  const Architecture* known = find_architecture(options.arch);
  if (known != nullptr && known->color != 0) define_macro("_transaction_color", std::to_string(known->color));
}

std::vector<Element> read_elements(Session& session, rpmts ts, const std::vector<OpenPackage>& packages) {
  std::vector<Element> elements;
  for (const OpenPackage& package : packages) {
    HeaderHandle header = load_header(session, ts, package);
    std::string name = package_name(header.get());
    elements.push_back({package, elements.size(), 0, std::move(header), std::move(name)});
  }
  // Fixes the order of packages that do not depend on each other.
  std::sort(elements.begin(), elements.end(), [](const Element& a, const Element& b) { return a.name < b.name; });
  return elements;
}

/// Gives each element its turn. Returns their places by turn.
std::vector<std::size_t> set_turns(std::vector<Element>& elements) {
  std::vector<Header> headers;
  for (const Element& element : elements) headers.push_back(element.header.get());
  std::vector<std::size_t> order = installation_order(needs_of(headers));
  for (std::size_t turn = 0; turn < order.size(); ++turn) elements[order[turn]].turn = turn;
  return order;
}

/// Throws the transaction set's problems, if it has any.
void throw_problems(rpmts ts, const std::string& what) {
  constexpr std::size_t shown = 10;
  const Handle<std::remove_pointer_t<rpmps>, rpmpsFree> problems(rpmtsProblems(ts));
  if (rpmpsNumProblems(problems.get()) == 0) return;
  std::set<std::string> sentences;
  rpm_loff_t bytes = 0;  // missing on the disk; librpm adds up from package to package
  const Handle<std::remove_pointer_t<rpmpsi>, rpmpsFreeIterator> all(rpmpsInitIterator(problems.get()));
  while (rpmProblem problem = rpmpsiNext(all.get())) {
    if (rpmProblemGetType(problem) == RPMPROB_DISKSPACE) {
      bytes = std::max(bytes, rpmProblemGetDiskNeed(problem));
      continue;
    }
    const Handle<char, std::free> text(rpmProblemString(problem));
    sentences.insert(text.get());
  }
  if (bytes > 0) {
    throw Error(what + ": No space left on device: they need " + human_size(bytes) + " more than is free", space_hint);
  }
  std::vector<std::string> list(sentences.begin(), sentences.end());
  if (list.size() > shown) {
    const std::string more = counted(list.size() - shown, "problem") + " more";
    list.resize(shown);
    list.push_back(more);
  }
  throw Error(what + ": " + join(list, "; "));
}

}  // namespace

void initialize() {
  const Session session;
  // The root's nsswitch.conf may name modules: never load a library of the root for looking up owners of files.
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("group", "files");
}

void run_transaction(const std::vector<OpenPackage>& packages, const TransactionOptions& options,
                     TransactionObserver& observer) {
  Session session;
  define_macros(options);
  std::vector<Element> elements;
  Run run(session, elements, options, observer);
  const TransactionSet ts = make_transaction_set();  // after the macros, which it reads
  elements = read_elements(session, ts.get(), packages);

  rpmtsSetRootDir(ts.get(), "/");
  rpmtsSetNotifyCallback(ts.get(), &Run::callback, &run);
  rpmtsSetNotifyStyle(ts.get(), 1);
  const rpmtransFlags documentation = options.docs ? RPMTRANS_FLAG_NONE : RPMTRANS_FLAG_NODOCS;
  rpmtsSetFlags(ts.get(), RPMTRANS_FLAG_NOPLUGINS | documentation | (options.scriptlets ? 0U : no_scriptlets));
  rpmtsSetVfyLevel(ts.get(), 0);  // verified before
  const FileHandle output(fdDup(STDOUT_FILENO));
  rpmtsSetScriptFd(ts.get(), output.get());
  const std::vector<std::size_t> order = set_turns(elements);
  // Without rpmtsOrder, librpm installs packages in the order in which they were added.
  for (const std::size_t place : order) {
    const Element& element = elements[place];
    const int upgrade = options.upgrading.contains(nevra_of(element.header.get())) ? 1 : 0;
    if (rpmtsAddInstallElement(ts.get(), element.header.get(), &element, upgrade, nullptr) != 0) {
      throw Error("package " + element.name + ": " + errors_in(session.take_log(), "librpm does not accept it"));
    }
  }
  if (rpmtsCheck(ts.get()) != 0) throw Error("cannot check dependencies: " + errors_in(session.take_log(), "unknown"));
  throw_problems(ts.get(), "the packages do not fit together");
  rpmtsClean(ts.get());

  // The solver has decided what fits the architecture; here it may differ from the host's.
  rpmprobFilterFlags passed_over = RPMPROB_FILTER_IGNOREARCH | RPMPROB_FILTER_IGNOREOS;
  struct statvfs info {};
  const bool tells_space = statvfs("/", &info) != 0 || info.f_blocks > 0;  // ramfs does not
  if (!tells_space) passed_over |= RPMPROB_FILTER_DISKSPACE | RPMPROB_FILTER_DISKNODES;
  std::vector<OpenPackage> in_order;
  for (const std::size_t place : order) in_order.push_back(elements[place].package);
  PayloadClient payloads(options.payloads, in_order);
  run.use(payloads);
  const int result = rpmtsRun(ts.get(), nullptr, passed_over);
  if (result > 0) throw_problems(ts.get(), "cannot install the packages");
  const bool closed = rpmtsCloseDB(ts.get()) == 0;
  run.finish(!closed || !run.succeeded(ts.get(), result));
}

}  // namespace rootlet::rpm
