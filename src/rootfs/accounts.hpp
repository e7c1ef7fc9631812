#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"
#include "root/beneath.hpp"
#include "rootfs/install.hpp"
#include "rpm/package_accounts.hpp"

namespace rootlet::rootfs {

/// The account files of a root: /etc/passwd, group, shadow and gshadow.
accounts::Accounts read_accounts(const root::Root& root);
/// Writes those that have changed; new ones as systemd-sysusers makes them.
void write_accounts(const root::Root& root, const accounts::Accounts& accounts);

/// Makes the accounts of packages while these are installed, in the calling process's root.
class AccountMaker {
 public:
  /// `day`: of password changes, since 1970.
  AccountMaker(std::vector<rpm::PackageAccounts> packages, std::vector<RecipeUser> wanted, std::int64_t day);

  /// Before anything of a package runs or is unpacked: makes what its sysusers.d lines say, with the recipe's numbers
  /// where the recipe lists the user, and the recipe's users that own files of it. Returns what could not be done.
  std::vector<std::string> before(std::size_t package);

  /// After its %pre: the owners of its files that do not exist.
  [[nodiscard]] std::vector<MissingOwner> missing(std::size_t package) const;

  /// Accounts that were made and that a package's file has overwritten since come back.
  void restore();

 private:
  void add_wanted(const std::string& name, accounts::Accounts& accounts) const;
  void carry_out(const rpm::PackageAccounts& package, accounts::Accounts& accounts, std::vector<std::string>& problems);
  void remember(const accounts::Accounts& before, const accounts::Accounts& after);
  [[nodiscard]] std::vector<std::string> lines_of(const rpm::PackageAccounts::Source& source) const;

  root::Root root_;
  std::vector<rpm::PackageAccounts> packages_;
  std::vector<RecipeUser> wanted_;
  accounts::Surroundings around_;
  accounts::Accounts made_;
};

}  // namespace rootlet::rootfs
