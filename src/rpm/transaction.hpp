#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/image.hpp"
#include "rpm/open_package.hpp"

namespace rootlet::rpm {

struct TransactionOptions {
  std::string arch;
  std::string dbpath;
  bool docs = false;
  std::vector<std::string> langs;  ///< locales to keep; none: none
  std::vector<std::string> skip;   ///< paths of the packages not to create
  bool scriptlets = true;          ///< scriptlets and triggers run
  std::set<Nevra> may_fail = {};   ///< the packages whose scriptlets may fail, where rpm only warns of it
  std::set<Nevra> upgrading = {};  ///< those that take the place of others that are installed
  int payloads = -1;               ///< socket to a serve_payloads(); -1: librpm decompresses payloads itself
};

/// Is told what happens, in order.
class TransactionObserver {
 public:
  virtual ~TransactionObserver() = default;
  /// Package number `index` (from 0) of `total` is about to be installed.
  virtual void package(std::uint64_t index, std::uint64_t total, const std::string& name) = 0;
  /// The package at this place among the packages is next: nothing of it has run or been unpacked, but %pretrans.
  virtual void begins(std::size_t package) = 0;
  /// Its %pre has run, and its files come now.
  virtual void unpacks(std::size_t package) = 0;
  /// A scriptlet or trigger ("%post") is about to run.
  virtual void script_begins(const std::string& package, const std::string& phase) = 0;
  /// A scriptlet or trigger has ended: all it has printed is on stdout or stderr by now.
  virtual void script(const std::string& package, const std::string& phase, bool failed) = 0;
  /// The one that has just ended failed, as it may. Its output is not known here.
  virtual void passed_over(const FailedScriptlet& scriptlet) = 0;
  virtual void warning(const std::string& text) = 0;
};

/// Lets librpm read its configuration and set up its cryptography now rather than in the root. Process-wide, once.
void initialize();

/// Installs the packages into the root of the calling process, "/", in one transaction, as a process that has nothing
/// to lose: the Lua scriptlets run inside it. SOURCE_DATE_EPOCH in the environment gives the install time. The order
/// of `packages` does not matter.
/// Error: a dependency that is not met, a file conflict, a full disk, a payload that cannot be unpacked, a scriptlet
/// or trigger of any kind that fails (also those that rpm would only warn of, unless the package may fail).
void run_transaction(const std::vector<OpenPackage>& packages, const TransactionOptions& options,
                     TransactionObserver& observer);

}  // namespace rootlet::rpm
