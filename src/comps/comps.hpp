#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rootlet::comps {

/// How much a package belongs to its group.
enum class PackageType { mandatory, default_, optional, conditional, unknown };
/// "mandatory", "default", "optional", "conditional", "unknown".
std::string_view type_name(PackageType type) noexcept;

struct GroupPackage {
  std::string name;
  PackageType type = PackageType::mandatory;
  std::string condition;      ///< only wanted beside this package; empty: always
  bool basearchonly = false;  ///< only the target's base architecture will do
};

struct Group {
  std::string id;
  std::string name;
  std::string name_in_c;  ///< the name's "translation" for the locale C, which DNF looks at, too; mostly empty
  std::vector<GroupPackage> packages;
};

struct EnvironmentGroup {
  std::string id;
  std::string name;
  std::string name_in_c;
  std::vector<std::string> groups;    ///< ids of the groups that are installed with it
  std::vector<std::string> optional;  ///< ids of the groups that may be
};

/// Groups and environments of comps.xml documents.
struct Comps {
  std::vector<Group> groups;
  std::vector<EnvironmentGroup> environments;
  /// Of documents that are malformed, "repository 'x': cannot parse the groups: …": nothing of them counts, as in DNF.
  std::vector<std::string> passed_over = {};
};

/// A document and the repository that it is of.
struct Document {
  std::string repo;
  std::string xml;
};

/// Reads documents and merges them in this order: groups and environments of the same id become one.
/// Error: a document that libcomps does not survive.
Comps parse(const std::vector<Document>& documents);

/// The groups and environments that a text means, by index.
struct Found {
  std::vector<std::size_t> groups;
  std::vector<std::size_t> environments;
  [[nodiscard]] bool empty() const noexcept { return groups.empty() && environments.empty(); }
};

/// As DNF looks them up: those whose id or name is the text; where there are none, those of which id or name match it
/// as a glob, whatever the case of letters.
Found find(const Comps& comps, const std::string& text);

/// A group as an entry of a recipe brings it in.
struct Wanted {
  const Group* group = nullptr;
  const EnvironmentGroup* environment = nullptr;  ///< by which it comes; null: the entry names the group itself
};

/// All groups of what was found. `missing`: ids of groups that an environment names and no repository has.
std::vector<Wanted> groups_of(const Comps& comps, const Found& found, std::vector<std::string>& missing);

}  // namespace rootlet::comps
