#include "layer_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/own_file.hpp"
#include "base/program.hpp"
#include "model/test_json.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"
#include "trim.hpp"

namespace rootlet::make {
namespace {

using nlohmann::json;

json json_of(const Nevra& nevra) { return {nevra.name, nevra.epoch, nevra.version, nevra.release, nevra.arch}; }

Nevra nevra_in(const json& value) {
  return {value.at(0).get<std::string>(), value.at(1).get<std::uint32_t>(), value.at(2).get<std::string>(),
          value.at(3).get<std::string>(), value.at(4).get<std::string>()};
}

json texts_of(const std::vector<RecipeItem>& items) {
  json list = json::array();
  for (const RecipeItem& item : items) list.push_back(item.text);
  return list;
}

json json_of(const RecipeFile& file) {
  json value{{"path", file.path}, {"directory", file.directory}, {"mode", file.mode}, {"owner", {file.uid, file.gid}}};
  if (file.content) value["content"] = digest_of(*file.content);
  if (file.source) value["source"] = digest_of_file(*file.source);
  if (file.target) value["target"] = *file.target;
  if (file.tree) value["tree"] = file.tree->digest;
  return value;
}

/// Parts of a recipe that decide the root.
json json_of(const Recipe& recipe) {
  json users = json::array();
  for (const RecipeUser& one : recipe.users) users.push_back({one.name, one.uid, one.gid, one.home, one.shell});
  json files = json::array();
  for (const RecipeFile& one : recipe.files) files.push_back(json_of(one));
  json tests = json::array();
  for (const RootTest& one : recipe.tests) tests.push_back(to_json(one));
  json value{{"arch", recipe.selection.arch},
             {"docs", recipe.selection.docs},
             {"langs", recipe.selection.langs},
             {"os_release", recipe.selection.goal.os_release},
             {"rpmdb", recipe.rpmdb},
             {"content_sets", recipe.content_sets},
             {"users", users},
             {"owners", static_cast<int>(recipe.owners)},
             {"scriptlets_may_fail", texts_of(recipe.scriptlets_may_fail)},
             {"files", files},
             {"tests", tests}};
  if (trims(recipe)) {
    value["trim"] = {{"how", trim_name(recipe.trim)},
                     {"keep", recipe.keep},
                     {"without", recipe.without},
                     {"run", {recipe.image.entrypoint, recipe.image.cmd, recipe.image.env}}};
  }
  if (recipe.scriptlets == Scriptlets::none) value["scriptlets"] = "none";
  if (!recipe.content_sets.empty()) value["labels"] = recipe.image.labels;
  // Tests run as the image would; they have passed then.
  if (!recipe.tests.empty()) {
    const ImageConfig& image = recipe.image;
    value["run"] = {image.env, image.workdir, image.user, image.entrypoint, image.cmd, image.stop_signal};
  }
  return value;
}

json json_of(const rootfs::InstallResult& told) {
  json owners = json::array();
  for (const MissingOwner& one : told.missing_owners) {
    owners.push_back({json_of(one.package), one.name, one.group, one.files});
  }
  json scriptlets = json::array();
  for (const FailedScriptlet& one : told.failed_scriptlets) {
    scriptlets.push_back({json_of(one.package), one.kind, one.cause, one.output});
  }
  return {{"missing_owners", owners}, {"failed_scriptlets", scriptlets}};
}

rootfs::InstallResult told_in(const json& value) {
  rootfs::InstallResult told;
  for (const json& one : value.at("missing_owners")) {
    told.missing_owners.push_back(
        {nevra_in(one.at(0)), one.at(1).get<std::string>(), one.at(2).get<bool>(), one.at(3).get<std::uint64_t>()});
  }
  for (const json& one : value.at("failed_scriptlets")) {
    told.failed_scriptlets.push_back({nevra_in(one.at(0)), one.at(1).get<std::string>(), one.at(2).get<std::string>(),
                                      one.at(3).get<std::string>()});
  }
  return told;
}

json json_of(const TrimmedFiles& trimmed) {
  json packages = json::array();
  for (const TrimmedPackage& one : trimmed.packages) {
    packages.push_back({json_of(one.package), one.paths, one.size, one.left});
  }
  return {{"how", static_cast<int>(trimmed.how)}, {"packages", packages}};
}

TrimmedFiles trimmed_in(const json& value) {
  TrimmedFiles trimmed{static_cast<Trim>(value.at("how").get<int>()), {}};
  for (const json& one : value.at("packages")) {
    trimmed.packages.push_back({nevra_in(one.at(0)), one.at(1).get<std::vector<std::string>>(),
                                one.at(2).get<std::uint64_t>(), one.at(3).get<bool>()});
  }
  return trimmed;
}

image::WrittenLayer layer_in(const json& layer) {
  return {layer.at("digest").get<std::string>(),  layer.at("size").get<std::uint64_t>(),
          layer.at("diff_id").get<std::string>(), layer.at("uncompressed_size").get<std::uint64_t>(),
          layer.at("files").get<std::uint64_t>(), layer.at("packages").get<std::vector<std::string>>(),
          layer.at("database").get<bool>()};
}

InstalledLayers layers_in(const json& value) {
  std::vector<image::WrittenLayer> layers;
  for (const json& layer : value.at("layers")) layers.push_back(layer_in(layer));
  return {std::move(layers), told_in(value.at("told")), trimmed_in(value.at("trimmed")),
          value.at("warnings").get<std::vector<std::string>>(), value.at("os_release").get<std::string>()};
}

json json_of(const std::vector<image::WrittenLayer>& layers) {
  json list = json::array();
  for (const image::WrittenLayer& layer : layers) {
    list.push_back({{"digest", layer.digest},
                    {"size", layer.size},
                    {"diff_id", layer.diff_id},
                    {"uncompressed_size", layer.uncompressed_size},
                    {"files", layer.files},
                    {"packages", layer.packages},
                    {"database", layer.database}});
  }
  return list;
}

}  // namespace

std::optional<std::string> layer_key(const Recipe& recipe, const std::string& base_digest, const Solution& solution,
                                     const LayerPlan& plan, std::int64_t source_date_epoch,
                                     image::Compression compression) {
  json packages = json::array();
  for (const ChosenPackage& chosen : solution.packages) {
    if (chosen.package.in_base()) continue;
    if (chosen.package.checksum.hex.empty()) return std::nullopt;
    packages.push_back({json_of(chosen.package.nevra), chosen.package.checksum.str(), chosen.build_only});
  }
  std::sort(packages.begin(), packages.end());  // a lock has its own order
  json modules = json::array();
  for (const ModuleState& state : solution.modules) {
    modules.push_back({state.name, state.stream, state.profiles});
  }
  json layers = json::array();
  for (const std::vector<PackageId>& layer : plan) {
    json names = json::array();
    for (const PackageId id : layer) names.push_back(solution.packages.at(index(id)).package.nevra.name);
    std::sort(names.begin(), names.end());
    layers.push_back(std::move(names));
  }
  json all{{"program", program_identity()},
           {"packages", packages},
           {"modules", modules},
           {"recipe", json_of(recipe)},
           {"layers", layers},
           {"time", source_date_epoch},
           {"compression", static_cast<int>(compression)}};
  if (!base_digest.empty()) all["base"] = base_digest;
  return digest_of(cbor_of(all));  // names need not be UTF-8
}

std::optional<InstalledLayers> LayerCache::find(const std::string& key) const {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file_of(key), error))) return std::nullopt;
  try {
    InstalledLayers found = layers_in(parse_json(read_file(file_of(key))));
    for (const image::WrittenLayer& layer : found.layers) {
      if (!blobs_.find({layer.digest, layer.size})) return std::nullopt;
    }
    utimensat(AT_FDCWD, file_of(key).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);  // it was used: see prune_cache()
    return found;
  } catch (const std::exception&) {  // damaged: it is made anew
    return std::nullopt;
  }
}

