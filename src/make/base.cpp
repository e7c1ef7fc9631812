#include "base.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.hpp"
#include "base_recipe.hpp"
#include "database_layer.hpp"
#include "image/store.hpp"
#include "installed/rpmdb.hpp"
#include "installed/transport.hpp"
#include "installed/tree.hpp"
#include "model/arch.hpp"
#include "model/image_config.hpp"
#include "registry/store.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"
#include "verify.hpp"

namespace rootlet::make {
namespace {

/// The base as an image, and how its database is read.
struct Opened {
  std::shared_ptr<image::Image> image;
  std::function<installed::Tree()> read;
};

Opened open_in_registry(const Recipe& recipe, const Environment& environment, const std::string& digest,
                        const installed::ReadOptions& how, Progress& progress) {
  registry::ImageReference reference = registry::parse_reference(recipe.base);
  if (!digest.empty()) reference.digest = digest;
  const registry::Settings settings{environment.cache_dir, environment.offline, environment.insecure_registries};
  return {std::make_shared<image::Image>(registry::open_store(reference, settings), recipe.base,
                                         image::ImageReadOptions{how.arch, how.tag, how.unpacked_limit}),
          [=, &progress] { return installed::read_image(reference, settings, how, progress); }};
}

Opened open_on_disk(const std::string& name, installed::ReadOptions how, Progress& progress) {
  const installed::NamedImage named = installed::named_image(name, "");
  how.tag = named.tag;
  return {std::make_shared<image::Image>(named.path, image::ImageReadOptions{how.arch, how.tag, how.unpacked_limit}),
          [=, &progress] { return installed::read_image(named.path, how, progress); }};
}

RpmdbFormat format_of(const std::string& file) {
  if (file == "Packages.db") return RpmdbFormat::ndb;
  return file == "Packages" ? RpmdbFormat::berkeley : RpmdbFormat::sqlite;
}

/// Reads the first database that holds packages.
BaseDatabase read_database(const installed::Spool& spool) {
  for (const installed::SpooledDatabase& one : spool.databases) {
    BaseDatabase database{one.place, format_of(one.file), rpm::read_headers(one.directory)};
    const auto& headers = database.headers;
    if (std::any_of(headers.begin(), headers.end(), [](const auto& header) { return !header.is_key; })) return database;
  }
  throw Error(spool.databases.empty() ? "it has no RPM database" : "its RPM database holds no packages",
              "an image can be built on one whose packages rpm knows");
}

/// The database of the image, from the cache where it was read before.
BaseDatabase database_of(const Opened& opened, const std::string& digest, const Environment& environment,
                         Progress& progress) {
  if (auto known = find_database(environment.cache_dir, digest)) return std::move(*known);
  BaseDatabase database = read_database(opened.read().spool);
  try {
    keep_database(environment.cache_dir, digest, database);
  } catch (const Error& error) {  // a cache that is read-only, say
    progress.detail(std::string("the base's database is not kept for later builds: ") + error.what());
  }
  return database;
}

void require_arch(const Recipe& recipe, const ImageInfo& info) {
  const Architecture* known = find_architecture(recipe.selection.arch);
  if (known == nullptr || known->oci == info.arch) return;
  throw Error("it is for " + printable(info.arch) + ", and the recipe for " + recipe.selection.arch);
}

Opened open_image(const Recipe& recipe, const Environment& environment, const std::string& digest, Progress& progress) {
  const installed::ReadOptions how{.depth = installed::Depth::database, .arch = recipe.selection.arch, .tag = {}};
  const bool is_recipe = names_recipe(recipe.base);
  Opened opened =
      registry::is_reference(recipe.base)
          ? open_in_registry(recipe, environment, digest, how, progress)
          : open_on_disk(is_recipe ? build_base(recipe, environment, progress).string() : recipe.base, how, progress);
  const ImageInfo& info = opened.image->info();
  if (!digest.empty() && info.digest != digest) {
    throw Error("its digest is " + info.digest + ", and the lock was made on " + digest,
                is_recipe ? "make the lock anew; with a lock of its own, the base stays as it is"
                          : "make the lock anew, or bring the image back that it was made on");
  }
  require_arch(recipe, info);
  return opened;
}

std::shared_ptr<const Base> open(const Recipe& recipe, const Environment& environment, const std::string& digest,
                                 Progress& progress) {
  const Opened opened = open_image(recipe, environment, digest, progress);
  auto base = std::make_shared<Base>();
  base->name = recipe.base;
  base->info = opened.image->info();
  base->image = opened.image;
  base->database = database_of(opened, base->info.digest, environment, progress);
  base->database_apart = has_database_apart(*base->image, base->database.dbpath, progress);
  return base;
}

/// OCI's name of a media type of Docker's.
std::string oci_media_type(const std::string& type) {
  constexpr std::string_view docker = "application/vnd.docker.image.rootfs.diff.tar";
  const std::string oci = "application/vnd.oci.image.layer.v1.tar";
  if (type.empty()) return oci;  // of a docker-archive
  if (!type.starts_with(docker)) return type;
  std::string rest = type.substr(docker.size());
  if (!rest.empty()) rest[0] = '+';
  return oci + rest;
}

}  // namespace

std::shared_ptr<const Base> open_base(const Recipe& recipe, const Environment& environment, const std::string& digest,
                                      Progress& progress) try {
  if (recipe.base.empty()) return nullptr;
  return open(recipe, environment, digest, progress);
} catch (const Error& error) {
  throw error.within("base '" + recipe.base + "'");
}

std::string base_digest(const Recipe& recipe, const Environment& environment, Progress& progress) try {
  return recipe.base.empty() ? "" : open_image(recipe, environment, "", progress).image->info().digest;
} catch (const Error& error) {
  throw error.within("base '" + recipe.base + "'");
}

std::vector<std::string> package_headers(const Base& base) {
  std::vector<std::string> headers;
  for (const rpm::RawHeader& header : base.database.headers) {
    if (!header.is_key) headers.push_back(header.bytes);
  }
  return headers;
}

std::vector<std::string> module_streams(const Base& base) {
  std::set<std::string> streams;
  for (const rpm::RawHeader& header : base.database.headers) {
    const std::size_t name = header.module.find(':');
    if (name == std::string::npos) continue;
    streams.insert(header.module.substr(0, header.module.find(':', name + 1)));
  }
  return {streams.begin(), streams.end()};
}

std::set<Nevra> upgrading(const Base& base, const Solution& solution) {
  std::set<std::string> kept;
  std::set<std::string> in_base;
  for (const rpm::RawHeader& header : base.database.headers) in_base.insert(header.nevra.name);
  for (const ChosenPackage& chosen : solution.packages) {
    if (chosen.package.in_base()) kept.insert(chosen.package.nevra.name);
  }
  std::set<Nevra> found;
  for (const ChosenPackage& chosen : solution.packages) {
    const Package& package = chosen.package;
    if (package.in_base() || kept.contains(package.nevra.name)) continue;
    if (in_base.contains(package.nevra.name) || !package.obsoletes.empty()) found.insert(package.nevra);
  }
  return found;
}

bool replaces_database(const Base& base, const Solution& solution) {
  return base.database_apart && !added_packages(solution).empty();
}

std::vector<image::ImageLayer> layers_of(const Base& base, const Solution& solution) {
  std::vector<image::ImageLayer> layers;
  const std::size_t count = base.info.layers.size() - (replaces_database(base, solution) ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const LayerInfo& info = base.info.layers[i];
    image::FinishedLayer layer;
    layer.layer = {info.digest, info.size, info.diff_id, info.unpacked_size, info.files, info.packages, info.database};
    layer.open = [image = base.image, i] { return image->open_layer(i); };
    layer.of_base = true;
    layer.media_type = oci_media_type(info.media_type);
    layer.created_by = info.created_by.empty() ? "base" : info.created_by;
    layers.emplace_back(std::move(layer));
  }
  return layers;
}

ImageConfig config_on(const Base& base, const ImageConfig& own) {
  ImageConfig config = config_on(base.info, own);
  if (base.info.layers.empty() || base.info.layers.front().media_type.empty()) return config;  // it has no manifest
  config.annotations.try_emplace("org.opencontainers.image.base.digest", base.info.digest);
  if (registry::is_reference(base.name)) {
    config.annotations.try_emplace("org.opencontainers.image.base.name", base.name.substr(registry::scheme.size()));
  }
  return config;
}

void require_fit(const Base& base, const Recipe& recipe) {
  const std::string hint = "leave the key out: what the base has stays as it is";
  if (recipe.rpmdb != "auto") {
    throw usage_error("rpmdb: the database of the base stays where it is, in " + base.database.dbpath, hint);
  }
  if (!recipe.content_sets.empty())
    throw usage_error("content_sets: they speak of a whole image, and not of a layer", hint);
}

std::string base_name(const Recipe& recipe) {
  const std::string& name = recipe.base;
  const std::size_t at = std::min(name.find('/'), name.size());  // of a path, after its transport
  const std::string path = name.substr(at);
  const bool moves_along = !registry::is_reference(name) && recipe.relative.contains(path);
  if (!moves_along) return name;
  return name.substr(0, at) + fs::path(path).lexically_relative(recipe.path.parent_path()).string();
}

BuiltOn built_on(const Base& base, const Recipe& recipe) {
  return {base_name(recipe), base.info.digest, base.info.layers.size(), base.info.compressed_size()};
}

rootfs::BaseFiles unpack_base(const Base& base, const root::Root& root, const OpenDirectory& workplace,
                              const Recipe& recipe, Progress& progress) {
  rootfs::BaseFiles files = rootfs::unpack(*base.image, root, workplace, progress);
  if (base.database.format == RpmdbFormat::sqlite) return files;
  std::vector<std::string> headers;
  for (const rpm::RawHeader& header : base.database.headers) headers.push_back(header.bytes);
  rootfs::import_rpmdb(root, base.database.dbpath, headers, recipe.limits);
  return files;
}

}  // namespace rootlet::make
