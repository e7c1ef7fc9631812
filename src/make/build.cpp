#include "rootlet/build.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "edge_kinds.hpp"
#include "image/write.hpp"
#include "may_fail.hpp"
#include "repo/access.hpp"
#include "repo/download.hpp"
#include "rights/emulate_owners.hpp"
#include "rights/find_way.hpp"
#include "rootfs/drop.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/recipe_file.hpp"
#include "stopwatch.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// In a solution's order.
using Verified = std::vector<rpm::VerifiedPackage>;

/// Notes facts that headers know better than metadata.
void note_headers(Solution& solution, const Verified& verified) {
  std::vector<const std::vector<rpm::Requirement>*> requirements;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    solution.packages.at(i).package.kept_size = verified[i].header().kept_size;
    requirements.push_back(&verified[i].header().requirements);
  }
  refine_edge_kinds(solution, requirements);
}

/// The command that makes the lock anew.
std::string lock_command(const Recipe& recipe, const fs::path& path, const std::string& options = {}) {
  fs::path beside = recipe.path;
  beside.replace_extension(".lock.json");
  return "'rootlet lock " + recipe.path.string() + (path == beside ? "" : " -o " + path.string()) + options + "'";
}

/// What may have been said on the command line and is not as when the lock was made.
std::string changed_options(const Selection& now, const Selection& before) {
  const Goal& goal = now.goal;
  std::string options;
  if (before.arch != now.arch) options += " --arch " + now.arch;
  if (before.goal.objective != goal.objective) options += " --objective " + std::string(objective_name(goal.objective));
  if (before.goal.scriptlet_deps != goal.scriptlet_deps) {
    options += " --scriptlet-deps " + std::string(scriptlet_deps_name(goal.scriptlet_deps));
  }
  return options;
}

/// Sets `held` to the keys that the lock was made with.
Solution locked_solution(const Recipe& recipe, const fs::path& path, HeldKeys& held) {
  if (!fs::exists(path)) {
    throw usage_error("cannot read '" + path.string() + "': No such file or directory",
                      "make it with " + lock_command(recipe, path));
  }
  const Lock lock = lock::read(path);
  const std::vector<std::string> differences = lock::differences(lock, recipe);
  if (!differences.empty()) {
    throw Error("the lock '" + path.string() + "' no longer fits the recipe: " + join(differences, "; "),
                "run " + lock_command(recipe, path, changed_options(recipe.selection, lock.selection)) + " to renew it",
                ErrorKind::usage);
  }
  for (const LockedRepo& repo : lock.repos) {
    if (!repo.key_fingerprints.empty()) held[repo.id] = repo.key_fingerprints;
  }
  Solution solution{lock.packages};
  solution.modules = lock.modules;
  // The recipe may keep other files of packages now than when the lock was made.
  for (ChosenPackage& chosen : solution.packages) chosen.package.kept_size.reset();
  return solution;
}

/// SOURCE_DATE_EPOCH where it is set, else the newest build time among the packages.
std::int64_t source_date_epoch(const std::vector<Package>& packages) {
  if (const char* text = std::getenv("SOURCE_DATE_EPOCH"); text != nullptr && *text != '\0') {
    char* end = nullptr;
    const long long value = std::strtoll(text, &end, 10);
    if (*end != '\0' || value < 0) {
      throw usage_error("SOURCE_DATE_EPOCH is '" + printable(text) + "', not a number of seconds since 1970");
    }
    return value;
  }
  std::int64_t newest = 0;
  for (const Package& package : packages) newest = std::max(newest, package.build_time);
  return newest;
}

/// All of them are installed, whether they stay or not.
std::uint64_t size_of(const std::vector<Package>& packages) {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Package& package) { return sum + package.installed_size; });
}

