#include "root.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "base/workers.hpp"
#include "image/ready_blocks.hpp"
#include "lacking.hpp"
#include "root/directory.hpp"
#include "rootfs/drop.hpp"
#include "rootfs/tests.hpp"
#include "rootlet/error.hpp"
#include "sbom.hpp"
#include "stopwatch.hpp"
#include "trim.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// Why a test failed, and what helps.
std::pair<std::string, std::string> told_of(const TestResult& result) {
  std::string why;
  std::vector<std::string> hints;
  for (const TestFailure& one : result.failures) {
    why += (why.empty() ? "" : "; ") + one.what;
    if (!one.hint.empty()) hints.push_back(one.hint);
  }
  const std::string printed = rootfs::printed_by(result);
  if (!printed.empty()) hints.push_back(printed);
  return {result.mark.str() + ": test '" + result.name + "' failed: " + why, join(hints, "\n")};
}

/// All tests run, so that all that fail are known at once. Returns the files that they touched, where that is traced.
TouchedFiles run_tests(const Recipe& recipe, const root::Root& root, const ImageConfig& image, rootfs::TestTrace trace,
                       Progress& progress) {
  const rootfs::TestSurroundings surroundings{image, recipe.selection.arch, recipe.limits, trace};
  const auto results = rootfs::run_tests(root, recipe.tests, surroundings, processors(), progress);
  const auto failed = std::count_if(results.begin(), results.end(), [](const auto& one) { return !one.passed(); });
  std::string errors;
  std::string hints;
  for (const TestResult& result : results) {
    progress.detail("test: " + result.name);
    for (const TestProcess& one : result.processes) {
      if (!one.out.empty() || !one.err.empty()) progress.detail(one.out + one.err);
    }
    if (result.passed()) continue;
    const auto [error, hint] = told_of(result);
    errors += (errors.empty() ? "" : "; ") + error;
    hints += (hints.empty() ? "" : "\n") + (failed > 1 ? "test '" + result.name + "': " : "") + hint;
  }
  if (failed > 0) throw Error(errors, hints);
  return rootfs::touched_by(results);
}

/// A solution's verified packages, as they are in the root.
std::vector<rootfs::PackageInRoot> packages_in_root(const Solution& solution, const Verified& verified) {
  std::vector<rootfs::PackageInRoot> packages;
  const std::vector<PackageId> added = added_packages(solution);
  for (std::size_t i = 0; i < verified.size(); ++i) {
    packages.push_back({&verified[i], solution.packages.at(index(added.at(i))).build_only});
  }
  return packages;
}

/// "package web-0:1-1.noarch: no user 'svc', who owns 3 of its files".
std::string sentence(const MissingOwner& missing) {
  return "package " + missing.package.str() + ": " + (missing.group ? "no group '" : "no user '") + missing.name +
         (missing.group ? "', which owns " : "', who owns ") + std::to_string(missing.files) + " of its files";
}

void judge_owners(const Recipe& recipe, const std::vector<MissingOwner>& missing, Progress& progress) {
  if (missing.empty()) return;
  std::vector<std::string> sentences;
  for (const MissingOwner& one : missing) sentences.push_back(sentence(one));
  const std::string name = missing.front().name;
  const std::string hint =
      "no package of the image makes it; add the one that does, or give it a number: users: [{name: " + name +
      ", uid: 1001}]";
  if (recipe.owners == UnknownOwners::strict) throw Error(join(sentences, "; "), hint);
  for (const std::string& one : sentences) progress.warn(one + ": they belong to root");
}

void warn_of_foreign_librpms(const std::vector<ForeignLibrpm>& foreign, Progress& progress) {
  for (const ForeignLibrpm& one : foreign) {
    const std::string reads = one.reads == RpmdbFormat::berkeley ? "Berkeley DB" : "ndb";
    progress.warn("the image's own rpm (" + one.package.str() + ") reads databases in " + reads +
                  ", and rootlet writes SQLite: rpm, dnf and yum in the image will see no packages, while scanners do. "
                  "Leave out what needs librpm, or fill a database of its own in a build on top of this one: rpm "
                  "--initdb; rpm -i --justdb --nodeps --noscripts --notriggers with the packages that 'rootlet fetch' "
                  "brings");
  }
}

bool keeps_database(const Recipe& recipe) { return !recipe.rpmdb.empty() && recipe.rpmdb != rpmdb_manifest; }

/// After what cleans: an image with a manifest has no database.
void write_scanner_files(const Recipe& recipe, const root::Root& root,
                         const std::vector<rootfs::PackageInRoot>& packages, std::int64_t epoch, Progress& progress) {
  rootfs::write_content_manifest(root, {recipe.content_sets, recipe.image.labels, recipe.selection.arch, epoch});
  if (recipe.rpmdb != rpmdb_manifest) return;
  for (const Nevra& package : rootfs::write_manifest(root, packages, epoch)) {
    progress.warn(package.str() + " names no source package: Trivy rejects a manifest with such a package");
  }
}

void rewrite_database(const root::Root& root, const rootfs::InstallOptions& options, const rootfs::RpmdbChoice& choice,
                      const Solution& solution) {
  if (choice.format != RpmdbFormat::berkeley) return;
  std::vector<Nevra> packages;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!chosen.build_only) packages.push_back(chosen.package.nevra);
  }
  rootfs::rewrite_rpmdb_as_berkeley(root, options.dbpath, choice.later_indexes, options.limits, std::move(packages));
}

constexpr const char* sqlite_file = "/rpmdb.sqlite";

std::string content_of(const root::Root& root, const std::string& path) {
  root::FileReader reader(root, path);
  std::string content;
  for (auto piece = reader.next(); !piece.empty(); piece = reader.next()) content += piece;
  return content;
}

