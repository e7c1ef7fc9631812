#include "analysis/loader.hpp"
#include "input.hpp"
#include "root/layers.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/audit.hpp"

namespace {

using namespace rootlet;

/// "PATH\tTARGET": a link; "PATH/": a directory; "PATH": a program that needs what the last part of its name says.
FileTree tree_of(const std::vector<std::string>& lines) {
  root::LayerTree tree;
  tree.begin_layer();
  for (const std::string& line : lines) {
    image::LayerEntry entry;
    const std::size_t tab = line.find('\t');
    entry.path = line.substr(0, tab);
    if (tab != std::string::npos) {
      entry.kind = image::LayerEntry::Kind::symlink;
      entry.target = line.substr(tab + 1);
    } else if (line.ends_with('/')) {
      entry.kind = image::LayerEntry::Kind::directory;
    }
    entry.mode = 04755;
    entry.uid = static_cast<std::uint32_t>(line.size());
    fuzz::tolerate_errors([&] { tree.apply(entry); });
  }
  FileTree files;
  files.files = tree.files();
  files.covered = tree.covered();
  files.contents_read = true;
  for (TreeFile& file : files.files) {
    if (file.type != FileType::regular) continue;
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    file.elf = ElfFile{{2, 1, 62}, "/lib64/ld.so", name, {name, "lib" + name}, {"$ORIGIN/../lib", name}};
    file.size = file.path.size();
  }
  return files;
}

}  // namespace

/// A root's files, accounts, and directories of libraries, and what a package says that it owns of it: every question
/// that an audit asks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = fuzz::parts(data, size, 5);
  FileTree tree = tree_of(fuzz::lines(parts[0]));
  tree.contents = {{"/etc/passwd", parts[2]}, {"/etc/group", parts[2]}};
  analysis::Loader loader(tree, [&](const TreeFile&, std::size_t most) { return parts[3].substr(0, most); });
  for (const TreeFile& file : tree.files) {
    if (file.elf) static_cast<void>(loader.find(file.elf->needed.back(), *file.elf, "/usr/bin"));
  }
  std::vector<InstalledPackage> installed(1);
  installed[0].nevra = {"bash", 0, "1", "1", "x86_64"};
  for (const std::string& path : fuzz::lines(parts[1])) {
    PackageFile file;
    const std::size_t tab = path.find('\t');
    file.path = path.substr(0, tab);
    file.mode = path.ends_with('/') ? 040755 : tab == std::string::npos ? 0100755 : 0120777;
    if (tab != std::string::npos) file.target = path.substr(tab + 1);
    file.doc = true;
    file.size = 1;
    file.user = path;
    installed[0].files.push_back(std::move(file));
  }
  std::sort(installed[0].files.begin(), installed[0].files.end(),
            [](const PackageFile& a, const PackageFile& b) { return a.path < b.path; });
  PackageGraph graph;
  graph.packages.push_back({installed[0].nevra});
  ImageInfo image;
  image.env = fuzz::lines(parts[4]);
  image.user = parts[4].substr(0, 20);
  // Without files, those that the package lists are looked at.
  for (const bool has_files : {true, false}) {
    const analysis::AuditInput input{"an image", graph, installed, has_files ? &tree : nullptr, &image};
    for (const Finding& finding : analysis::audit(input).findings) {
      if (analysis::audit_rule(finding.rule) == nullptr) std::abort();
    }
  }
  const analysis::FileCosts costs = analysis::file_costs(tree, graph, analysis::owners_of(tree, installed));
  std::uint64_t bytes = 0;
  for (const analysis::DirectoryCost& cost : costs.directories) bytes += cost.totals.bytes;
  if (bytes != costs.total.bytes) std::abort();
  return 0;
}
