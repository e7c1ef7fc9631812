#include "subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace rootlet::analysis {
namespace {

/// The number of an account in a tree that only describes files: each name has one.
std::uint32_t id_of(Accounts& accounts, const std::string& name) {
  const auto [known, fresh] = accounts.ids.try_emplace(name, static_cast<std::uint32_t>(accounts.ids.size()));
  if (fresh) accounts.names[known->second] = name;
  return known->second;
}

void sort_by_path(std::vector<TreeFile>& files) {
  std::stable_sort(files.begin(), files.end(), [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  const auto same = [](const TreeFile& a, const TreeFile& b) { return a.path == b.path; };
  files.erase(std::unique(files.begin(), files.end(), same), files.end());
}

std::string content_of(const FileTree& tree, const std::string& path) {
  const auto found = tree.contents.find(path);
  return found == tree.contents.end() ? std::string() : found->second;
}

}  // namespace

std::string Accounts::name(std::uint32_t id) const {
  const auto found = names.find(id);
  if (found != names.end()) return found->second;
  return id == 0 ? "root" : std::to_string(id);
}

Accounts accounts_of(std::string_view text) {
  Accounts accounts;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || first == 0) continue;
    const std::string_view number = line.substr(second + 1, line.find(':', second + 1) - second - 1);
    std::uint32_t id = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (problem != std::errc() || end != number.data() + number.size()) continue;
    accounts.ids.try_emplace(std::string(line.substr(0, first)), id);
    accounts.names.try_emplace(id, line.substr(0, first));
  }
  return accounts;
}

Subject::Subject(const AuditInput& given) : input(given) {
  lists_known = std::any_of(input.installed.begin(), input.installed.end(),
                            [](const InstalledPackage& package) { return !package.files.empty(); });
  if (input.files != nullptr) {
    tree = input.files;
    users = accounts_of(content_of(*tree, "/etc/passwd"));
    groups = accounts_of(content_of(*tree, "/etc/group"));
  } else if (lists_known) {
    describe();
    tree = &described_;
  }
  if (tree != nullptr) owners = owners_of(*tree, input.installed);
}

void Subject::describe() {
  FileTree written;
  id_of(users, "root");
  id_of(groups, "root");
  for (const InstalledPackage& package : input.installed) {
    for (const PackageFile& file : package.files) {
      if (!file.installed || file.ghost || file.path == "/") continue;
      TreeFile& one = written.files.emplace_back();
      one.path = file.path;
      one.type = file_type(file.mode);
      one.mode = file.mode & 07777U;
      one.uid = id_of(users, file.user);
      one.gid = id_of(groups, file.group);
      one.size = one.type == FileType::regular ? file.size : 0;
      one.target = file.target;
      one.capabilities = file.capabilities;
    }
  }
  sort_by_path(written.files);
  for (const TreeFile& file : written.files) {
    described_.files.push_back(file);
    described_.files.back().path = written.real_path(file.path);
  }
  sort_by_path(described_.files);
}

std::optional<Nevra> Subject::owner(std::size_t file) const {
  if (owners.of[file].empty()) return std::nullopt;
  return nevra(owners.of[file].front().package);
}

Finding& Findings::add(std::string_view rule, std::optional<Nevra> package, std::string path, std::string message) {
  const AuditRule& known = *audit_rule(rule);
  return list.emplace_back(Finding{std::string(rule), known.severity, std::move(package), std::move(path),
                                   std::move(message), std::string(known.advice)});
}

std::string amount(std::uint64_t files, std::uint64_t bytes) {
  return fmt::format("{}, {}", counted(files, "file"), human_size(bytes));
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 4;
  const std::size_t count = std::min(names.size(), shown);
  const std::string text = join(std::span(names).first(count), ", ");
  return names.size() > count ? fmt::format("{} and {} more", text, names.size() - count) : text;
}

bool is_listed(const AuditInput& input) { return !input.by_headers || !input.graph.dependencies_known; }

bool is_key(const Nevra& nevra) { return nevra.name == "gpg-pubkey"; }

}  // namespace rootlet::analysis
