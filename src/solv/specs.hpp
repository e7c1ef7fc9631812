#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pool.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::solv {

/// The way DNF reads what a user writes for packages: as NEVRA in five forms (most specific first, globs allowed),
/// then as a capability, then as a file path. The first reading that matches anything is taken.
/// Source of the order: dnf 4's subject matching (dnf(8), "Specifying packages").
/// It keeps what it learns of a pool, so that many specs cost little more than one: no package is added while it lives.
class SpecMatcher {
 public:
  /// Packages that a spec may stand for: those that count, or all of the pool.
  enum class Among { considered, all };
  explicit SpecMatcher(::Pool& pool, Among among = Among::considered) : pool_(pool), all_(among == Among::all) {}

  /// Which packages a spec stands for; ascending ids.
  struct Match {
    std::vector<Id> packages;
    bool just_name = false;  ///< read as a plain name (or a glob over names)
    bool by_arch = false;    ///< the architecture was given as a glob: one package for each architecture
  };
  [[nodiscard]] Match find(const std::string& spec) const;

  /// As find(), but only the NEVRA readings: what `exclude` uses.
  [[nodiscard]] Match find_nevra(const std::string& spec) const;

  /// The sets of which one package each must be installed to honour a spec; empty: nothing matches it.
  [[nodiscard]] std::vector<std::vector<Id>> candidate_sets(const std::string& spec) const;

  /// The packages that provide a capability of that very text, or have a file of that path: no other reading, no glob.
  [[nodiscard]] std::vector<Id> find_providers(const std::string& capability) const;

  /// Whether it is read as a path that primary metadata need not list.
  [[nodiscard]] static bool needs_filelists(const std::string& spec);

 private:
  struct Form;
  /// Whether a spec may stand for a package.
  [[nodiscard]] bool fits(Id package) const;
  [[nodiscard]] std::vector<Id> match(const Form& form) const;
  [[nodiscard]] std::vector<Id> match_full_nevra(const std::string& pattern) const;
  [[nodiscard]] std::vector<Id> match_capability(const std::string& spec) const;
  [[nodiscard]] std::vector<Id> match_file(const std::string& spec) const;
  /// `how`: libsolv's way to compare a path with those of packages.
  [[nodiscard]] std::vector<Id> files_of(const std::string& path, int how) const;
  static std::vector<Form> forms(const std::string& spec);
  /// Ids of all packages of a name, ascending.
  [[nodiscard]] std::vector<Id> named(Id name) const;
  /// Adds the packages that obsolete one of `packages` by name: asking for the old name gets the new package.
  void add_obsoleters(std::vector<Id>& packages) const;

  ::Pool& pool_;
  bool all_;
  mutable std::vector<Id> first_,
      next_;  ///< of a name, and after a package of the same: 0 ends it; empty: not asked yet
  mutable std::optional<std::vector<std::pair<Id, Id>>> obsoleted_;  ///< (old, new) packages, ascending
};

/// Whether text holds one of the glob characters *, ? and [.
bool is_glob(std::string_view text);

/// Whether a createrepo_c primary.xml lists files of this path: /etc, …/bin, …/sbin and /usr/lib/sendmail.
bool in_primary(std::string_view path);

}  // namespace rootlet::solv
