#include "registry/state.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "bring.hpp"
#include "client.hpp"
#include "image/json.hpp"
#include "image/layout.hpp"
#include "image/store.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

using nlohmann::json;

constexpr std::string_view state_type = "application/vnd.rootlet.state.v1+json";
constexpr const char* text_annotation = "rootlet.state";  ///< of the index: digest of the text
constexpr int most_nested_indexes = 4;
constexpr std::size_t most_layout_manifests = 10'000;

std::string state_tag(const ImageReference& image) { return image.tag + ".rootlet"; }

json descriptor(std::string_view media_type, const std::string& content) {
  return {{"mediaType", media_type}, {"digest", "sha256:" + digest_of(content)}, {"size", content.size()}};
}

void put_text(Client& client, const std::string& text) {
  const std::string digest = "sha256:" + digest_of(text);
  if (client.has_blob(digest)) return;
  client.put_blob(digest, {text.size(), [&](std::uint64_t at, std::size_t most) {
                             return std::string_view(text).substr(static_cast<std::size_t>(at), most);
                           }});
}

/// The text of an artifact with one layer of our type; nothing where it is something else.
std::optional<std::string> text_of(Client& client, const std::string& artifact, const std::string& digest) {
  const auto parsed = image::parse_json(client.manifest(artifact).content);
  for (const auto& layer : image::JsonValue(parsed, "").at("layers").list()) {
    if (layer.at("digest").text() != digest) continue;
    const std::uint64_t size = layer.at("size").size();
    if (size > image::largest_file) return std::nullopt;
    std::string text;
    client.blob(digest, size, [&](std::string_view piece) { text += piece; });
    if ("sha256:" + digest_of(text) == digest) return text;
  }
  return std::nullopt;
}

/// Brings the manifests of a layout, and knows which blobs they name.
class LayoutBringer {
 public:
  LayoutBringer(Client& client, const BlobCache& files) : client_(client), files_(files) {}

  void add(const std::string& digest, int depth) {
    if (!seen_.insert(digest).second) return;
    if (depth > most_nested_indexes) throw Error("indexes are nested too deeply");
    if (seen_.size() > most_layout_manifests)
      throw Error("there are more manifests than " + grouped(most_layout_manifests));
    const StoredManifest manifest = client_.manifest(digest);
    files_.add({digest, manifest.content.size()}, [&](const auto& take) { take(manifest.content); });
    const auto parsed = image::parse_json(manifest.content);
    const image::JsonValue value(parsed, "");
    for (const auto& one : value.at("manifests").list()) add(one.at("digest").text(), depth + 1);
    if (value.at("config").exists()) add_blob(value.at("config"));
    for (const auto& one : value.at("layers").list()) add_blob(one);
  }

  [[nodiscard]] const std::vector<Blob>& blobs() const noexcept { return blobs_; }

 private:
  void add_blob(const image::JsonValue& value) {
    const std::string digest = value.at("digest").text();
    if (seen_.insert(digest).second) blobs_.push_back({digest, value.at("size").size()});
  }

  Client& client_;
  const BlobCache& files_;
  std::set<std::string> seen_;
  std::vector<Blob> blobs_;
};

}  // namespace

struct StateReader::Parts {
  Settings settings;
  std::optional<Client> client;
};

StateReader::StateReader(const Settings& settings) : parts_(std::make_unique<Parts>(Parts{settings, {}})) {}
StateReader::~StateReader() = default;

std::optional<KeptState> StateReader::find(const ImageReference& image, const std::string& known) {
  std::optional<Client>& there = parts_->client;
  if (!there || there->reference().host != image.host) {
    there.emplace(image, parts_->settings);
  } else {
    there->go_to(image);
  }
  Client& client = *there;
  const auto index = client.find_manifest(state_tag(image));
  if (!index) return std::nullopt;
  const auto parsed = image::parse_json(index->content);
  const image::JsonValue value(parsed, "");
  const std::string digest = value.at("annotations").at(text_annotation).text();
  if (digest.empty()) return std::nullopt;
  if (digest == known) return KeptState{digest, ""};
  for (const auto& one : value.at("manifests").list()) {
    if (one.at("artifactType").text() != state_type) continue;
    if (auto text = text_of(client, one.at("digest").text(), digest)) return KeptState{digest, std::move(*text)};
  }
  return std::nullopt;
}

void put_state(const ImageReference& image, const std::string& index_json, const std::string& text,
               const Settings& settings) {
  Client client(image, settings);
  const std::string nothing(image::empty_content);
  put_text(client, nothing);
  put_text(client, text);
  const std::string artifact = dump_json_strictly(json{{"schemaVersion", 2},
                                                       {"mediaType", image::manifest_media_type},
                                                       {"artifactType", state_type},
                                                       {"config", descriptor(image::empty_media_type, nothing)},
                                                       {"layers", json::array({descriptor(state_type, text)})}});
  json entry = descriptor(image::manifest_media_type, artifact);
  client.put_manifest(entry["digest"], std::string(image::manifest_media_type), artifact);
  entry["artifactType"] = state_type;
  json all = json::array({entry});
  const json layout = parse_json(index_json);
  for (const json& one : layout.at("manifests")) {
    all.push_back({{"mediaType", one.at("mediaType")}, {"digest", one.at("digest")}, {"size", one.at("size")}});
  }
  const json index{{"schemaVersion", 2},
                   {"mediaType", image::index_media_type},
                   {"manifests", all},
                   {"annotations", {{text_annotation, "sha256:" + digest_of(text)}}}};
  client.put_manifest(state_tag(image), std::string(image::index_media_type), dump_json_strictly(index));
}

void bring_layout(const ImageReference& image, const std::string& index_json, const std::filesystem::path& directory,
                  const Settings& settings, Progress& progress) {
  Client client(image, settings);
  const BlobCache files(directory);  // which has blobs where a layout has them
  LayoutBringer bringer(client, files);
  const auto parsed = image::parse_json(index_json);
  for (const auto& one : image::JsonValue(parsed, "").at("manifests").list()) bringer.add(one.at("digest").text(), 0);
  fetch_all(files, client, bringer.blobs(), progress);
  write_file(directory / "oci-layout", image::layout_json());
  write_file(directory / "index.json", index_json);
}

}  // namespace rootlet::registry
