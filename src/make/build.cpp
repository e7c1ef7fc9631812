#include "rootlet/build.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "base.hpp"
#include "base/fs.hpp"
#include "base/program.hpp"
#include "base/source_date.hpp"
#include "base/text.hpp"
#include "database_layer.hpp"
#include "documents.hpp"
#include "edge_kinds.hpp"
#include "finished_builds.hpp"
#include "image/write.hpp"
#include "image_build.hpp"
#include "layers.hpp"
#include "listening.hpp"
#include "locked_solution.hpp"
#include "named_packages.hpp"
#include "origins.hpp"
#include "own_files.hpp"
#include "place_checks.hpp"
#include "publish.hpp"
#include "random_files.hpp"
#include "repo/access.hpp"
#include "repo/download.hpp"
#include "resolve.hpp"
#include "rights/find_way.hpp"
#include "root.hpp"
#include "root/directory.hpp"
#include "rootfs/base.hpp"
#include "rootfs/install.hpp"
#include "rootlet/advisory_sources.hpp"
#include "rootlet/error.hpp"
#include "sbom.hpp"
#include "scriptlets.hpp"
#include "stopwatch.hpp"
#include "stream/source.hpp"
#include "trim.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// Notes facts that headers know better than metadata.
void note_headers(Solution& solution, const Verified& verified) {
  static const std::vector<rpm::Requirement> none;
  std::vector<const std::vector<rpm::Requirement>*> requirements(solution.packages.size(), &none);
  const std::vector<PackageId> added = added_packages(solution);
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const std::size_t place = index(added.at(i));
    solution.packages.at(place).package.kept_size = verified[i].header().kept_size;
    requirements[place] = &verified[i].header().requirements;
  }
  refine_edge_kinds(solution, requirements);
}

/// SOURCE_DATE_EPOCH where it is set, else the newest build time among the packages.
std::int64_t source_date_epoch(const Solution& solution) {
  if (const auto set = rootlet::source_date_epoch()) return *set;
  std::int64_t newest = 0;
  for (const ChosenPackage& chosen : solution.packages) newest = std::max(newest, chosen.package.build_time);
  return newest;
}

/// All of them are installed, whether they stay or not.
std::uint64_t size_of(const std::vector<Package>& packages) {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Package& package) { return sum + package.installed_size; });
}

