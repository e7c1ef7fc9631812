#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/package.hpp"
#include "rootlet/selection.hpp"
#include "rootlet/tests.hpp"
#include "rootlet/trim.hpp"

namespace rootlet {

/// The files of one side of TLS; empty where the recipe names none. A client's may be "pkcs11:…", too.
struct TlsFiles {
  std::string client_cert;
  std::string client_key;  ///< empty: it is in the file of the certificate
  std::string ca_cert;
  bool verify = true;  ///< whether the server must prove who it is
  auto operator<=>(const TlsFiles&) const = default;
};

/// A user's name and where the password is; the name is empty where there is none.
struct UserFile {
  std::string name;
  std::filesystem::path password_file;
  auto operator<=>(const UserFile&) const = default;
};

/// The secrets of an address of a recipe, which must not be written down.
struct AddressSecret {
  std::string address;    ///< without it
  std::string user_info;  ///< percent-encoded
  std::string query;      ///< the whole query; empty: the address's own
  auto operator<=>(const AddressSecret&) const = default;
};

/// How a repository is reached: by whom, through what. Has no influence on what is found there, and nothing of it goes
/// into locks, digests, logs and images.
struct RepoAccess {
  UserFile user;
  std::vector<AddressSecret> secrets;
  TlsFiles tls;
  std::optional<std::filesystem::path> entitlement;  ///< a directory of certificates such as /etc/pki/entitlement
  std::optional<std::string> proxy;                  ///< empty: none; not set: what the environment says
  std::string proxy_user_info;                       ///< of its address, percent-encoded
  UserFile proxy_user;
  TlsFiles proxy_tls;
  auto operator<=>(const RepoAccess&) const = default;
};

/// Fate of files whose owner nobody makes.
enum class UnknownOwners {
  warn,    ///< they belong to root, as rpm does it, and that is told
  strict,  ///< the build fails
};

/// Fate of scriptlets and triggers of packages.
enum class Scriptlets {
  run,
  none,  ///< none runs, and packages with one that would are refused
};

/// Fate of builds in which a package has other versions for one architecture than for another.
enum class ArchDrift {
  allow,
  warn,
  forbid,  ///< that is an error
};
/// "allow", "warn", "forbid".
std::string_view arch_drift_name(ArchDrift drift) noexcept;
std::optional<ArchDrift> arch_drift_of(std::string_view name) noexcept;

/// Limits of an image's size; the `budget` of a recipe. All that is given must hold.
struct ImageBudget {
  std::optional<std::uint64_t> installed_size = {};   ///< bytes
  std::optional<std::uint64_t> compressed_size = {};  ///< bytes of an image's layers
  std::optional<std::size_t> packages = {};
  std::optional<double> growth_percent = {};                ///< of installed_size, since an earlier release
  std::optional<std::uint64_t> growth_bytes = {};           ///< the same in bytes
  std::map<AdvisorySeverity, std::size_t> advisories = {};  ///< open security advisories of a severity
  bool operator==(const ImageBudget&) const = default;
};

/// A repository as the recipe names it, variables and relative paths resolved. URLs throughout:
/// a plain path has become file://. None of them holds user information or secret parameters: those are in `access`.
struct RepoSpec {
  std::string id;
  std::vector<std::string> baseurl;
  std::string metalink;
  std::string mirrorlist;
  bool gpgcheck = true;        ///< packages must be signed by one of gpgkey
  bool repo_gpgcheck = false;  ///< repomd.xml must be signed by one of gpgkey
  std::vector<std::string> gpgkey;
  /// Of addresses of gpgkey: nothing else of the file counts, and each must be there. Lower-case hexadecimal.
  std::map<std::string, std::vector<std::string>> fingerprints;
  std::vector<std::string> weak_signatures;  ///< weaknesses that may pass for age: "dsa1024", "rsa1024", "sha1"; sorted
  std::optional<std::int64_t> max_age;       ///< of metadata, in seconds; older ones are refused
  int priority = 99;                         ///< smaller wins, as in DNF
  int cost = 1000;                           ///< among equal packages the cheaper repository wins, as in DNF
  std::vector<RecipeItem> includepkgs;       ///< unless empty, only what these match is used of the repository
  std::vector<RecipeItem> excludepkgs;       ///< packages of the repository that match one are not used
  bool module_hotfixes = false;              ///< module streams hide none of its packages, as in DNF
  RepoAccess access;
  std::map<std::string, std::string> variables;  ///< values of $name in lists of mirrors
  Mark mark;
};

struct RecipeUser {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;  ///< its own group of the same name unless given: equal to uid
  std::string home = "/";
  std::string shell = "/sbin/nologin";
  Mark mark;
};

/// Files of a directory, a tar or an image, which go below one path of the root.
struct RecipeTree {
  enum class Kind { directory, tar, image };
  Kind kind = Kind::directory;
  std::string source;                 ///< an absolute path; of an image, its name as for `base`
  std::string subpath = "/";          ///< what of the tar or image is taken: a file, or a directory with all in it
  std::vector<std::string> exclude;   ///< globs of what is left out
  bool keep_owners = false;           ///< as the tar or image has them; otherwise those of the entry
  std::optional<std::uint32_t> mode;  ///< of all regular files; directories can be entered by whoever can read them
  /// SHA-256 over all that comes of it into the root. Empty until it was looked into: make::look_into_files().
  std::string digest;
  std::size_t files = 0;   ///< regular files, known with the digest
  std::uint64_t size = 0;  ///< bytes of their content
};

/// A file or directory to write into the root after the packages.
struct RecipeFile {
  std::string path;                             ///< absolute, inside the root
  std::optional<std::string> content;           ///< literal content
  std::optional<std::filesystem::path> source;  ///< or a file beside the recipe
  std::optional<std::string> target;            ///< or a symbolic link to this
  bool directory = false;                       ///< or a directory
  std::optional<RecipeTree> tree = {};          ///< or many files, below `path`
  std::uint32_t mode = 0644;                    ///< 0755 for a directory unless given
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  bool requirements = false;  ///< what programs in it require is asked of the solver; true for trees unless given
  Mark mark;
};

/// The image's configuration: names and meaning of OCI image-spec 1.1, config.md.
struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::map<std::string, std::string> env;
  std::string user;
  std::string workdir;
  std::vector<std::string> ports;    ///< "8080/tcp"
  std::vector<std::string> volumes;  ///< absolute paths
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  ///< of the manifest
  std::string stop_signal;
};

