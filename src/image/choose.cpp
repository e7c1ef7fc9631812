#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "choice.hpp"
#include "json.hpp"
#include "manifest.hpp"
#include "platform.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr int deepest_index = 4;
constexpr std::size_t most_images = 1000;

/// The images that indexes name. An index need not have all that it names beside it.
struct Expanded {
  std::vector<Reference> images;  ///< each once
  std::vector<Reference> absent;  ///< indexes and images that are only named
  std::set<std::string> seen;     ///< digests of all of them, and of the indexes that were read
};

/// Whether all of an image is there, as far as its manifest tells. A damaged one is there: reading it says what is
/// wrong.
bool is_there(Store& store, const Reference& image) {
  try {
    if (!store.has(blob_file(image.blob.digest))) return false;
    const auto parsed = parse_json(read_blob(store, image.blob));
    const JsonValue manifest(parsed, "");
    if (!store.has(blob_file(manifest.at("config").at("digest").text()))) return false;
    for (const JsonValue& layer : manifest.at("layers").list()) {
      const std::string type = layer.at("mediaType").text();
      const bool elsewhere =
          type.find("nondistributable") != std::string::npos || type.find("foreign") != std::string::npos;
      if (!elsewhere && !store.has(blob_file(layer.at("digest").text()))) return false;
    }
  } catch (const Error&) {
  }
  return true;
}

/// Puts the images of indexes in the place of these.
void expand(Store& store, const std::vector<Reference>& references, int depth, Expanded& into) {
  for (const Reference& reference : references) {
    // Once, however many indexes name it: there may be a multitude of ways to it.
    if (!into.seen.insert(reference.blob.digest).second) continue;
    if (!reference.is_index) {
      into.images.push_back(reference);
      if (into.images.size() > most_images)
        throw Error("there are more than " + std::to_string(most_images) + " images in it");
      continue;
    }
    try {
      if (depth == deepest_index) throw Error("indexes are nested too deeply");
      if (!store.has(blob_file(reference.blob.digest))) {
        into.absent.push_back(reference);
        continue;
      }
      std::vector<Reference> inner = parse_index(read_blob(store, reference.blob));
      for (Reference& each : inner) {
        each.name = reference.name;
        each.place = reference.place;
      }
      expand(store, inner, depth + 1, into);
    } catch (const Error& error) {
      throw error.within("index " + printable(reference.blob.digest));
    }
  }
}

/// An index need not name platforms; configurations do.
void complete_platforms(Store& store, std::vector<Reference>& images) {
  for (Reference& image : images) {
    if (!image.arch.empty()) continue;
    const ImageInfo info = read_image_of(store, image).info;
    image.os = info.os;
    image.arch = info.arch;
    image.variant = info.variant;
  }
}

[[noreturn]] void only_named(const Reference& reference) {
  throw Error(std::string(reference.is_index ? "the index " : "the manifest ") + printable(reference.blob.digest) +
                  " is only named and not there",
              "the image is incomplete: copy it again");
}

/// Of the images of one choice that of the platform.
ChosenImage choose_among(Store& store, Expanded all, const std::vector<Called>& entries, const std::string& arch) {
  if (all.images.empty() && !all.absent.empty()) only_named(all.absent.front());
  if (all.images.empty()) throw Error("it has no image", "signatures and other artifacts have no files of packages");
  if (all.images.size() == 1 && arch.empty()) return read_image_of(store, all.images.front());
  std::vector<Reference> there;
  for (Reference& image : all.images) {
    (is_there(store, image) ? there : all.absent).push_back(image);
  }
  if (there.empty()) return read_image_of(store, all.images.front());  // it says what is missing
  if (there.size() == 1 && arch.empty()) return read_image_of(store, there.front());
  complete_platforms(store, there);
  const std::vector<const Reference*> best = best_for(there, arch);
  if (best.empty()) no_image_for(there, all.absent, arch);
  // One entry may have the same image in several forms, packed by gzip and by zstd, say.
  std::vector<std::string> shown;
  for (const Reference* image : best) shown.push_back(shown_place(entries[image->place], image->place));
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  if (shown.size() > 1) several_images(join(shown, ", "));
  return read_image_of(store, *best.front());
}

}  // namespace

Called called(const Reference& reference) {
  Called one{{}, {reference.blob.digest}};
  if (!reference.name.empty()) one.names.push_back(reference.name);
  return one;
}

ChosenImage choose_from_layout(Store& store, const ImageReadOptions& options) {
  std::vector<Reference> references;
  try {
    references = parse_index(store.read("index.json"));
  } catch (const Error& error) {
    throw error.within("index.json");
  }
  std::vector<Called> entries;
  for (Reference& reference : references) {
    reference.place = entries.size();
    entries.push_back(called(reference));
  }
  // The same image may have several tags.
  const bool same = std::all_of(references.begin(), references.end(), [&](const Reference& reference) {
    return reference.blob.digest == references.front().blob.digest;
  });
  std::vector<std::size_t> places{0};
  if (!same || !options.tag.empty() || references.empty()) places = chosen_by_tag(entries, options.tag);
  Expanded all;
  std::vector<Reference> chosen;
  for (const std::size_t place : places) chosen.push_back(references[place]);
  if (places.empty() && !references.empty()) {  // a digest may be that of an image within an index
    expand(store, references, 0, all);
    std::erase_if(all.images, [&](const Reference& image) { return !begins_digest(image.blob.digest, options.tag); });
    if (all.images.empty()) no_such_image(entries, options.tag);
    if (all.images.size() == 1) return read_image_of(store, all.images.front());
    std::vector<std::string> digests;
    for (const Reference& image : all.images) digests.push_back(printable(image.blob.digest));
    several_images(join(digests, ", "));
  }
  expand(store, chosen, 0, all);
  return choose_among(store, std::move(all), entries, options.arch);
}

}  // namespace rootlet::image
