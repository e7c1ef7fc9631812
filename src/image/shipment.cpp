#include "shipment.hpp"

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "choice.hpp"
#include "json.hpp"
#include "manifest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr int deepest_index = 4;
constexpr std::size_t most_manifests = 10'000;

/// Gathers manifests and what they name.
class Packer {
 public:
  explicit Packer(Store& store) : store_(store) {}

  /// An image or an index, and all that it names.
  void add(const Descriptor& blob, int depth = 0) {
    if (!seen_.insert(blob.digest).second) return;
    if (depth > deepest_index) throw Error("indexes are nested too deeply");
    if (seen_.size() > most_manifests) throw Error("there are more manifests than " + grouped(most_manifests));
    if (!store_.has(blob_file(blob.digest))) {
      throw Error(printable(blob.digest) + " is only named and not there",
                  "copy the image again; of an index, with the images of all platforms");
    }
    std::string content = read_blob(store_, blob);
    const auto parsed = parse_json(content);
    const JsonValue manifest(parsed, "");
    for (const JsonValue& one : manifest.at("manifests").list()) add(descriptor_of(one), depth + 1);
    if (manifest.at("config").exists()) add_blob(descriptor_of(manifest.at("config")));
    for (const JsonValue& layer : manifest.at("layers").list()) add_blob(descriptor_of(layer));
    ShippedManifest& shipped = shipment_.manifests.emplace_back();
    shipped.digest = blob.digest;
    shipped.media_type = blob.media_type;
    shipped.content = std::move(content);
    shipped.subject = manifest.at("subject").at("digest").text();
    shipped.artifact_type = manifest.at("artifactType").text();
    if (shipped.artifact_type.empty()) shipped.artifact_type = manifest.at("config").at("mediaType").text();
  }

  /// Documents about what was added, and documents about these, among the entries of an index.
  void add_referrers(const std::vector<Descriptor>& entries) {
    for (bool more = true; more;) {
      more = false;
      for (const Descriptor& entry : entries) {
        if (seen_.contains(entry.digest) || !store_.has(blob_file(entry.digest))) continue;
        const auto parsed = parse_json(read_blob(store_, entry));
        const std::string subject = JsonValue(parsed, "").at("subject").at("digest").text();
        if (subject.empty() || !seen_.contains(subject)) continue;
        add(entry);
        more = true;
      }
    }
  }

  [[nodiscard]] Shipment take() && { return std::move(shipment_); }

 private:
  void add_blob(const Descriptor& blob) {
    if (!blobs_.insert(blob.digest).second) return;
    // Layers of other vendors that a registry may not hand out stay where they are.
    const bool elsewhere = blob.media_type.find("nondistributable") != std::string::npos ||
                           blob.media_type.find("foreign") != std::string::npos;
    if (elsewhere && !store_.has(blob_file(blob.digest))) return;
    const std::uint64_t size = store_.size(blob_file(blob.digest));
    if (size != blob.size) {
      throw Error(printable(blob.digest) + " has " + grouped(size) + " bytes and not " + grouped(blob.size) +
                      ", as the manifest says",
                  "it was damaged or changed: copy the image again");
    }
    shipment_.blobs.push_back({blob.digest, blob.size});
  }

  Store& store_;
  std::set<std::string> seen_, blobs_;
  Shipment shipment_;
};

const Reference& chosen(const std::vector<Reference>& references, const std::string& tag) {
  std::vector<Called> entries;
  for (const Reference& reference : references) entries.push_back(called(reference));
  if (references.empty()) throw Error("it has no image");
  const bool same = std::all_of(references.begin(), references.end(), [&](const Reference& reference) {
    return reference.blob.digest == references.front().blob.digest;
  });
  if (same && tag.empty()) return references.front();
  const std::vector<std::size_t> places = chosen_by_tag(entries, tag);
  if (places.empty()) no_such_image(entries, tag);
  std::vector<std::string> shown;
  for (const std::size_t place : places) {
    if (references[place].blob.digest != references[places.front()].blob.digest || shown.empty()) {
      shown.push_back(shown_place(entries[place], place));
    }
  }
  if (shown.size() > 1) several_images(join(shown, ", "));
  return references[places.front()];
}

}  // namespace

Shipment shipment_of(Store& layout, const std::string& tag) {
  if (!layout.has("index.json")) {
    throw Error("it is no OCI layout", "build with --format oci or oci-archive; skopeo copies the other forms");
  }
  const std::string index = layout.read("index.json");
  Packer packer(layout);
  const Reference reference = chosen(parse_index(index), tag);
  packer.add(reference.blob);
  std::vector<Descriptor> entries;
  const auto parsed = parse_json(index);
  for (const JsonValue& one : JsonValue(parsed, "").at("manifests").list()) entries.push_back(descriptor_of(one));
  packer.add_referrers(entries);
  Shipment shipment = std::move(packer).take();
  shipment.digest = reference.blob.digest;
  return shipment;
}

}  // namespace rootlet::image