/// How the files of an image are spread over layers.
struct RecipeLayers {
  std::uint32_t at_most = 1;                          ///< 1: all are in one
  std::optional<std::filesystem::path> history = {};  ///< a file with records of the image; may be missing
  std::string history_digest = {};                    ///< SHA-256 of that file; empty: it is missing
  bool database_apart = false;  ///< the RPM database is in one more, the last; an image on this one has its own instead
  bool operator==(const RecipeLayers&) const = default;
};

/// Recipe::rpmdb of an image with a manifest in place of a database.
inline constexpr std::string_view rpmdb_manifest = "manifest";

/// A recipe, includes merged, defaults filled in, every path absolute.
struct Recipe {
  std::filesystem::path path;
  std::string name;
  /// All architectures that it names for one index of images (`selection.arch` is one of them); sorted. Empty: its
  /// image stands alone.
  std::vector<std::string> arches;
  ArchDrift arch_drift = ArchDrift::warn;
  std::vector<RepoSpec> repos;
  /// Image that this one is built on, as open_base() takes it: paths are absolute; empty: none.
  std::string base;
  Selection selection;
  bool localpkg_gpgcheck = true;  ///< check the signatures of packages named by file, too
  /// Where the rpm database lives in the root; "auto": decided by the packages; empty: it is left out; "manifest": a
  /// manifest that scanners read names the packages instead.
  std::string rpmdb = "auto";
  /// Ids of Red Hat's repositories that the content is of, for scanners; none: no content manifest is written.
  std::vector<std::string> content_sets;
  std::vector<std::string> sboms;  ///< formats of the SBOMs in the image: "spdx-2.3"; sorted, each once
  std::vector<RecipeUser> users;
  UnknownOwners owners = UnknownOwners::warn;  ///< of files of packages
  Scriptlets scriptlets = Scriptlets::run;
  /// Where none runs, the packages that these match are let in all the same.
  std::vector<RecipeItem> scriptlets_left_out;
  /// The packages that these match may have scriptlets fail that rpm only warns of.
  std::vector<RecipeItem> scriptlets_may_fail;
  std::vector<RecipeFile> files;
  ImageConfig image;
  RecipeLayers layers;
  std::vector<RootTest> tests;  ///< all must pass before anything is published
  RecipeLimits limits;          ///< of no influence on the image
  ImageBudget budget;           ///< of no influence on the image
  /// The local paths (of repositories, keys, packages and sources, absolute as above) that were written relative or
  /// lie below the recipe's directory: they move along with the recipe.
  std::set<std::string> relative;
  /// SHA-256 over all that decides the image: the merged recipe without marks, with the content of `files` sources;
  /// once they were looked into, with that of trees, too.
  std::string digest;
  Trim trim = Trim::off;
  std::vector<std::string> keep;                            ///< globs of files that no trim takes
  std::map<std::string, std::vector<std::string>> without;  ///< globs of files that a package shall not have, by name
};

}  // namespace rootlet