void note_own_files(const Recipe& recipe, BuildResult& result) {
  for (const RecipeFile& file : recipe.files) {
    if (!file.tree) continue;
    result.own_files += file.tree->files;
    result.own_size += file.tree->size;
  }
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

std::string first_of(const std::vector<std::string>& addresses) { return addresses.empty() ? "" : addresses.front(); }

/// Takes the solution from the lock, or brings metadata for solve().
std::vector<RepoMetadata> begin(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
                                BuildResult& result, Origin& origin, Progress& progress) {
  if (options.lock) {
    Locked locked = locked_solution(recipe, *options.lock);
    result.solution = std::move(locked.solution);
    origin.held = std::move(locked.held);
    origin.repos = std::move(locked.repos);
    origin.base_digest = std::move(locked.base_digest);
    return {};
  }
  auto repos = timed(result.phases, "metadata", [&] { return load_repositories(recipe, environment, progress); });
  for (const RepoMetadata& repo : repos) {
    note_weakness(result, repo.spec.id, repo.weakness, 0);
    origin.repos.push_back({repo.spec.id, first_of(repo.spec.baseurl), repo.repomd_sha256});
  }
  return repos;
}

/// The answer that is known already; nullptr: there is none, or of other repositories or another base.
const Resolved* known_answer(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const BuildOptions& options,
                             const Origin& origin) {
  const auto known = options.answers.find(recipe.selection.arch);
  if (known == options.answers.end()) return nullptr;
  const Resolved& answer = *known->second;
  const std::string base = origin.base ? origin.base->info.digest : "";
  const auto same_state = [](const RepoMetadata& one, const RepoMetadata& other) {
    return one.spec.id == other.spec.id && !one.repomd_sha256.empty() && one.repomd_sha256 == other.repomd_sha256;
  };
  const bool same = std::equal(repos.begin(), repos.end(), answer.repos.begin(), answer.repos.end(), same_state);
  return same && base == answer.base_digest ? &answer : nullptr;
}

/// Returns why there is no solution.
std::optional<Unsolvable> solve(const Recipe& recipe, std::vector<RepoMetadata> repos, const BuildOptions& options,
                                const Environment& environment, BuildResult& result, Origin& origin,
                                Progress& progress) {
  const Resolved* known = known_answer(recipe, repos, options, origin);
  Resolved resolved =
      known != nullptr ? *known : resolve_on(origin.base.get(), recipe, std::move(repos), environment, progress);
  if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
  result.solution = std::get<Solution>(std::move(resolved.outcome));
  if (resolved.not_installable) throw Error(*resolved.not_installable);
  origin.by_metadata = std::move(resolved.by_metadata);
  result.phases.insert(result.phases.end(), resolved.phases.begin(), resolved.phases.end());
  return std::nullopt;
}

/// Downloads and verifies the packages, whether they are to be installed or an earlier layer has them.
Verified bring_packages(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
                        BuildResult& result, const Origin& origin, Progress& progress) {
  const std::vector<Package> packages = packages_of(result.solution);
  require_space(parent_dir(options.out), size_of(packages) + result.own_size);
  const Verifier verifier(recipe, packages, environment, origin.held);
  repo::DownloadOptions download{environment.cache_dir, environment.offline};
  if (options.lock) {
    download.renewal = "run " + lock_command(recipe, *options.lock) + " to renew the lock";
    if (!environment.offline) repo::warn_of_access(recipe.repos, progress);
  }
  const auto files = timed(result.phases, "download",
                           [&] { return repo::download_packages(packages, recipe.repos, download, progress); });
  Verified verified = timed(result.phases, "verify", [&] { return verifier.verify(packages, files, progress); });
  note_headers(result.solution, verified);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    note_weakness(result, packages[i].repo, verified[i].weakness(), 1);
  }
  // Only now: what keeps a header away may keep the package away, too.
  if (!origin.by_metadata.why.empty()) progress.warn("sizes are by metadata: " + origin.by_metadata.why);
  return verified;
}

/// Reads the finished root, all contents too: that takes time, so only where SBOMs are to list files.
std::optional<BuiltFiles> files_of(const root::Root& root, const Recipe& recipe, const BuildOptions& options,
                                   const OwnFiles& own, BuildResult& result, Progress& progress) {
  if (options.documents.sboms.empty() || !options.documents.sbom_files) return std::nullopt;
  return timed(result.phases, "files", [&] {
    progress.begin("reading the root", 0, Progress::Unit::items);
    BuiltFiles files{root::read_files(root, root::Contents::all, progress), {}};
    progress.end();
    files.origins = origins_of(files.tree, recipe, result, own);
    return files;
  });
}

image::WriteOptions write_options(const Recipe& recipe, const BuildOptions& options) {
  image::WriteOptions write;
  write.format = options.format;
  write.compression = options.compression;
  write.name = recipe.name;
  write.arch = recipe.selection.arch;
  write.created_by = "rootlet build " + recipe.name;
  write.at_hand = options.at_hand;
  return write;
}

/// Facts that both ways to an image need.
struct ImageFacts {
  const Recipe& recipe;
  const BuildOptions& options;
  const Origin& origin;
  const Verified& verified;
  const std::optional<attest::Signer>& signer;
  const LayerPlan& plan;
  const Layers& layers;
  const TempDir& workplace;
  const std::string& name;  ///< that the image gets beside the workplace
  const OwnFiles& own;
};

std::function<std::vector<image::Referrer>(const image::WriteResult&)> documents_for(
    const ImageFacts& facts, const BuildResult& result, const std::string& os_release, std::int64_t epoch,
    const std::optional<BuiltFiles>& files) {
  return documents_of({facts.recipe, facts.options, facts.origin.repos, result.base, result.solution, facts.verified,
                       sbom::os_release(os_release), epoch, files, facts.own},
                      facts.signer);
}

std::vector<image::ImageLayer> layers_below(const Origin& origin, const Solution& solution) {
  return origin.base ? layers_of(*origin.base, solution) : std::vector<image::ImageLayer>();
}

ImageConfig config_of(const ImageFacts& facts) {
  return facts.origin.base ? config_on(*facts.origin.base, facts.recipe.image) : facts.recipe.image;
}