/// Fails early, and by the place's name, where the root cannot fit.
void require_space(const fs::path& directory, std::uint64_t bytes) {
  struct statvfs info {};
  if (statvfs(directory.c_str(), &info) != 0) throw system_error("cannot look at '" + directory.string() + "'");
  const std::uint64_t free = std::uint64_t{info.f_bavail} * info.f_frsize;
  if (free >= bytes) return;
  throw Error("cannot build in '" + directory.string() + "': No space left on device: the packages take " +
                  human_size(bytes) + ", " + human_size(free) + " are free",
              "free some space there, or choose another place");
}

std::string how_it_ended(const rootfs::RunResult& result) {
  const int number = result.exit_status - 128;
  if (number <= 0 || sigabbrev_np(number) == nullptr) return "exit status " + std::to_string(result.exit_status);
  return "signal " + std::to_string(number) + " (" + sigdescr_np(number) + ")";
}

void run_tests(const Recipe& recipe, const root::Root& root, Progress& progress) {
  for (const RecipeTest& test : recipe.tests) {
    const std::string command = join(test.run, " ");
    progress.detail("test: " + command);
    rootfs::RunResult result;
    try {
      result = rootfs::run(root, test.run, recipe.image.env, recipe.image.workdir, recipe.image.user,
                           recipe.selection.arch, recipe.limits);
    } catch (const Error& error) {
      throw error.within(test.mark.str() + ": test '" + command + "' failed");
    }
    if (result.exit_status != 0) {
      while (result.output.ends_with('\n')) result.output.pop_back();
      throw Error(test.mark.str() + ": test '" + command + "' failed: " + how_it_ended(result),
                  result.output.empty() ? "it printed nothing" : "it printed:\n" + result.output);
    }
    if (!result.output.empty()) progress.detail(result.output);
  }
}

