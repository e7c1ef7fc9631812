#include "trim.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>

#include "base/text.hpp"
#include "exclusion.hpp"
#include "root/directory.hpp"
#include "rootfs/install.hpp"
#include "rootfs/trim.hpp"
#include "rootlet/error.hpp"
#include "rootlet/needed.hpp"
#include "sbom.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// The files of a root and whose they are.
struct FilesInRoot {
  FileTree tree;
  std::vector<PackageId> packages;              ///< that stay, by their places in the solution
  std::vector<const rpm::HeaderInfo*> headers;  ///< to each
  analysis::Owners owners;                      ///< whose package ids are places in the two
};

FilesInRoot files_in_root(const TrimSubject& subject, const Solution& solution, Progress& progress) {
  FilesInRoot files;
  files.tree = root::read_files(subject.root, root::Contents::code, progress);
  const std::vector<PackageId> added = added_packages(solution);
  std::vector<std::span<const PackageFile>> lists;
  for (std::size_t i = 0; i < subject.packages.size(); ++i) {
    if (solution.packages.at(index(added.at(i))).build_only) continue;
    files.packages.push_back(added[i]);
    files.headers.push_back(&subject.packages[i].header());
    lists.emplace_back(files.headers.back()->files);
  }
  files.owners = analysis::owners_of(files.tree, lists);
  return files;
}

[[noreturn]] void refuse_package(const TrimSubject& subject, const std::string& name) {
  const std::vector<rpm::RawHeader> none;
  const auto& of_base = subject.base != nullptr ? subject.base->database.headers : none;
  if (std::any_of(of_base.begin(), of_base.end(), [&](const auto& header) { return header.nevra.name == name; })) {
    throw usage_error("without: package '" + name + "' is of the base, whose files stay in its layers",
                      "take its files out of the base, or build from scratch");
  }
  throw usage_error("without: no package '" + name + "' stays in the image",
                    "'rootlet solve " + subject.recipe.path.filename().string() + "' lists those that do");
}

/// By place in the tree: files that `without` names. Errors: a package that is not there, or of the base.
std::vector<bool> named_files(const TrimSubject& subject, const FilesInRoot& files, Progress& progress) {
  std::vector<bool> named(files.tree.files.size());
  for (const auto& [package, globs] : subject.recipe.without) {
    const bool known = std::any_of(files.headers.begin(), files.headers.end(),
                                   [&](const rpm::HeaderInfo* header) { return header->nevra.name == package; });
    if (!known) refuse_package(subject, package);
    for (const std::string& glob : globs) {
      const Exclusion one({glob});
      bool any = false;
      for (std::size_t i = 0; i < named.size(); ++i) {
        const auto& claims = files.owners.of[i];
        const bool has = std::any_of(claims.begin(), claims.end(), [&](const analysis::Claim& claim) {
          return files.headers.at(index(claim.package))->nevra.name == package && one.covers(claim.file->path);
        });
        const TreeFile& file = files.tree.files[i];
        if (!has || file.type == FileType::directory || subject.below.contains(file.path)) continue;
        any = named[i] = true;
      }
      if (!any) progress.warn("without: '" + glob + "' fits no file of " + package);
    }
  }
  return named;
}

/// Paths that rootlet itself writes, or lists of them by a directory.
std::vector<std::string> own_places(const TrimSubject& subject) {
  std::vector<std::string> places{std::string(sbom::directory_in_image), rootfs::manifest_directory};
  if (subject.keeps_database) places.push_back(subject.dbpath);
  for (const char* place : rootfs::content_manifest_directories) places.emplace_back(place);
  for (const char* place : rootfs::module_state_places) places.emplace_back(place);
  for (std::string& place : places) {
    while (place.ends_with('/')) place.pop_back();
  }
  return places;
}

void add_own_roots(const TrimSubject& subject, const FileTree& tree, std::vector<analysis::NeededRoot>& roots) {
  for (const RecipeFile& file : subject.recipe.files) {
    if (!file.tree) roots.push_back({file.path, "recipe"});
  }
  for (const OwnTree& own : subject.own.trees) {
    for (const TreeFile& file : own.files) roots.push_back({file.path, "recipe"});
  }
  for (const std::string& own : own_places(subject)) {
    const std::string place = tree.way(own).place;
    for (const TreeFile& file : tree.files) {
      if (file.path == place || file.path.starts_with(place + "/")) roots.push_back({file.path, "recipe"});
    }
  }
}