/// Makes the image of layers that an earlier build has made.
void take_layers(const ImageFacts& facts, const InstalledLayers& known, image::WriteOptions write, BuildResult& result,
                 Progress& progress) {
  for (const std::string& warning : known.warnings) progress.warn(warning);
  result.missing_owners = known.told.missing_owners;
  result.failed_scriptlets = known.told.failed_scriptlets;
  result.trimmed = known.trimmed;
  note_trimmed(result.trimmed, result.solution);
  result.layer_reused = true;
  write.refer = documents_for(facts, result, known.os_release, write.source_date_epoch, std::nullopt);
  timed(result.phases, "image", [&] {
    auto layers = layers_below(facts.origin, result.solution);
    for (image::ImageLayer& one : facts.layers.finished(known)) layers.push_back(std::move(one));
    result.image = image::write(-1, layers, config_of(facts), write, facts.workplace.directory(), image_name, progress);
    publish_image(facts.workplace, facts.name);
  });
}

/// Whether what packages bring becomes part of gzip's output, as far as is known.
bool makes_gzip(const ImageFacts& facts) {
  const image::Format format = facts.options.format;
  return facts.options.compression == image::Compression::gzip && format != image::Format::dir &&
         format != image::Format::docker_archive && !trims(facts.recipe);
}

/// Installs the packages, and makes the image of the root.
void install(const ImageFacts& facts, RootOptions how, image::WriteOptions write, BuildResult& result,
             Progress& progress) {
  const OpenDirectory& workplace = facts.workplace.directory();
  how.began = time_there(workplace);
  const root::Root root = rootfs::create_root(workplace);
  if (how.base != nullptr) {
    how.below =
        timed(result.phases, "base", [&] { return unpack_base(*how.base, root, workplace, facts.recipe, progress); });
  }
  std::optional<image::ReadyBlocks> ready;
  std::optional<image::CompressAhead> ahead;
  if (makes_gzip(facts)) {
    ready.emplace(workplace);
    ahead.emplace(*ready, write.level, [&root](const std::string& path) { return root.find_file(path); });
    how.ahead = &*ahead;
    write.ready = &*ready;
  }
  Listening listening(progress);
  auto installed = make_root(facts.recipe, root, facts.verified, how, result, listening);
  const std::string os_release = os_release_of(root);
  InstalledLayers kept{{}, installed, result.trimmed, listening.warnings(), os_release};
  result.missing_owners = std::move(installed.missing_owners);
  result.failed_scriptlets = std::move(installed.failed_scriptlets);
  const auto files = files_of(root, facts.recipe, facts.options, facts.own, result, progress);
  write.refer = documents_for(facts, result, os_release, write.source_date_epoch, files);
  const std::int64_t ended = time_there(workplace);
  write.made_from = std::min(how.began, ended);  // clocks are set, too
  write.made_until = std::max(how.began, ended);
  timed(result.phases, "image", [&] {
    if (facts.options.format == image::Format::dir) return publish_root(root, facts.workplace, facts.name);
    auto layers = layers_below(facts.origin, result.solution);
    image::TreePart own = how.base != nullptr ? rootfs::changes_since(root, how.below, progress) : image::TreePart{};
    const bool database_anew = how.base != nullptr && replaces_database(*how.base, result.solution);
    if (database_anew) own = with_database(std::move(own), result.dbpath);
    auto planned = planned_layers(facts.plan, own, root, result.solution, facts.verified, write, progress);
    const bool database_apart = facts.recipe.layers.database_apart && !result.dbpath.empty();
    // Nothing but these names tells what is of the base where its database is not below.
    if (facts.plan.empty() && (database_anew || database_apart)) {
      planned.front().packages = names_of(added_packages(result.solution), result.solution);
    }
    if (database_apart) put_database_apart(planned, result.dbpath, facts.recipe.name);
    write.keep = facts.layers.keeper(std::move(kept), planned.size(), progress);
    for (image::NewLayer& one : planned) layers.emplace_back(std::move(one));
    result.image = image::write(root.descriptor(), layers, config_of(facts), write, workplace, image_name, progress);
    publish_image(facts.workplace, facts.name);
  });
}

}  // namespace

