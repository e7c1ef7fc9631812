#include "registry/store.hpp"

#include <map>
#include <utility>

#include "base/json.hpp"
#include "blobs.hpp"
#include "bring.hpp"
#include "client.hpp"
#include "image/json.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

constexpr const char* index_name = "index.json";

/// "sha256:0123…" of "blobs/sha256/0123…"; empty: it is no blob.
std::string digest_in(const std::string& name) {
  constexpr std::string_view folder = "blobs/";
  const auto slash = name.rfind('/');
  if (!name.starts_with(folder) || slash < folder.size()) return {};
  return name.substr(folder.size(), slash - folder.size()) + ":" + name.substr(slash + 1);
}

class RegistryStore final : public image::Store {
 public:
  RegistryStore(const ImageReference& reference, const Settings& settings)
      : settings_(settings), blobs_(settings.cache_dir), client_(reference, settings) {
    repo::require_own_cache(settings.cache_dir);
    const StoredManifest manifest = first_manifest();
    nlohmann::json entry{
        {"mediaType", manifest.media_type}, {"digest", manifest.digest}, {"size", manifest.content.size()}};
    entry["annotations"]["org.opencontainers.image.ref.name"] = "docker://" + reference.str();
    index_ = dump_json_strictly(nlohmann::json{{"manifests", nlohmann::json::array({entry})}});
    add_manifest(manifest.digest, manifest.content);
  }

  [[nodiscard]] bool has(const std::string& name) const override {
    return name == index_name || known_.contains(digest_in(name));
  }

  [[nodiscard]] std::uint64_t size(const std::string& name) const override {
    if (name == index_name) return index_.size();
    const auto found = known_.find(digest_in(name));
    if (found == known_.end()) throw Error("'" + name + "' is nothing that the manifest names");
    return found->second.size;
  }

  std::unique_ptr<stream::Source> open(const std::string& name) override {
    if (name == index_name) return std::make_unique<stream::TextSource>(index_);
    const Blob blob{digest_in(name), size(name)};
    if (known_.at(blob.digest).is_manifest) return std::make_unique<stream::TextSource>(content_of(blob));
    auto file = blobs_.find(blob);
    if (!file) {
      require_online(blob);
      fetch(blobs_, client_, blob, [](std::uint64_t) {});
      file = blobs_.find(blob);
      if (!file) throw Error("the blob " + blob.digest + " is gone from the cache again");
    }
    return stream::file_source(std::move(*file), blob.size, blob.digest);
  }

  void bring(const std::vector<std::string>& names, Progress& progress) override {
    std::vector<Blob> missing;
    for (const std::string& name : names) {
      const Blob blob{digest_in(name), size(name)};
      if (!blobs_.find(blob)) missing.push_back(blob);
    }
    if (missing.empty()) return;
    require_online(missing.front());
    fetch_all(blobs_, client_, missing, progress);
  }

 private:
  /// Something that a manifest names.
  struct Known {
    std::uint64_t size = 0;
    bool is_manifest = false;
  };

  void require_online(const Blob& blob) const {
    if (!settings_.offline) return;
    throw Error("cannot read '" + client_.reference().str() + "' offline: the cache does not have " + blob.digest);
  }

  /// The manifest that the reference names; by a digest it may be in the cache.
  StoredManifest first_manifest() {
    const ImageReference& reference = client_.reference();
    if (!reference.digest.empty()) {
      if (auto content = blobs_.text(reference.digest)) return stored(reference.digest, std::move(*content));
    }
    if (settings_.offline) {
      throw Error(
          "cannot read '" + reference.str() + "' offline: " +
          (reference.digest.empty() ? "only the registry knows which image that is" : "the cache does not have it"));
    }
    StoredManifest manifest = client_.manifest(reference.manifest());
    keep(manifest);
    return manifest;
  }

  /// A manifest out of the cache: its own type is stated in it, or shows in what it has.
  static StoredManifest stored(const std::string& digest, std::string content) {
    const auto parsed = image::parse_json(content);
    return {std::move(content), image::media_type_of(image::JsonValue(parsed, "")), digest};
  }

  void keep(const StoredManifest& manifest) const {
    if (blobs_.text(manifest.digest)) return;
    blobs_.add({manifest.digest, manifest.content.size()}, [&](const auto& take) { take(manifest.content); });
  }

  /// The content of a manifest that another one names.
  const std::string& content_of(const Blob& blob) {
    if (const auto found = manifests_.find(blob.digest); found != manifests_.end()) return found->second;
    if (auto content = blobs_.text(blob.digest)) return add_manifest(blob.digest, *content);
    require_online(blob);
    const StoredManifest manifest = client_.manifest(blob.digest);
    keep(manifest);
    return add_manifest(blob.digest, manifest.content);
  }

  const std::string& add_manifest(const std::string& digest, const std::string& content) {
    const auto parsed = image::parse_json(content);
    const image::JsonValue manifest(parsed, "");
    const auto add = [&](const image::JsonValue& descriptor, bool is_manifest) {
      known_.try_emplace(descriptor.at("digest").text(), Known{descriptor.at("size").size(), is_manifest});
    };
    for (const auto& one : manifest.at("manifests").list()) add(one, true);
    for (const auto& one : manifest.at("layers").list()) add(one, false);
    if (manifest.at("config").exists()) add(manifest.at("config"), false);
    known_.insert_or_assign(digest, Known{content.size(), true});
    return manifests_[digest] = content;
  }

  Settings settings_;
  BlobCache blobs_;
  Client client_;
  std::string index_;
  std::map<std::string, Known> known_;            ///< by digest
  std::map<std::string, std::string> manifests_;  ///< that were read, by digest
};

}  // namespace

std::unique_ptr<image::Store> open_store(const ImageReference& reference, const Settings& settings) {
  return std::make_unique<RegistryStore>(reference, settings);
}

}  // namespace rootlet::registry
