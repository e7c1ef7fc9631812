#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/build.hpp"
#include "rootlet/files.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/image.hpp"
#include "rootlet/read_options.hpp"
#include "rootlet/recipe_file.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::inspect {

/// Kind of target at a path; form_of() looks no further than needed.
enum class Form { root_directory, image, rpmdb, lock, recipe, sbom, unknown };
Form form_of(const std::filesystem::path& path);

/// Target that a user named, as every analysis takes it.
struct Target {
  std::string name;  ///< as the user named it
  Form form = Form::unknown;
  std::string image_name;  ///< name that it has itself: the recipe's, that of a lock's recipe, else the file's
  std::string arch = {};   ///< RPM's name of what a recipe or lock is for; else empty
  std::optional<Selection> selection = std::nullopt;  ///< of a recipe or lock
  PackageGraph graph;                                 ///< of what stays in the root
  /// A recipe, lock or SBOM with packages that take part in the build and leave: of all packages.
  std::optional<PackageGraph> build_graph = std::nullopt;
  std::optional<Solution> solution = std::nullopt;  ///< of a recipe or lock
  std::vector<InstalledPackage> installed = {};     ///< as graph.packages, by place; empty for a recipe or lock
  bool by_headers = true;  ///< false: a list or an SBOM tells of `installed`, which is less than headers do
  std::optional<Sbom> sbom = std::nullopt;       ///< the target itself, or the one in a root that tells its packages
  std::vector<PackageRecord> records = {};       ///< of a root or image: its databases, the one that counts too
  std::vector<SbomRecord> sboms = {};            ///< the same of its SBOMs, where files were asked for
  std::optional<FileTree> files = std::nullopt;  ///< where asked for, and there are any
  std::optional<ImageInfo> image = std::nullopt;
  std::optional<std::string> os_release = std::nullopt;  ///< text of a root's os-release(5), where it has one
  std::vector<std::string> warnings = {};
  std::vector<RepoMetadata> repos = {};  ///< of a recipe, in its order
  /// Module streams that are active, as far as packages are of them: sorted; nothing: the target does not tell.
  std::optional<std::vector<ModuleStream>> streams = std::nullopt;
  /// Reads the beginning of one of `files`, up to a number of bytes; empty: contents are not at hand.
  std::function<std::string(const TreeFile&, std::size_t)> content = {};
};

struct Options {
  installed::ReadOptions tree;  ///< also how deep
  recipe::Overrides recipe;     ///< for recipes; with packages, these are the target, whatever its name
  /// How deep a root or an image is read of which nothing tells the packages; its graph says so (packages_known).
  /// Where this is empty, such a target is an error.
  std::optional<installed::Depth> files_alone = std::nullopt;
  make::Environment environment;
};

/// Opens whatever `path` is, read-only: nothing in it or beside it changes. Names as skopeo writes them are understood,
/// too: "oci:PATH:TAG", "oci-archive:…", "docker-archive:…", "dir:…", and "docker://HOST/PATH:TAG" in a registry.
/// Errors: what it could be is said where it is nothing of the kind; a root or image without packages in an RPM
/// database, a manifest or an SBOM.
std::variant<Target, Unsolvable> open(const std::filesystem::path& path, const Options& options, Progress& progress);

}  // namespace rootlet::inspect