void add_kept_roots(const Recipe& recipe, const FileTree& tree, std::vector<analysis::NeededRoot>& roots) {
  for (const std::string& glob : recipe.keep) {
    const Exclusion kept({glob});
    for (const TreeFile& file : tree.files) {
      if (kept.covers(file.path)) roots.push_back({file.path, "keep", glob});
    }
  }
  for (const std::string& language : recipe.selection.langs) {
    const Exclusion kept({"/usr/share/locale/" + language + "*/**", "/usr/lib/locale/" + language + "*/**"});
    for (const TreeFile& file : tree.files) {
      if (kept.covers(file.path)) roots.push_back({file.path, "keep", "langs: " + language});
    }
  }
}

/// All that a test runs in the root, but for the image's own entrypoint.
std::vector<std::vector<std::string>> commands_of(const RootTest& test) {
  std::vector<std::vector<std::string>> commands = test.start;
  for (const RootProbe& probe : test.probes) {
    if (const auto* one = std::get_if<ExecProbe>(&probe.ask)) commands.push_back(one->command);
  }
  if (!test.run.empty()) commands.push_back(test.run);
  return commands;
}

analysis::NeededRequest request_of(const TrimSubject& subject, const FilesInRoot& files, Progress& progress) {
  const Recipe& recipe = subject.recipe;
  const FileTree& tree = files.tree;
  analysis::NeededRequest request;
  request.env = subject.image.env;
  const auto add = [&](std::vector<analysis::NeededRoot> roots) {
    std::move(roots.begin(), roots.end(), std::back_inserter(request.roots));
  };
  add(analysis::roots_of_command(tree, subject.image.entrypoint, request.env, "the image's entrypoint"));
  add(analysis::roots_of_command(tree, subject.image.cmd, request.env, "the image's cmd"));
  for (const RootTest& test : recipe.tests) {
    for (const std::vector<std::string>& command : commands_of(test)) {
      add(analysis::roots_of_command(tree, command, request.env, "the test at " + test.mark.str()));
    }
  }
  add_kept_roots(recipe, tree, request.roots);
  add_own_roots(subject, tree, request.roots);
  add(analysis::roots_of_system(tree));
  add(analysis::roots_of_trace(subject.touched));
  // Of what only may go by its class, each way that leads to it counts.
  for (const auto& [path, touch] : subject.touched) {
    if (recipe.trim != Trim::untouched) break;
    if (touch.executed || touch.mapped) request.exercised.insert(tree.way(path).place);
  }
  // A package that loses what it requires is told of by what reads the database: all of these are written down.
  for (std::size_t i = 0; recipe.trim != Trim::untouched && i < files.headers.size(); ++i) {
    for (const rpm::Requirement& one : files.headers[i]->requirements) {
      const bool at_run_time = std::find(one.kinds.begin(), one.kinds.end(), EdgeKind::runtime) != one.kinds.end();
      if (at_run_time && one.capability.starts_with('/')) request.required[package_id(i)].push_back(one.capability);
    }
  }
  request.shall_go = named_files(subject, files, progress);
  request.may_go.resize(tree.files.size());
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (subject.below.contains(tree.files[i].path)) continue;
    const FileType type = tree.files[i].type;
    const bool any = recipe.trim == Trim::untouched && (type == FileType::regular || type == FileType::symlink);
    const bool of_class = recipe.trim == Trim::unneeded && type != FileType::directory &&
                          analysis::removable_class(tree.files[i].path) != nullptr;
    request.may_go[i] = any || of_class || request.shall_go[i];
  }
  return request;
}

[[noreturn]] void refuse(const std::vector<analysis::NeededThough>& needed) {
  constexpr std::size_t most = 8;
  std::string text = "what 'without' takes away is needed:";
  for (std::size_t i = 0; i < std::min(most, needed.size()); ++i) {
    text += "\n  '" + needed[i].path + "': " + analysis::reason_text(needed[i].why);
  }
  if (needed.size() > most) text += "\n  and " + std::to_string(needed.size() - most) + " more";
  throw Error(text, "leave out of 'without' what is needed, or take what needs it away, too");
}

/// Bytes of files that go, each counted at one of its names, once all of these go.
class GoneBytes {
 public:
  GoneBytes(const FileTree& tree, const std::set<std::string>& gone) {
    for (const TreeFile& file : tree.files) {
      if (file.type != FileType::regular) continue;
      const std::string& first = file.first_link.empty() ? file.path : file.first_link;
      if (!gone.contains(file.path)) staying_.insert(first);
    }
  }
  [[nodiscard]] std::uint64_t of(const TreeFile& file) const {
    return file.type == FileType::regular && file.first_link.empty() && !staying_.contains(file.path) ? file.size : 0;
  }