std::unique_ptr<stream::Source> LayerCache::open(const image::WrittenLayer& layer) const {
  auto file = blobs_.find({layer.digest, layer.size});
  if (!file) throw Error("the layer " + layer.digest + " is gone from the cache again");
  return stream::file_source(std::move(*file), layer.size, layer.digest);
}

void LayerCache::add_blob(const image::WrittenLayer& layer, int file) const {
  const registry::Blob blob{layer.digest, layer.size};
  if (blobs_.find(blob)) return;
  blobs_.add(blob, [&](const std::function<void(std::string_view)>& take) {
    stream::FileSource content(file, 0, blob.size, "the layer");
    for (auto piece = content.next(stream::piece_size); !piece.empty(); piece = content.next(stream::piece_size)) {
      take(piece);
    }
  });
}

void LayerCache::add(const std::string& key, const InstalledLayers& layers) const {
  const json value{{"layers", json_of(layers.layers)},
                   {"told", json_of(layers.told)},
                   {"trimmed", json_of(layers.trimmed)},
                   {"warnings", layers.warnings},
                   {"os_release", layers.os_release}};
  repo::make_cache_dirs(directory_);
  repo::remove_cached(file_of(key));
  write_file(file_of(key), dump_json(value), own_file_mode);
}

}  // namespace rootlet::make
