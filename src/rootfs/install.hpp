#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "root/beneath.hpp"
#include "rootlet/image.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rpm/verified.hpp"

namespace rootlet::rootfs {

struct InstallOptions {
  std::string arch;    ///< RPM's name of the target's architecture
  std::string dbpath;  ///< inside the root: "/usr/lib/sysimage/rpm"; see choose_dbpath()
  bool docs = false;
  std::vector<std::string> langs;  ///< locales to keep; none: none
  std::int64_t source_date_epoch = 0;
  /// The recipe's users: packages' accounts of these names get their numbers, and none of the others does.
  std::vector<RecipeUser> users;
  bool scriptlets = true;          ///< scriptlets and triggers run
  std::set<Nevra> may_fail;        ///< the packages whose scriptlets may fail, where rpm only warns of it
  RecipeLimits limits;             ///< of scriptlets and triggers
  std::set<Nevra> upgrading = {};  ///< those that take the place of packages of the base
  bool os_release = true;          ///< drop() warns where os-release leaves
};

struct InstallResult {
  std::vector<MissingOwner> missing_owners;  ///< in the order of the installation
  /// Output of scriptlets and triggers, in order: one entry for each that said anything.
  std::vector<std::string> scriptlet_output;
  std::vector<FailedScriptlet> failed_scriptlets;  ///< of packages that may fail, in order
};

/// Told, while others follow, that the files of the package at this place are there. Scriptlets may still change them.
using TellUnpacked = std::function<void(std::size_t package)>;

/// Where the database of a distribution with these packages belongs: the recipe's choice, or, for "auto",
/// /usr/lib/sysimage/rpm where the set says so (one of the packages owns that directory, or none owns /var/lib/rpm and
/// a release names Fedora 36 or EL 10 or later: ".fc41", ".el10") and /var/lib/rpm otherwise.
std::string choose_dbpath(const std::string& recipe_choice, const std::vector<rpm::VerifiedPackage>& packages);

/// A package of a root, and whether it leaves before the root is an image; see drop().
struct PackageInRoot {
  const rpm::VerifiedPackage* package = nullptr;
  bool leaves = false;
};

/// In which form a root has its RPM database.
struct RpmdbChoice {
  RpmdbFormat format = RpmdbFormat::sqlite;
  bool later_indexes = false;          ///< of Berkeley DB: see rpm::rewrite_as_berkeley()
  std::vector<ForeignLibrpm> foreign;  ///< the packages whose librpm cannot read that
};

/// SQLite, or Berkeley DB where every librpm among the packages that stay reads that. librpm links what it reads:
/// SQLite since 4.16, libdb for Berkeley DB (EL 8 and older), and neither where it has only its own ndb (SUSE).
RpmdbChoice choose_rpmdb_format(const std::vector<PackageInRoot>& packages);

/// Where create_root() makes a root in this directory. Whatever runs in it may chroot(2), and so leave it, and gets to
/// the directory around it, which has nothing else in it: see run_in_sandbox().
std::string place_of_root(const OpenDirectory& workplace);

/// Makes the empty directory that becomes an image's root, with nothing handed down from where it is made: mode 0755,
/// root's, without access-control lists, set-group-ID bit and folding of case. What is made inside then depends on the
/// image alone; a quota's project id stays, which no image holds. `workplace`: a TempDir's.
/// Error: the place still has a say in what is made there (say, a file system without owners), or no program may run
/// there.
root::Root create_root(const OpenDirectory& workplace);

// Functions from here on are given the root that was opened when it was made: its path may lead elsewhere by now.

/// Installs packages into the root, which is empty (see create_root()) or has the base, in one transaction, with the
/// result that `dnf --installroot` has; only device nodes are left out, and /dev holds nothing but what packages own
/// there. Before a package's files come, the accounts of its sysusers.d lines are made (see accounts/), by rootlet
/// itself, whatever librpm is linked; an owner that nobody makes is root, and told. Scriptlets and triggers run in
/// namespaces of their own (mount, pid, uts, ipc, network, cgroup), see only the root and a minimal /proc and /dev, and
/// have no more capabilities and system calls than they need; the environment tells them that no system runs. None may
/// fail but those of InstallOptions::may_fail, and none takes more than InstallOptions::limits; whatever ends the
/// calling process ends them too. Needs root and Linux 5.12. Errors: "package httpd-2.4…: scriptlet %post failed: exit
/// status 1", with its output as the hint.
InstallResult install(const root::Root& root, const std::vector<rpm::VerifiedPackage>& packages,
                      const InstallOptions& options, Progress& progress, const TellUnpacked& unpacked = {});

/// Where note_modules() writes.
inline constexpr std::array module_state_places{"/etc/dnf/modules.d/", "/usr/lib/sysimage/libdnf5/modules.toml"};

/// Adds the recipe's users and groups to etc/passwd, group, shadow and gshadow (where they exist).
void add_users(const root::Root& root, const std::vector<RecipeUser>& users);

/// Notes the states of modules where and as the root's own package manager looks for them: DNF 4 and microdnf, DNF 5.
/// A root that has neither stays as it is. Error: a name that cannot be written there.
void note_modules(const root::Root& root, const std::vector<ModuleState>& states);

/// Puts the RPM database that install() wrote into Berkeley DB's form (see rpm::rewrite_as_berkeley()), in a sandbox.
/// `packages`: those that it must hold, beside keys. Error: it holds others.
void rewrite_rpmdb_as_berkeley(const root::Root& root, const std::string& dbpath, bool later_indexes,
                               const RecipeLimits& limits, std::vector<Nevra> packages);

/// Writes the recipe's files; never follows a symbolic link out of the root.
void add_files(const root::Root& root, const std::vector<RecipeFile>& files);

/// Throws where the program has not called serve_sandbox().
void require_served();

/// Undoes what scriptlets made by the clock or by chance and what belongs to one machine, not to an image: dates of
/// password changes, and in Java's trust store, that are later than source_date_epoch, or not before `made_from`,
/// become source_date_epoch's; /etc/machine-id is emptied (see machine-id(5)), the random seed of systemd is removed.
void settle(const root::Root& root, std::int64_t source_date_epoch, std::int64_t made_from);

/// Removes what is no part of an image: package manager caches and logs made by the install, stray database side
/// files, and the database itself where the recipe asks for that (`keep_rpmdb` false).
/// Leaves alone what an image has of its base (`on_base`).
void clean(const root::Root& root, const std::string& dbpath, bool keep_rpmdb, bool on_base);

/// Where distroless images of Azure Linux name their packages; scanners look there.
inline constexpr const char* manifest_directory = "/var/lib/rpmmanifest";

/// Writes container-manifest-1 and -2 of the packages that stay, as `rpm --query --all` and its query format would, in
/// the order of `packages`, without keys. `install_time`: seconds since 1970. Returns the packages that name no source
/// package: Trivy rejects the manifest for one of them.
std::vector<Nevra> write_manifest(const root::Root& root, const std::vector<PackageInRoot>& packages,
                                  std::int64_t install_time);

/// Facts that scanners of RHEL want to know of an image beside its packages.
struct ContentManifest {
  std::vector<std::string> content_sets;      ///< ids of the repositories, as Red Hat names them
  std::map<std::string, std::string> labels;  ///< of the image
  std::string arch;                           ///< RPM's name
  std::int64_t created = 0;                   ///< seconds since 1970
};

/// The directories of content manifests: where Konflux puts them, and where older build systems did and older scanners
/// look.
inline constexpr std::array content_manifest_directories{"/usr/share/buildinfo/", "/root/buildinfo/"};

/// Writes content-sets.json where Trivy and Clair look for it, in two places, since older ones know only one of them;
/// and labels.json beside, where the labels have the `name` and `cpe` that Clair wants there. Nothing without content
/// sets.
void write_content_manifest(const root::Root& root, const ContentManifest& manifest);

}  // namespace rootlet::rootfs
