#include "rootlet/build/build.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/lock/lock.hpp"
#include "rootlet/repo/download.hpp"
#include "rootlet/rootfs/install.hpp"
#include "rootlet/rpm/signature.hpp"
#include "stopwatch.hpp"

namespace rootlet::build {
namespace {

std::vector<Package> packages_of(const Solution& solution) {
  std::vector<Package> packages;
  for (const ChosenPackage& chosen : solution.packages) packages.push_back(chosen.package);
  return packages;
}

Solution locked_solution(const Recipe& recipe, const fs::path& path) {
  const Lock lock = lock::read(path);
  const std::vector<std::string> differences = lock::differences(lock, recipe);
  if (!differences.empty()) {
    throw Error("the lock '" + path.string() + "' no longer fits the recipe: " + join(differences, "; "),
                "run 'rootlet lock " + recipe.path.string() + "' to renew it", ErrorKind::usage);
  }
  return Solution{lock.packages};
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

/// Checks every package against its own repository's keys, or its digests where the recipe says gpgcheck: false.
void verify(const Recipe& recipe, const std::vector<Package>& packages, const std::vector<fs::path>& files,
            const Environment& environment, Progress& progress) {
  const repo::DownloadOptions options{environment.cache_dir, environment.offline};
  std::map<std::string, const RepoSpec*> repos;
  for (const RepoSpec& spec : recipe.repos) repos[spec.id] = &spec;
  std::map<std::string, rpm::Keyring> keyrings;
  const auto add_keys = [&](rpm::Keyring& keyring, const RepoSpec& spec) {
    const auto certificates = repo::load_keys(spec.gpgkey, options);
    for (std::size_t i = 0; i < certificates.size(); ++i) keyring.add(certificates[i], spec.gpgkey[i]);
  };
  const auto keyring_of = [&](const std::string& repo) -> const rpm::Keyring& {
    const auto [entry, made] = keyrings.try_emplace(repo);
    if (made) {
      for (const RepoSpec& spec : recipe.repos) {
        if (repo == local_repo_id || spec.id == repo) add_keys(entry->second, spec);
      }
    }
    return entry->second;
  };
  progress.begin("verifying packages", packages.size(), Progress::Unit::items);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const Package& package = packages[i];
    progress.at(i, packages.size(), package.nevra.name);
    const bool local = package.repo == local_repo_id;
    const bool check = local ? recipe.localpkg_gpgcheck : repos.at(package.repo)->gpgcheck;
    try {
      if (check) {
        rpm::verify(files[i], keyring_of(package.repo));
      } else {
        rpm::verify_digests(files[i]);
      }
    } catch (const Error& error) {
      const std::string from = local ? "" : " from repository '" + package.repo + "'";
      throw error.within("cannot trust package " + package.nevra.str() + from);
    }
  }
  progress.end();
}

void run_tests(const Recipe& recipe, const fs::path& root, Progress& progress) {
  for (const RecipeTest& test : recipe.tests) {
    const std::string command = join(test.run, " ");
    progress.detail("test: " + command);
    rootfs::RunResult result;
    try {
      result = rootfs::run(root, test.run, recipe.image.env, recipe.image.workdir, recipe.image.user);
    } catch (const Error& error) {
      throw error.within(test.mark.str() + ": test '" + command + "' failed");
    }
    if (result.exit_status != 0) {
      throw Error(
          test.mark.str() + ": test '" + command + "' failed: exit status " + std::to_string(result.exit_status),
          result.output.empty() ? "it printed nothing" : "it printed:\n" + printable(result.output));
    }
    if (!result.output.empty()) progress.detail(result.output);
  }
}

void make_root(const Recipe& recipe, const fs::path& root, const std::vector<fs::path>& files, std::int64_t epoch,
               std::vector<Phase>& phases, Progress& progress) {
  make_dirs(root);
  const bool keep_rpmdb = !recipe.rpmdb.empty();
  rootfs::InstallOptions options;
  options.arch = recipe.arch;
  options.dbpath = rootfs::choose_dbpath(keep_rpmdb ? recipe.rpmdb : "auto", files);
  options.docs = recipe.docs;
  options.langs = recipe.langs;
  options.source_date_epoch = epoch;
  const auto installed = timed(phases, "install", [&] { return rootfs::install(root, files, options, progress); });
  for (const std::string& output : installed.scriptlet_output) progress.detail(output);
  timed(phases, "configure", [&] {
    rootfs::settle(root, epoch);
    rootfs::add_users(root, recipe.users);
    rootfs::add_files(root, recipe.files);
    rootfs::clean(root, options.dbpath, keep_rpmdb);
  });
  if (!recipe.tests.empty()) timed(phases, "test", [&] { run_tests(recipe, root, progress); });
}

}  // namespace

std::variant<BuildResult, Unsolvable> build(const Recipe& recipe, const BuildOptions& options,
                                            const Environment& environment, Progress& progress) {
  image::check_output(options.out, options.format);
  BuildResult result;
  result.out = options.out;
  result.format = options.format;
  if (options.lock) {
    result.solution = locked_solution(recipe, *options.lock);
  } else {
    Resolved resolved = resolve(recipe, environment, progress);
    if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
    result.solution = std::get<Solution>(std::move(resolved.outcome));
    result.phases = std::move(resolved.phases);
  }
  const std::vector<Package> packages = packages_of(result.solution);
  const std::int64_t epoch = source_date_epoch(packages);
  const auto files = timed(result.phases, "download", [&] {
    return repo::download_packages(packages, recipe.repos, {environment.cache_dir, environment.offline}, progress);
  });
  timed(result.phases, "verify", [&] { verify(recipe, packages, files, environment, progress); });

  const TempDir scratch(fs::absolute(parent_dir(options.out)), "." + options.out.filename().string() + ".rootlet-");
  const fs::path root = scratch.path() / "root";
  make_root(recipe, root, files, epoch, result.phases, progress);

  image::WriteOptions write;
  write.format = options.format;
  write.compression = options.compression;
  write.source_date_epoch = epoch;
  write.name = recipe.name;
  write.arch = recipe.arch;
  write.created_by = "rootlet build " + recipe.name;
  const fs::path staging = scratch.path() / "image";
  timed(result.phases, "image", [&] {
    result.image = image::write(root, recipe.image, write, staging, progress);
    publish(staging, options.out);
  });
  return result;
}

FetchResult fetch(const Lock& lock, const fs::path& out, const Environment& environment, Progress& progress) {
  std::vector<RepoSpec> repos;
  std::vector<std::string> keys;
  for (const LockedRepo& locked : lock.repos) {
    RepoSpec spec;
    spec.id = locked.id;
    spec.baseurl = locked.baseurl;
    spec.metalink = locked.metalink;
    spec.mirrorlist = locked.mirrorlist;
    repos.push_back(std::move(spec));
    keys.insert(keys.end(), locked.gpgkey.begin(), locked.gpgkey.end());
  }
  make_dirs(out);
  const repo::DownloadOptions options{out, environment.offline};
  const std::vector<Package> packages = packages_of(Solution{lock.packages});
  repo::download_packages(packages, repos, options, progress);
  repo::load_keys(keys, options);
  FetchResult result{packages.size(), 0};
  for (const Package& package : packages) result.bytes += package.download_size;
  return result;
}

}  // namespace rootlet::build