/// The base's own rpm reads the form that its database has.
void choose_as_base(const Base& base, rootfs::RpmdbChoice& choice, Progress& progress) {
  if (base.database.format == RpmdbFormat::berkeley && choice.foreign.empty()) {
    choice.format = RpmdbFormat::berkeley;
  } else if (base.database.format != choice.format) {
    progress.warn("the base has its RPM database in " + std::string(rpmdb_format_name(base.database.format)) +
                  ", and the image in " + std::string(rpmdb_format_name(choice.format)) +
                  ", which the base's own rpm may not read");
  }
}

}  // namespace

rootfs::RpmdbChoice choose_database(const Recipe& recipe, const Base* base, const Verified& packages,
                                    BuildResult& result, Progress& progress) {
  if (recipe.rpmdb == rpmdb_manifest) result.manifest = rootfs::manifest_directory;
  if (!keeps_database(recipe)) return {};
  rootfs::RpmdbChoice choice = rootfs::choose_rpmdb_format(packages_in_root(result.solution, packages));
  warn_of_foreign_librpms(choice.foreign, progress);
  if (base != nullptr) choose_as_base(*base, choice, progress);
  result.dbpath = base != nullptr ? base->database.dbpath : rootfs::choose_dbpath(recipe.rpmdb, packages);
  result.rpmdb_format = choice.format;
  result.foreign_librpms = choice.foreign;
  return choice;
}

rootfs::InstallResult make_root(const Recipe& recipe, const root::Root& root, const Verified& packages,
                                const RootOptions& how, BuildResult& result, Progress& progress) {
  const Solution& solution = result.solution;
  std::vector<Phase>& phases = result.phases;
  const bool keep_rpmdb = keeps_database(recipe);
  rootfs::InstallOptions options;
  options.arch = recipe.selection.arch;
  options.dbpath = how.base != nullptr ? how.base->database.dbpath
                                       : rootfs::choose_dbpath(keep_rpmdb ? recipe.rpmdb : "auto", packages);
  if (how.base != nullptr) options.upgrading = upgrading(*how.base, solution);
  options.docs = recipe.selection.docs;
  options.langs = recipe.selection.langs;
  options.source_date_epoch = how.source_date_epoch;
  options.users = recipe.users;
  options.limits = recipe.limits;
  options.os_release = recipe.selection.goal.os_release;
  options.scriptlets = recipe.scriptlets == Scriptlets::run;
  options.may_fail = how.may_fail;
  const std::vector<PackageId> added = added_packages(solution);
  const auto unpacked = [&](std::size_t place) {
    if (how.ahead == nullptr || solution.packages.at(index(added.at(place))).build_only) return;
    for (const PackageFile& file : packages[place].header().files) {
      if (S_ISREG(file.mode) && !file.ghost && file.size >= image::apart_from) how.ahead->add(file.path);
    }
  };
  auto installed =
      timed(phases, "install", [&] { return rootfs::install(root, packages, options, progress, unpacked); });
  if (how.ahead != nullptr) how.ahead->stop();
  judge_owners(recipe, installed.missing_owners, progress);
  if (solution.leaving() > 0) {
    timed(phases, "drop", [&] { rootfs::drop(root, packages_in_root(solution, packages), options, progress); });
  }
  std::string untrimmed;  // the database, in SQLite
  timed(phases, "configure", [&] {
    rootfs::settle(root, how.source_date_epoch, how.began);
    rootfs::add_users(root, recipe.users);
    rootfs::note_modules(root, solution.modules);
    add_own_files(root, recipe, *how.own, progress);
    if (trims(recipe)) untrimmed = content_of(root, options.dbpath + sqlite_file);
    rewrite_database(root, options, how.database, solution);
    rootfs::clean(root, options.dbpath, keep_rpmdb, how.base != nullptr);
    write_scanner_files(recipe, root, packages_in_root(solution, packages), how.source_date_epoch, progress);
    write_sboms(recipe, root, solution, packages, how.source_date_epoch);
  });
  if (how.base != nullptr) timed(phases, "base", [&] { warn_of_lacking(root, how.below, progress); });
  TouchedFiles touched;
  const ImageConfig image = how.base != nullptr ? config_on(*how.base, recipe.image) : recipe.image;
  const auto trace = recipe.trim != Trim::off ? rootfs::TestTrace::files : rootfs::TestTrace::nothing;
  if (!recipe.tests.empty()) {
    timed(phases, "test", [&] { touched = run_tests(recipe, root, image, trace, progress); });
  }
  if (!trims(recipe)) return installed;
  timed(phases, "trim", [&] {
    const TrimSubject subject{recipe,
                              root,
                              packages,
                              *how.own,
                              touched,
                              image,
                              how.base,
                              how.below,
                              options.dbpath,
                              keep_rpmdb,
                              std::move(untrimmed),
                              how.source_date_epoch};
    result.trimmed = trim(subject, result.solution, progress);
    // The final form of the database is written anew, or the manifest in its place.
    if (!keep_rpmdb) rootfs::clean(root, options.dbpath, keep_rpmdb, how.base != nullptr);
    rewrite_database(root, options, how.database, solution);
    write_scanner_files(recipe, root, packages_in_root(solution, packages), how.source_date_epoch, progress);
    write_sboms(recipe, root, solution, packages, how.source_date_epoch);
  });
  if (!recipe.tests.empty()) {
    timed(phases, "test trimmed", [&] { run_tests(recipe, root, image, rootfs::TestTrace::nothing, progress); });
  }
  return installed;
}

}  // namespace rootlet::make
