#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/audit.hpp"
#include "rootlet/files.hpp"
#include "rootlet/graph.hpp"

namespace invented {

using namespace rootlet;

// Files of a tree; owned by root, contents as if they were read.
TreeFile file(const std::string& path, std::uint32_t mode = 0644, const std::string& content = "x");
TreeFile directory(const std::string& path, std::uint32_t mode = 0755);
TreeFile link_to(const std::string& path, const std::string& target);
/// 64 bits; with an empty soname it is a program that starts with the usual loader.
TreeFile elf(const std::string& path, const std::string& soname, std::vector<std::string> needed = {});

/// What a package would have listed for it.
PackageFile listed(const TreeFile& file);

/// A target of packages and files, made up step by step.
struct World {
  std::string what = "an image";
  PackageGraph graph;
  std::vector<InstalledPackage> installed;
  FileTree tree;
  ImageInfo image;
  bool has_tree = true;
  bool has_image = false;

  /// Packages in the order of their names, signed; "a" is a-0:1-1.noarch. Their files are put into the tree, too.
  PackageId add(const std::string& name, const std::vector<TreeFile>& files = {});
  /// Files that no package has.
  void add(const std::vector<TreeFile>& files);
  void require(PackageId from, const std::string& capability, std::vector<PackageId> providers,
               EdgeKind kind = EdgeKind::runtime);
  /// The directories of all files, sorted: what a tree always has.
  void complete();

  [[nodiscard]] analysis::Audit audit();
  /// "severity package path: message" of the findings of a rule, names without versions.
  [[nodiscard]] std::vector<std::string> found(std::string_view rule);
};

using Lines = std::vector<std::string>;

}  // namespace invented
