#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../paths.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::analysis {

/// The names of passwd(5) and group(5): of several with one name or number, the first counts.
struct Accounts {
  std::map<std::string, std::uint32_t, std::less<>> ids;
  std::map<std::uint32_t, std::string> names;

  /// "apache", or "48" where it has no name.
  [[nodiscard]] std::string name(std::uint32_t id) const;
};
Accounts accounts_of(std::string_view text);

/// Subject of an audit's checks: the input, and what several of them derive from it.
class Subject {
 public:
  explicit Subject(const AuditInput& given);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const AuditInput& input;
  const FileTree* tree = nullptr;  ///< the target's; else what the packages' lists describe; nullptr: neither
  Owners owners;                   ///< of `tree`
  bool lists_known = false;        ///< whether the packages' lists of files are known
  Accounts users, groups;

  [[nodiscard]] const Nevra& nevra(PackageId id) const { return input.graph.at(id).nevra; }
  /// The first package that owns the file; none: none does.
  [[nodiscard]] std::optional<Nevra> owner(std::size_t file) const;
  [[nodiscard]] std::size_t place(const TreeFile& file) const {
    return static_cast<std::size_t>(&file - tree->files.data());
  }

 private:
  void describe();
  FileTree described_;
};

/// Collects findings; severity and advice are those of the rule unless changed.
class Findings {
 public:
  Finding& add(std::string_view rule, std::optional<Nevra> package, std::string path, std::string message);
  std::vector<Finding> list;
};

/// "34 files, 1.2 MB".
std::string amount(std::uint64_t files, std::uint64_t bytes);

/// The first of `names` and how many more there are: "a, b, c and 9 more".
std::string some_of(const std::vector<std::string>& names);

/// The manifest of distroless images.
inline constexpr const char* manifest_path = "/var/lib/rpmmanifest/container-manifest-2";

/// Whether a list or an SBOM tells the packages, which is less than their headers do.
bool is_listed(const AuditInput& input);

/// Public keys are in databases as packages of this name: they have no files, signature or use.
bool is_key(const Nevra& nevra);

// The checks, one family a file.
void check_requirements(const Subject& subject, Findings& findings);
void check_clashes(const Subject& subject, Findings& findings);
void check_duplicates(const Subject& subject, Findings& findings);
void check_still_required(const Subject& subject, Findings& findings);
void check_signatures(const Subject& subject, Findings& findings);
void check_scanners(const Subject& subject, Findings& findings);
void check_records(const Subject& subject, Findings& findings);
void check_unowned(const Subject& subject, Findings& findings);
void check_owned(const Subject& subject, Findings& findings);
void check_permissions(const Subject& subject, Findings& findings);
void check_programs(const Subject& subject, Findings& findings);
void check_documents(const Subject& subject, Findings& findings);
void check_leftovers(const Subject& subject, Findings& findings);
void check_links(const Subject& subject, Findings& findings);
void check_layers(const Subject& subject, Findings& findings);
void check_libraries(const Subject& subject, Findings& findings);
void check_library_versions(const Subject& subject, Findings& findings);
void check_unneeded_libraries(const Subject& subject, Findings& findings);
void check_image(const Subject& subject, Findings& findings);

/// Whether check_leftovers() has its say about an unowned file, so that check_unowned() is silent.
bool is_leftover(std::string_view path);

}  // namespace rootlet::analysis
