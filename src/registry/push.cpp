#include "registry/push.hpp"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "client.hpp"
#include "image/layout.hpp"
#include "image/shipment.hpp"
#include "parallel.hpp"
#include "rootlet/error.hpp"

namespace rootlet::registry {
namespace {

using image::ShippedBlob;
using image::ShippedManifest;
using nlohmann::json;

std::string blob_file(const std::string& digest) {
  const auto colon = digest.find(':');
  return "blobs/" + digest.substr(0, colon) + "/" + digest.substr(colon + 1);
}

/// Bytes of a blob in a layout, from any place on.
class BlobReader {
 public:
  BlobReader(image::Store& layout, std::string name) : layout_(layout), name_(std::move(name)) {}

  std::string_view read(std::uint64_t at, std::size_t most) {
    if (!source_ || at < position_) {
      source_ = layout_.open(name_);
      position_ = 0;
    }
    position_ += source_->skip(at - position_);
    const std::string_view piece = source_->next(std::min(most, stream::piece_size));
    if (piece.empty()) throw Error("'" + name_ + "' ends too early", "it was damaged or changed: build it again");
    position_ += piece.size();
    return piece;
  }

 private:
  image::Store& layout_;
  std::string name_;
  std::unique_ptr<stream::Source> source_;
  std::uint64_t position_ = 0;
};

/// How the blobs came to be there; threads add to it.
struct Tally {
  PushResult& result;
  std::mutex mutex;

  void uploaded(std::uint64_t bytes) {
    const std::lock_guard lock(mutex);
    ++result.uploaded;
    result.uploaded_bytes += bytes;
  }
  void add(std::size_t PushResult::*count) {
    const std::lock_guard lock(mutex);
    ++(result.*count);
  }
};

void push_blob(const std::filesystem::path& layout, const ShippedBlob& blob, Client& client,
               const std::function<void(std::uint64_t)>& at, Tally& tally) {
  if (client.has_blob(blob.digest)) {
    at(blob.size);
    return tally.add(&PushResult::there);
  }
  const std::unique_ptr<image::Store> store = image::open_store(layout, 0);
  BlobReader reader(*store, blob_file(blob.digest));
  const Upload content{blob.size, [&](std::uint64_t from, std::size_t most) {
                         at(from);
                         return reader.read(from, most);
                       }};
  if (client.put_blob(blob.digest, content) == Client::Came::mounted) {
    tally.add(&PushResult::mounted);
  } else {
    tally.uploaded(blob.size);
  }
  at(blob.size);
}

void push_blobs(const std::filesystem::path& layout, const std::vector<ShippedBlob>& blobs, const Client& client,
                PushResult& result, Progress& progress) {
  std::vector<std::uint64_t> sizes;
  for (const ShippedBlob& blob : blobs) sizes.push_back(blob.size);
  Tally tally{result, {}};
  const Piece piece = [&](std::size_t which, Client& own, const std::function<void(std::uint64_t)>& at) {
    push_blob(layout, blobs[which], own, at, tally);
  };
  do_all("pushing layers", sizes, client, piece, progress);
}

/// Adds a document to the list that clients look for where a registry keeps none: an index under a tag made of the
/// subject's digest (distribution-spec 1.1, "Referrers Tag Schema").
void add_to_list(const ShippedManifest& document, Client& client) {
  std::string tag = document.subject;
  std::replace(tag.begin(), tag.end(), ':', '-');
  const auto there = client.find_manifest(tag);
  json index = there ? json_or_discarded(there->content) : json();
  if (!index.is_object() || !index.contains("manifests") || !index["manifests"].is_array()) {
    index = {{"schemaVersion", 2}, {"mediaType", image::index_media_type}, {"manifests", json::array()}};
  }
  for (const json& one : index["manifests"]) {
    if (one.is_object() && one.value("digest", "") == document.digest) return;
  }
  const json content = parse_json(document.content);
  json entry{{"mediaType", document.media_type},
             {"digest", document.digest},
             {"size", document.content.size()},
             {"artifactType", document.artifact_type}};
  if (content.contains("annotations")) entry["annotations"] = content["annotations"];
  index["manifests"].push_back(std::move(entry));
  client.put_manifest(tag, std::string(image::index_media_type), dump_json_strictly(index));
}

void push_manifest(const ShippedManifest& manifest, Client& client) {
  const bool kept = client.put_manifest(manifest.digest, manifest.media_type, manifest.content);
  if (!manifest.subject.empty() && !kept) add_to_list(manifest, client);
}

/// The repository of the base that the image names (image-spec 1.1, annotations.md), where it is another one of the
/// same registry; else empty.
std::string repository_of_base(const image::Shipment& shipment, const ImageReference& to) {
  for (const ShippedManifest& manifest : shipment.manifests) {
    const json content = json_or_discarded(manifest.content);
    const json annotations = content.is_object() ? content.value("annotations", json::object()) : json();
    if (!annotations.is_object() || !annotations.contains("org.opencontainers.image.base.name")) continue;
    const json& name = annotations["org.opencontainers.image.base.name"];
    if (!name.is_string()) continue;
    try {
      const ImageReference base = parse_reference(std::string(scheme) + name.get<std::string>());
      if (base.host == to.host && base.repository != to.repository) return base.repository;
    } catch (const Error&) {  // whoever wrote it meant something else
    }
  }
  return {};
}

image::Shipment read_layout(const std::filesystem::path& layout, const std::string& tag) {
  try {
    const std::unique_ptr<image::Store> store = image::open_store(layout, 0);
    return image::shipment_of(*store, tag);
  } catch (const Error& error) {
    throw error.within("cannot push '" + layout.string() + "'");
  }
}

}  // namespace

PushResult push(const std::filesystem::path& layout, const std::string& tag, const ImageReference& to,
                const std::string& base, const Settings& settings, Progress& progress) {
  const image::Shipment shipment = read_layout(layout, tag);
  if (!to.digest.empty() && to.digest != shipment.digest) {
    throw usage_error("cannot push '" + layout.string() + "' as '" + to.str() + "': its digest is " + shipment.digest);
  }
  PushResult result;
  result.image = to.str();
  result.digest = shipment.digest;
  Client client(to, settings);
  client.take_from(base.empty() ? repository_of_base(shipment, to) : base);
  push_blobs(layout, shipment.blobs, client, result, progress);
  const ShippedManifest* main = nullptr;
  for (const ShippedManifest& manifest : shipment.manifests) {
    push_manifest(manifest, client);
    if (manifest.digest == shipment.digest) main = &manifest;
    if (!manifest.subject.empty()) ++result.referrers;
  }
  if (!to.tag.empty()) client.put_manifest(to.tag, main->media_type, main->content);
  return result;
}

}  // namespace rootlet::registry