Workplace workplace(const fs::path& out) {
  return {fs::absolute(parent_dir(out)), "." + out.filename().string() + ".rootlet-"};
}

ImageBuild::ImageBuild(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
                       rights::Way way, Progress& told)
    : recipe_(recipe),
      options_(options),
      environment_(environment),
      progress_(told),
      write_(write_options(recipe, options)) {
  image::check_options(write_);
  signer_ = signer_for(options);
  if (way == rights::Way::single_id) check_single_id(recipe, options.format, progress_);
  own_ = open_own_files(recipe_, environment, progress_);
  note_own_files(recipe_, result_);
  result_.rights = way;
  result_.out = options.out;
  result_.format = options.format;
}

std::optional<std::string> ImageBuild::key_now() const {
  return build_key(recipe_, options_, environment_, origin_.repos, origin_.base_digest);
}

void ImageBuild::begin() {
  repos_ = make::begin(recipe_, options_, environment_, result_, origin_, progress_);
  origin_.base = open_base(recipe_, environment_, origin_.base_digest, progress_);
  if (origin_.base) {
    require_fit(*origin_.base, recipe_);
    result_.base = built_on(*origin_.base, recipe_);
    origin_.base_digest = origin_.base->info.digest;
  }
  if (options_.reuse) key_ = key_now();
}

std::optional<Unsolvable> ImageBuild::solve() {
  if (options_.lock) return std::nullopt;
  return make::solve(recipe_, std::move(repos_), options_, environment_, result_, origin_, progress_);
}

void ImageBuild::bring() {
  verified_ = bring_packages(recipe_, options_, environment_, result_, origin_, progress_);
  const std::vector<Package> packages = packages_of(result_.solution);
  how_.may_fail = packages_named("scriptlets_may_fail", recipe_.scriptlets_may_fail, packages, progress_);
  const auto left_out = packages_named("scriptlets_left_out", recipe_.scriptlets_left_out, packages, progress_);
  result_.left_out_scriptlets = make::left_out_scriptlets(recipe_, verified_, left_out);
  warn_of_random_files(recipe_, verified_, progress_);
  how_.database = choose_database(recipe_, origin_.base.get(), verified_, result_, progress_);
  how_.source_date_epoch = write_.source_date_epoch = make::source_date_epoch(result_.solution);
  how_.base = origin_.base.get();
  how_.own = &own_;
  const auto releases = options_.releases.find(recipe_.selection.arch);
  plan_ = plan_layers(recipe_, result_.solution, verified_,
                      releases == options_.releases.end() ? std::vector<LayeredRelease>() : releases->second);
  layers_.emplace(recipe_, options_, environment_, how_.base, result_.solution, plan_, write_.source_date_epoch);
  known_ = layers_->find();
  if (installs()) require_emulator(recipe_, verified_, how_.may_fail);
}

BuildResult ImageBuild::make(const TempDir& workplace, const std::string& name) {
  const ImageFacts facts{recipe_, options_, origin_, verified_, signer_, plan_, *layers_, workplace, name, own_};
  if (known_) {
    take_layers(facts, *known_, std::move(write_), result_, progress_);
  } else {
    install(facts, std::move(how_), std::move(write_), result_, progress_);
  }
  result_.documents = documents_written(recipe_, result_.image);
  if (key_ && progress_.warnings().empty() && key_now() == key_) result_.key = *key_;
  return std::move(result_);
}

std::variant<BuildResult, Unsolvable, Unchanged> build(const Recipe& recipe, const BuildOptions& options,
                                                       const Environment& environment, Progress& told) {
  program_identity();  // before libraries load others
  rootfs::require_served();
  const rights::Way way = rights::find_way();
  image::check_output(options.out, options.format);
  ImageBuild one(recipe, options, environment, way, told);
  one.begin();
  if (one.key()) {
    if (auto unchanged = find_unchanged(environment.cache_dir, *one.key(), options.out)) return std::move(*unchanged);
  }
  if (auto unsolvable = one.solve()) return std::move(*unsolvable);
  one.bring();
  if (one.installs()) rights::go(way);
  const Workplace place = workplace(options.out);
  const TempDir scratch(place.parent, place.prefix);
  return one.make(scratch, options.out.filename());
}

}  // namespace rootlet::make