 private:
  std::set<std::string> staying_;
};

/// Files that went, by package, and the record to write of them.
struct Gone {
  TrimmedFiles trimmed;
  rootfs::TrimRecord record;
};

Gone account_for(const FilesInRoot& files, const std::set<std::string>& gone) {
  Gone all;
  const GoneBytes sizes(files.tree, gone);
  std::map<Nevra, TrimmedPackage> by_package;
  std::vector<std::size_t> left(files.packages.size());
  std::vector<bool> lost(files.packages.size());
  for (std::size_t i = 0; i < files.tree.files.size(); ++i) {
    const TreeFile& file = files.tree.files[i];
    const auto& claims = files.owners.of[i];
    const bool goes = gone.contains(file.path);
    for (const analysis::Claim& claim : claims) {
      const std::size_t place = index(claim.package);
      if (!goes) {
        left[place] += file.type == FileType::directory ? 0 : 1;
        continue;
      }
      if (file.type != FileType::directory) lost[place] = true;
      all.record.files[files.headers[place]->nevra].insert(claim.file->path);
    }
    if (!goes) continue;
    const Nevra owner = claims.empty() ? Nevra{} : files.headers[index(claims.front().package)]->nevra;
    TrimmedPackage& package = by_package[owner];
    package.package = owner;
    package.paths.push_back(file.path);
    package.size += sizes.of(file);
  }
  for (std::size_t place = 0; place < left.size(); ++place) {
    if (lost[place] && left[place] == 0) all.record.emptied.push_back(files.headers[place]->nevra);
  }
  for (auto& [package, one] : by_package) all.trimmed.packages.push_back(std::move(one));
  return all;
}

}  // namespace

bool trims(const Recipe& recipe) { return recipe.trim != Trim::off || !recipe.without.empty(); }

TrimmedFiles trim(const TrimSubject& subject, Solution& solution, Progress& progress) {
  progress.begin("trimming the root", 0, Progress::Unit::items);
  const FilesInRoot files = files_in_root(subject, solution, progress);
  const analysis::NeededRequest request = request_of(subject, files, progress);
  const auto content = [&](const TreeFile& file, std::size_t most) { return subject.root.head(file.path, most); };
  const analysis::NeededFiles needed = analysis::needed_files(files.tree, files.owners, request, content);
  progress.end();
  if (!needed.contradictions.empty()) refuse(needed.contradictions);
  std::set<std::string> going;
  std::set<std::string> stays;
  for (std::size_t i = 0; i < files.tree.files.size(); ++i) {
    const TreeFile& file = files.tree.files[i];
    const bool is_needed = needed.files.contains(file.path);
    if (file.type == FileType::directory) {
      if (is_needed || subject.below.contains(file.path)) stays.insert(file.path);
    } else if (request.may_go[i] && !is_needed) {
      going.insert(file.path);
    }
  }
  const std::set<std::string> gone = rootfs::remove_trimmed(subject.root, files.tree, going, stays);
  Gone all = account_for(files, gone);
  all.trimmed.how = subject.recipe.trim;
  subject.root.write(subject.dbpath + "/rpmdb.sqlite", subject.database, {});
  all.record.dbpath = subject.dbpath;
  all.record.source_date_epoch = subject.source_date_epoch;
  const auto left = rootfs::note_trimmed(subject.root, all.record, subject.recipe.limits);
  for (TrimmedPackage& one : all.trimmed.packages) {
    one.left = std::binary_search(left.begin(), left.end(), one.package);
  }
  note_trimmed(all.trimmed, solution);
  return std::move(all.trimmed);
}

void note_trimmed(const TrimmedFiles& trimmed, Solution& solution) {
  for (ChosenPackage& chosen : solution.packages) {
    Package& package = chosen.package;
    const auto found = std::find_if(trimmed.packages.begin(), trimmed.packages.end(),
                                    [&](const TrimmedPackage& one) { return one.package == package.nevra; });
    if (found == trimmed.packages.end()) continue;
    if (package.kept_size) package.kept_size = *package.kept_size - std::min(*package.kept_size, found->size);
    chosen.build_only = chosen.build_only || found->left;
  }
}

}  // namespace rootlet::make