/// A solution's verified packages, as they are in the root.
std::vector<rootfs::PackageInRoot> packages_in_root(const Solution& solution, const Verified& verified) {
  std::vector<rootfs::PackageInRoot> packages;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    packages.push_back({&verified[i], solution.packages.at(i).build_only});
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

/// By the librpms that stay.
rootfs::RpmdbChoice choose_database(const Recipe& recipe, const Verified& packages, BuildResult& result,
                                    Progress& progress) {
  if (recipe.rpmdb.empty()) return {};
  rootfs::RpmdbChoice choice = rootfs::choose_rpmdb_format(packages_in_root(result.solution, packages));
  warn_of_foreign_librpms(choice.foreign, progress);
  result.dbpath = rootfs::choose_dbpath(recipe.rpmdb, packages);
  result.rpmdb_format = choice.format;
  result.foreign_librpms = choice.foreign;
  return choice;
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

/// What the time is for the file system that a directory of ours is on, in seconds since 1970.
std::int64_t time_there(const OpenDirectory& directory) {
  struct stat info {};
  if (futimens(directory.fd(), nullptr) != 0 || fstat(directory.fd(), &info) != 0) {
    throw system_error("cannot look at '" + directory.path().string() + "'");
  }
  return info.st_mtim.tv_sec;
}

/// `epoch`: see source_date_epoch(); `began`: when the root was begun, by its own clock. Returns what the installation
/// told.
rootfs::InstallResult make_root(const Recipe& recipe, const root::Root& root, const Solution& solution,
                                const Verified& packages, std::int64_t epoch, std::int64_t began,
                                const rootfs::RpmdbChoice& database, std::vector<Phase>& phases, Progress& progress) {
  const bool keep_rpmdb = !recipe.rpmdb.empty();
  rootfs::InstallOptions options;
  options.arch = recipe.selection.arch;
  options.dbpath = rootfs::choose_dbpath(keep_rpmdb ? recipe.rpmdb : "auto", packages);
  options.docs = recipe.selection.docs;
  options.langs = recipe.selection.langs;
  options.source_date_epoch = epoch;
  options.users = recipe.users;
  options.limits = recipe.limits;
  options.may_fail = packages_that_may_fail(recipe.scriptlets_may_fail, packages_of(solution), progress);
  auto installed = timed(phases, "install", [&] { return rootfs::install(root, packages, options, progress); });
  judge_owners(recipe, installed.missing_owners, progress);
  if (solution.count() < solution.packages.size()) {
    timed(phases, "drop", [&] { rootfs::drop(root, packages_in_root(solution, packages), options, progress); });
  }
  timed(phases, "configure", [&] {
    rootfs::settle(root, epoch, began);
    rootfs::add_users(root, recipe.users);
    rootfs::note_modules(root, solution.modules);
    rootfs::add_files(root, recipe.files);
    rewrite_database(root, options, database, solution);
    rootfs::clean(root, options.dbpath, keep_rpmdb);
  });
  if (!recipe.tests.empty()) timed(phases, "test", [&] { run_tests(recipe, root, progress); });
  return installed;
}

/// Adds what was let pass of signatures to the sums of a repository.
void note_weakness(BuildResult& result, const std::string& repo, const std::vector<std::string>& weakness,
                   std::size_t packages) {
  if (weakness.empty()) return;
  auto& all = result.weak_signatures;
  auto place = std::lower_bound(all.begin(), all.end(), repo,
                                [](const WeakSignatures& one, const std::string& id) { return one.repo < id; });
  if (place == all.end() || place->repo != repo) place = all.insert(place, {repo, {}, 0});
  place->weakness.insert(weakness.begin(), weakness.end());
  place->packages += packages;
}

bool is_root(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "0" || name == "root";
}

/// A build with a single id can make an image, and not all that there is beside it.
void check_single_id(const Recipe& recipe, image::Format format, Progress& progress) {
  if (format == image::Format::dir) {
    throw Error("cannot write a directory: with a single id, files can have their owners in an image only",
                std::string("choose another --format; or ") + rights::more_ids_hint);
  }
  if (recipe.tests.empty() || is_root(recipe.image.user)) return;
  progress.warn("tests run as user '" + recipe.image.user +
                "', to whom all files belong in a build with a single id: what the user may not do is not tested");
}

/// Publishes the root itself: as it is, since its access is the image's affair.
void publish_root(const root::Root& root, const TempDir& workplace, const std::string& name) {
  if (!workplace.directory().has(root.descriptor(), rootfs::place_of_root)) {
    throw Error("the root is no longer where it was made", "a scriptlet must have renamed it");
  }
  const Fd whole = root.open("/", O_RDONLY | O_DIRECTORY);
  if (!whole || syncfs(whole.get()) != 0) throw system_error("cannot flush the root");
  publish(workplace.directory(), rootfs::place_of_root, workplace.parent(), name);
}

/// Its name in the workplace.
constexpr const char* image_name = "image";

/// Publishes the image that was written, with the access that its user has given the one before.
void publish_image(const TempDir& workplace, const std::string& name) {
  const Fd image(openat(workplace.directory().fd(), image_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!image) throw system_error("cannot open the image");
  keep_access(image.get(), workplace.parent().fd(), name);
  publish(workplace.directory(), image_name, workplace.parent(), name);
}

}  // namespace

Workplace workplace(const fs::path& out) {
  return {fs::absolute(parent_dir(out)), "." + out.filename().string() + ".rootlet-"};
}

std::variant<BuildResult, Unsolvable> build(const Recipe& recipe, const BuildOptions& options,
                                            const Environment& environment, Progress& progress) {
  image::WriteOptions write;
  write.format = options.format;
  write.compression = options.compression;
  write.name = recipe.name;
  write.arch = recipe.selection.arch;
  write.created_by = "rootlet build " + recipe.name;
  rootfs::require_served();
  const rights::Way way = rights::find_way();
  image::check_options(write);
  image::check_output(options.out, options.format);
  if (way == rights::Way::single_id) check_single_id(recipe, options.format, progress);
  BuildResult result;
  ByMetadata by_metadata;
  HeldKeys held;
  result.rights = way;
  result.out = options.out;
  result.format = options.format;
  if (options.lock) {
    result.solution = locked_solution(recipe, *options.lock, held);
  } else {
    Resolved resolved = resolve(recipe, environment, progress);
    if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
    result.solution = std::get<Solution>(std::move(resolved.outcome));
    if (resolved.not_installable) throw Error(*resolved.not_installable);
    by_metadata = std::move(resolved.by_metadata);
    for (const RepoMetadata& repo : resolved.repos) note_weakness(result, repo.spec.id, repo.weakness, 0);
    result.phases = std::move(resolved.phases);
  }
  const std::vector<Package> packages = packages_of(result.solution);
  const std::int64_t epoch = source_date_epoch(packages);
  require_space(parent_dir(options.out), size_of(packages));
  const Verifier verifier(recipe, packages, environment, held);
  repo::DownloadOptions download{environment.cache_dir, environment.offline};
  if (options.lock) {
    download.renewal = "run " + lock_command(recipe, *options.lock) + " to renew the lock";
    if (!environment.offline) repo::warn_of_access(recipe.repos, progress);
  }
  const auto files = timed(result.phases, "download",
                           [&] { return repo::download_packages(packages, recipe.repos, download, progress); });
  const Verified verified = timed(result.phases, "verify", [&] { return verifier.verify(packages, files, progress); });
  note_headers(result.solution, verified);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    note_weakness(result, packages[i].repo, verified[i].weakness(), 1);
  }
  // Only now: what keeps a header away may keep the package away, too.
  if (!by_metadata.why.empty()) progress.warn("sizes are by metadata: " + by_metadata.why);

  const auto database = choose_database(recipe, verified, result, progress);
  rights::go(way);
  const Workplace place = workplace(options.out);
  const TempDir scratch(place.parent, place.prefix);
  const std::int64_t began = time_there(scratch.directory());
  const root::Root root = rootfs::create_root(scratch.directory());
  auto installed = make_root(recipe, root, result.solution, verified, epoch, began, database, result.phases, progress);
  result.missing_owners = std::move(installed.missing_owners);
  result.failed_scriptlets = std::move(installed.failed_scriptlets);

  write.source_date_epoch = epoch;
  const std::int64_t ended = time_there(scratch.directory());
  write.made_from = std::min(began, ended);  // clocks are set, too
  write.made_until = std::max(began, ended);
  timed(result.phases, "image", [&] {
    const std::string name = options.out.filename();
    if (options.format == image::Format::dir) {
      publish_root(root, scratch, name);
    } else {
      result.image = image::write(root.descriptor(), recipe.image, write, scratch.directory(), image_name, progress);
      publish_image(scratch, name);
    }
  });
  return result;
}

FetchResult fetch(const Lock& lock, const fs::path& out, const std::vector<RepoSpec>& known,
                  const Environment& environment, Progress& progress) {
  std::vector<RepoSpec> repos;
  HeldKeys held;
  const Selection& asked = lock.selection;
  const auto variables = recipe::variables_of(asked.arch, asked.releasever, asked.vars);
  for (const LockedRepo& locked : lock.repos) {
    RepoSpec spec;
    spec.id = locked.id;
    spec.baseurl = locked.baseurl;
    spec.metalink = locked.metalink;
    spec.mirrorlist = locked.mirrorlist;
    spec.gpgkey = locked.gpgkey;
    if (!locked.key_fingerprints.empty()) held[locked.id] = locked.key_fingerprints;
    spec.variables = variables;
    const auto same =
        std::find_if(known.begin(), known.end(), [&](const RepoSpec& one) { return one.id == locked.id; });
    if (same != known.end()) spec.access = same->access;
    repos.push_back(std::move(spec));
  }
  make_dirs(out);
  repo::DownloadOptions options{out, environment.offline};
  options.renewal = "make the lock again with 'rootlet lock'";
  const std::vector<Package> packages = packages_of(Solution{lock.packages});
  repo::warn_of_access(repos, progress);
  repo::download_packages(packages, repos, options, progress);
  for (const RepoSpec& spec : repos) load_held_keys(spec, options, held);
  FetchResult result{packages.size(), 0};
  for (const Package& package : packages) result.bytes += package.download_size;
  return result;
}

}  // namespace rootlet::make
