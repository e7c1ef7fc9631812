#include <toml++/toml.h>

#include "base/text.hpp"
#include "records.hpp"
#include "rootlet/error.hpp"

namespace rootlet::installed {
namespace {

constexpr const char* packages_path = "/usr/lib/sysimage/libdnf5/packages.toml";
constexpr const char* groups_path = "/usr/lib/sysimage/libdnf5/groups.toml";

[[noreturn]] void fail(const std::string& message) { throw Error(message); }

std::string text_of(const toml::node* node, const std::string& name) {
  const auto* const text = node == nullptr ? nullptr : node->as_string();
  if (text == nullptr) fail("'" + printable(name) + "' is no string");
  return text->get();
}

/// The table `key` of a document of version 1.
toml::table table_of(const std::string& text, const char* key) {
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    fail("line " + std::to_string(error.source().begin.line) + ": " + printable(error.description()));
  }
  const std::string version = text_of(document.get("version"), "version");
  if (!version.starts_with("1.")) fail("unknown version '" + printable(version) + "'");
  const toml::table* const table = document.get_as<toml::table>(key);
  if (table == nullptr) fail(std::string("'") + key + "' is no table");
  return *table;
}

InstallReason reason_of(const std::string& reason) {
  if (reason == "User" || reason == "External User") return InstallReason::user;
  if (reason == "Group") return InstallReason::group;
  if (reason == "Dependency" || reason == "Weak Dependency") return InstallReason::dependency;
  if (reason == "None" || reason == "Clean") return InstallReason::unknown;
  fail("unknown reason '" + printable(reason) + "'");
}

void read_packages(const std::string& text, InstallRecord& record) {
  const toml::table packages = table_of(text, "packages");
  for (const auto& [key, value] : packages) {
    const std::string name(key.str());
    const toml::table* const package = value.as_table();
    if (package == nullptr) fail("'" + printable(name) + "' is no table");
    record.by_name_arch[name] = reason_of(text_of(package->get("reason"), name + ".reason"));
  }
}

void read_groups(const std::string& text, InstallRecord& record) {
  const toml::table groups = table_of(text, "groups");
  for (const auto& [key, value] : groups) {
    const std::string name(key.str());
    const toml::table* const group = value.as_table();
    if (group == nullptr) fail("'" + printable(name) + "' is no table");
    const toml::array* const packages = group->get_as<toml::array>("packages");
    if (packages == nullptr) continue;
    for (const toml::node& package : *packages) record.group_members.insert(text_of(&package, name + ".packages"));
  }
}

void read(const Tree& tree, const char* path, void (*parse)(const std::string&, InstallRecord&),
          InstallRecord& record) {
  const auto found = tree.files.contents.find(path);
  if (found == tree.files.contents.end()) return;
  try {
    parse(found->second, record);
  } catch (const Error& error) {
    throw error.within(std::string("'") + path + "'");
  }
}

}  // namespace

std::optional<InstallRecord> dnf5_record(const Tree& tree) {
  if (!tree.files.contents.contains(packages_path)) return std::nullopt;
  InstallRecord record;
  record.path = packages_path;
  read(tree, packages_path, read_packages, record);
  read(tree, groups_path, read_groups, record);
  return record;
}

}  // namespace rootlet::installed
