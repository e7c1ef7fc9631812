#include "invented.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/digest.hpp"

namespace invented {
namespace {

std::uint32_t type_bits(FileType type) {
  if (type == FileType::directory) return S_IFDIR;
  return type == FileType::symlink ? S_IFLNK : S_IFREG;
}

}  // namespace

TreeFile file(const std::string& path, std::uint32_t mode, const std::string& content) {
  TreeFile one;
  one.path = path;
  one.mode = mode;
  one.size = content.size();
  one.sha256 = digest_of(content);
  if (content.starts_with("#!")) one.interpreter = content.substr(2);
  return one;
}

TreeFile directory(const std::string& path, std::uint32_t mode) {
  TreeFile one;
  one.path = path;
  one.type = FileType::directory;
  one.mode = mode;
  return one;
}

TreeFile link_to(const std::string& path, const std::string& target) {
  TreeFile one;
  one.path = path;
  one.type = FileType::symlink;
  one.mode = 0777;
  one.target = target;
  return one;
}

TreeFile elf(const std::string& path, const std::string& soname, std::vector<std::string> needed) {
  TreeFile one = file(path, 0755,
                      "\x7f"
                      "ELF " +
                          path);
  one.elf = ElfFile{{2, 1, 62}, soname.empty() ? "/lib64/ld-linux-x86-64.so.2" : "", soname, std::move(needed), {}};
  return one;
}

PackageFile listed(const TreeFile& file) {
  PackageFile one;
  one.path = file.path;
  one.mode = type_bits(file.type) | file.mode;
  one.size = file.size;
  one.user = "root";
  one.group = "root";
  one.target = file.target;
  one.capabilities = file.capabilities;
  if (file.type == FileType::regular) one.digest = {"sha256", file.sha256};
  return one;
}

PackageId World::add(const std::string& name, const std::vector<TreeFile>& files) {
  InstalledPackage package;
  package.nevra = {name, 0, "1", "1", "noarch"};
  package.signed_by = "0123456789abcdef";
  for (const TreeFile& each : files) package.files.push_back(listed(each));
  graph.packages.push_back({package.nevra, 1000});
  installed.push_back(std::move(package));
  add(files);
  return PackageId{static_cast<std::uint32_t>(installed.size() - 1)};
}

void World::add(const std::vector<TreeFile>& files) { tree.files.insert(tree.files.end(), files.begin(), files.end()); }

void World::require(PackageId from, const std::string& capability, std::vector<PackageId> providers, EdgeKind kind) {
  graph.dependencies.push_back({from, capability, kind, {}, std::move(providers)});
  std::sort(graph.dependencies.begin(), graph.dependencies.end());
}

void World::complete() {
  std::set<std::string> known;
  for (const TreeFile& each : tree.files) known.insert(each.path);
  std::vector<TreeFile> more;
  for (const TreeFile& each : tree.files) {
    std::string at = each.path;
    while (at.rfind('/') != 0 && at.rfind('/') != std::string::npos) {
      at.resize(at.rfind('/'));
      if (known.insert(at).second) more.push_back(directory(at));
    }
  }
  add(more);
  std::sort(tree.files.begin(), tree.files.end(), [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  tree.contents_read = true;
}

analysis::Audit World::audit() {
  complete();
  return analysis::audit({what, graph, installed, has_tree ? &tree : nullptr, has_image ? &image : nullptr});
}

std::vector<std::string> World::found(std::string_view rule) {
  std::vector<std::string> lines;
  for (const Finding& finding : audit().findings) {
    if (finding.rule != rule) continue;
    const std::string package = finding.package ? finding.package->name : "";
    lines.push_back(std::string(severity_name(finding.severity)) + " " + package + (package.empty() ? "" : " ") +
                    finding.path + ": " + finding.message);
  }
  return lines;
}

}  // namespace invented
