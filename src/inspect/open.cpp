#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "analysis/solution.hpp"
#include "base/text.hpp"
#include "graph.hpp"
#include "installed/rpmdb.hpp"
#include "installed/transport.hpp"
#include "manifest.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/target.hpp"
#include "sbom.hpp"

namespace rootlet::inspect {
namespace {

constexpr const char* manifest_path = "/var/lib/rpmmanifest/container-manifest-2";

/// "nginx" of "out/nginx.tar.gz" and "out/nginx/".
std::string name_of(const fs::path& path) {
  std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
  for (const std::string_view suffix : {".gz", ".xz", ".bz2", ".zst", ".tar", ".oci", ".sqlite"}) {
    if (name.ends_with(suffix)) name.erase(name.size() - suffix.size());
  }
  return name;
}

void add_solution(Target& target, Solution solution) {
  target.graph = analysis::graph_of(solution, analysis::Part::staying);
  if (solution.leaving() > 0) target.build_graph = analysis::graph_of(solution, analysis::Part::whole);
  target.streams.emplace();
  for (const ModuleState& state : solution.modules) {
    if (!state.stream.empty()) target.streams->push_back({state.name, state.stream, ""});
  }
  target.solution = std::move(solution);
}

void add_installed(Target& target, rpm::InstalledSet set, const std::optional<installed::InstallRecord>& record) {
  target.graph = graph_of(set, record);
  target.streams = streams_of(set.modules);
  target.installed = std::move(set.packages);
}

std::variant<Target, Unsolvable> open_recipe(Target target, const fs::path& path, const Options& options,
                                             Progress& progress) {
  Recipe recipe = recipe::load(path, options.recipe);
  make::look_into_files(recipe, options.environment, progress);
  target.image_name = recipe.name;
  target.arch = recipe.selection.arch;
  target.selection = recipe.selection;
  make::Resolved resolved = make::resolve(recipe, options.environment, progress);
  if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
  tell(resolved.by_metadata, progress);
  add_solution(target, std::move(std::get<Solution>(resolved.outcome)));
  if (!recipe.files.empty()) target.graph.other_files = make::sizes_of_files(recipe);
  target.repos = std::move(resolved.repos);
  return target;
}

constexpr const char* looked_for =
    "looked for one in /usr/lib/sysimage/rpm, /var/lib/rpm, /usr/share/rpm and /root/.rpmdb, for the package manifest "
    "of "
    "distroless images, /var/lib/rpmmanifest/container-manifest-2, and for an SBOM in /var/lib/db/sbom; 'size "
    "--files', "
    "'audit', 'diff' and 'report' work on files alone";

/// Where nothing tells the packages.
void do_without(Target& target, const Options& options) {
  if (!options.files_alone) throw Error("'" + target.name + "' has no RPM database", looked_for);
  target.graph.packages_known = target.graph.dependencies_known = false;
}

/// The text of a root's os-release(5). A link to it elsewhere than where it belongs was not followed.
std::optional<std::string> os_release_of(const FileTree& files) {
  for (const char* place : {"/etc/os-release", "/usr/lib/os-release"}) {
    const auto found = files.contents.find(place);
    if (found != files.contents.end()) return found->second;
  }
  return std::nullopt;
}

std::string places_of(const installed::Spool& spool) {
  std::vector<std::string> places;
  for (const installed::SpooledDatabase& one : spool.databases) places.push_back(one.place);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return join(places, ", ");
}

/// Returns what tells a package of the base from one that was added: the database as the base had it, else what the
/// layers above the base say that they add. Empty: nothing tells, or there is no base.
std::function<bool(const Nevra&)> what_tells_base(const Target& target, const installed::Tree& tree) {
  if (!tree.base.databases.empty()) {
    std::vector<std::string> passed_over;  // of a state that nobody sees
    const auto set = installed::read_copies(tree.base, "the base of '" + target.name + "'", false, passed_over);
    std::set<Nevra> known;
    for (const InstalledPackage& package : set.packages) known.insert(package.nevra);
    return [known = std::move(known)](const Nevra& nevra) { return known.contains(nevra); };
  }
  std::set<std::string> added;
  if (tree.image && tree.image->base_layers > 0) {
    for (std::size_t i = tree.image->base_layers; i < tree.image->layers.size(); ++i) {
      added.insert(tree.image->layers[i].packages.begin(), tree.image->layers[i].packages.end());
    }
  }
  if (added.empty()) return {};
  return [added = std::move(added)](const Nevra& nevra) { return !added.contains(nevra.name); };
}

/// Notes which packages are those of the image that this one is built on.
void add_base(Target& target, const installed::Tree& tree) try {
  const auto is_of_base = what_tells_base(target, tree);
  if (!is_of_base) return;
  Root root{Root::Kind::base, "base"};
  for (std::size_t i = 0; i < target.graph.packages.size(); ++i) {
    if (is_of_base(target.graph.packages[i].nevra)) root.packages.push_back(package_id(i));
  }
  if (!root.packages.empty()) target.graph.roots.push_back(std::move(root));
} catch (const Error& error) {
  target.warnings.push_back(std::string("which packages are those of the base is not known: ") + error.what());
}

/// Adds what a root's own records say of its packages: of the database, else of the manifest, else of an SBOM.
void add_recorded(Target& target, const installed::Tree& tree, const Options& options) {
  const bool files = options.tree.depth != installed::Depth::database;
  if (!tree.spool.databases.empty()) {
    const auto record = installed::install_record(tree, target.warnings);
    auto set = installed::read_copies(tree.spool, "'" + target.name + "'", files, target.warnings, tree.links,
                                      &target.records);
    if (!set.packages.empty()) {
      add_installed(target, std::move(set), record);
      add_base(target, tree);
      if (files) target.sboms = records_of(sboms_in(tree, target.name, target.warnings));
      return;
    }
  }
  auto found = sboms_in(tree, target.name, target.warnings);
  target.sboms = records_of(found);
  const auto manifest = tree.files.contents.find(manifest_path);
  if (manifest != tree.files.contents.end()) {
    target.installed = read_manifest(manifest->second, target.name + ":" + manifest_path, target.warnings);
    target.graph = graph_of(target.installed);
    target.by_headers = false;
    if (!target.installed.empty()) return add_dependencies(target, found);
  }
  if (add_packages(target, std::move(found))) return;
  if (!tree.spool.databases.empty() && !options.files_alone) {
    throw Error("the RPM database of '" + target.name + "' (" + places_of(tree.spool) + ") holds no packages",
                looked_for);
  }
  do_without(target, options);
}

Target open_tree(Target target, const std::function<installed::Tree(const installed::ReadOptions&)>& read,
                 const Options& options) {
  installed::ReadOptions how = options.tree;
  installed::Tree tree = read(how);
  add_recorded(target, tree, options);
  if (!target.graph.packages_known && options.files_alone > how.depth) {
    how.depth = *options.files_alone;
    tree = read(how);
  }
  target.image = std::move(tree.image);
  target.os_release = os_release_of(tree.files);
  if (how.depth == installed::Depth::database) return target;
  target.files = std::move(tree.files);
  if (tree.content) {
    target.content = [content = std::move(tree.content),
                      spool = std::shared_ptr<TempDir>(std::move(tree.spool.directory))](
                         const TreeFile& file, std::size_t most) { return content(file, most); };
  }
  if (!target.by_headers) return target;  // neither a manifest nor an SBOM says which files are whose
  const auto owners = analysis::owners_of(*target.files, target.installed);
  const auto sizes = analysis::disk_sizes(*target.files, owners, target.installed.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) target.graph.packages[i].disk_size = sizes[i];
  if (target.graph.packages_known) target.graph.other_files = {analysis::unowned_files(*target.files, owners)};
  return target;
}

/// An image in a registry.
Target open_reference(const std::string& name, const Options& options, Progress& progress) {
  const registry::ImageReference reference = registry::parse_reference(name);
  const make::Environment& environment = options.environment;
  const registry::Settings settings{environment.cache_dir, environment.offline, environment.insecure_registries};
  Target target;
  target.name = name;
  target.form = Form::image;
  target.image_name = reference.repository.substr(reference.repository.rfind('/') + 1);
  return open_tree(
      std::move(target),
      [&](const installed::ReadOptions& how) { return installed::read_image(reference, settings, how, progress); },
      options);
}

}  // namespace

std::variant<Target, Unsolvable> open(const fs::path& name, const Options& given, Progress& progress) {
  if (!given.recipe.packages.empty()) {
    Target target;
    target.name = name.string();
    target.form = Form::recipe;
    return open_recipe(std::move(target), name, given, progress);
  }
  if (registry::is_reference(name.string())) return open_reference(name.string(), given, progress);
  Options options = given;
  const installed::NamedImage image = installed::named_image(name.string(), given.tree.tag);
  const fs::path& path = image.path;
  options.tree.tag = image.tag;
  Target target;
  target.name = name.string();
  target.form = form_of(path);
  target.image_name = name_of(path);
  switch (target.form) {
    case Form::recipe: return open_recipe(std::move(target), path, options, progress);
    case Form::lock: {
      Lock lock = lock::read(path, options.tree.arch);
      target.image_name = lock.name;
      target.arch = lock.selection.arch;
      target.selection = lock.selection;
      Solution solution{std::move(lock.packages)};
      solution.modules = std::move(lock.modules);
      add_solution(target, std::move(solution));
      return target;
    }
    case Form::rpmdb: {
      const installed::Spool spool = installed::copy_databases(path);
      auto set = installed::read_copies(spool, "'" + target.name + "'",
                                        options.tree.depth != installed::Depth::database, target.warnings);
      if (set.packages.empty()) throw Error("the RPM database '" + target.name + "' holds no packages");
      add_installed(target, std::move(set), std::nullopt);
      return target;
    }
    case Form::root_directory:
      return open_tree(
          std::move(target),
          [&](const installed::ReadOptions& how) { return installed::read_directory(path, how, progress); }, options);
    case Form::image:
      return open_tree(
          std::move(target),
          [&](const installed::ReadOptions& how) { return installed::read_image(path, how, progress); }, options);
    case Form::sbom: add_sbom(target, path); return target;
    case Form::unknown: break;
  }
  throw usage_error(
      "'" + target.name + "' is nothing that rootlet can look into",
      "it takes a recipe, a lock, a root directory, an RPM database, an OCI image layout, an oci-archive, "
      "a docker-archive, docker://HOST/PATH:TAG, or an SBOM");
}

}  // namespace rootlet::inspect
