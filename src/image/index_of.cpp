#include "image/index_of.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "archive.hpp"
#include "base/child.hpp"
#include "base/digest.hpp"
#include "base/entries.hpp"
#include "base/json.hpp"
#include "config.hpp"
#include "manifest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

using Json = nlohmann::json;  // keeps its keys sorted

constexpr const char* name_of_reference = "org.opencontainers.image.ref.name";

Json entry_for(const Descriptor& blob) {
  return {{"mediaType", blob.media_type}, {"digest", blob.digest}, {"size", blob.size}};
}

Json index_of_entries(const Json& manifests) {
  return {{"schemaVersion", 2}, {"mediaType", index_media_type}, {"manifests", manifests}};
}

/// Entries of a layout's index.json.
Json entries_of(const OpenDirectory& layout) {
  const Fd file = open_entry(layout.fd(), "index.json", O_RDONLY);
  if (!file) throw system_error("cannot open '" + (layout.path() / "index.json").string() + "'");
  return parse_json(read_all(file)).at("manifests");
}

/// Blobs of the new layout.
class Blobs {
 public:
  explicit Blobs(OpenDirectory directory) : directory_(std::move(directory)) {}

  /// Those of another layout; what both have is the same. Returns how many bytes they have.
  std::uint64_t take(const OpenDirectory& layout) {
    const std::string shown = "'" + layout.path().string() + "'";
    const Fd from = open_entry(layout.fd(), "blobs/sha256", O_RDONLY | O_DIRECTORY);
    if (!from) throw system_error("cannot open the blobs of " + shown);
    std::uint64_t bytes = 0;
    for (const std::string& name : names_in(from.get(), shown)) {
      struct stat info {};
      if (fstatat(from.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 ||
          renameat(from.get(), name.c_str(), directory_.fd(), name.c_str()) != 0) {
        throw system_error("cannot move a blob of " + shown);
      }
      const auto size = static_cast<std::uint64_t>(info.st_size);
      bytes += size;
      if (taken_.insert(name).second) taken_bytes_ += size;
    }
    return bytes;
  }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_.size(); }
  [[nodiscard]] std::uint64_t taken_bytes() const noexcept { return taken_bytes_; }
  Descriptor add(std::string_view media_type, const std::string& content) const {  // NOLINT(modernize-use-nodiscard)
    const std::string hex = digest_of(content);
    if (!open_entry(directory_.fd(), hex, O_RDONLY)) write_new_file(directory_, hex, content);
    return {std::string(media_type), "sha256:" + hex, content.size()};
  }
  void sync() const { directory_.sync(); }

 private:
  OpenDirectory directory_;
  std::set<std::string> taken_;
  std::uint64_t taken_bytes_ = 0;
};

/// A layout that is being made.
struct NewLayout {
  explicit NewLayout(const OpenDirectory& made)
      : layout(made), all_blobs(made.make("blobs")), blobs(all_blobs.make("sha256")) {}

  void finish(const Json& entries) const {
    write_new_file(layout, "index.json", dump_json_strictly(index_of_entries(entries)));
    write_new_file(layout, "oci-layout", layout_json());
    blobs.sync();
    for (const OpenDirectory* dir : {&all_blobs, &layout}) dir->sync();
  }

  const OpenDirectory& layout;
  OpenDirectory all_blobs;
  Blobs blobs;
};

bool is_document(const Json& entry) { return entry.contains("artifactType"); }

/// Writes the documents about the index, and adds their manifests to the entries of index.json.
std::vector<WrittenReferrer> add_referrers(const Blobs& blobs, const IndexOptions& options, const Descriptor& index,
                                           Json& entries) {
  std::vector<WrittenReferrer> written;
  if (!options.refer) return written;
  WriteOptions how;
  how.source_date_epoch = options.source_date_epoch;
  for (const Referrer& referrer : options.refer(index.digest)) {
    blobs.add(empty_media_type, std::string(empty_content));
    const Descriptor document = blobs.add(referrer.artifact_type, referrer.content);
    const Descriptor manifest = blobs.add(manifest_media_type, referrer_json(how, referrer, index, document));
    entries.push_back(entry_for(manifest));
    entries.back()["artifactType"] = referrer.artifact_type;
    written.push_back({referrer.artifact_type, referrer.file_name, manifest.digest});
  }
  return written;
}

IndexWritten join_layouts(const std::vector<OpenDirectory>& layouts, const IndexOptions& options,
                          const OpenDirectory& directory) {
  NewLayout made(directory);
  Json images = Json::array();
  Json documents = Json::array();
  for (const OpenDirectory& one : layouts) {
    for (Json entry : entries_of(one)) {
      entry.erase("annotations");  // the name of the image, which is one of several here
      (is_document(entry) ? documents : images).push_back(std::move(entry));
    }
    made.blobs.take(one);
  }
  std::map<std::string, std::string> annotations = options.annotations;
  annotations.try_emplace("org.opencontainers.image.created", rfc3339(options.source_date_epoch));
  Json index = index_of_entries(images);
  index["annotations"] = annotations;
  const Descriptor blob = made.blobs.add(index_media_type, dump_json_strictly(index));
  Json entries = Json::array({entry_for(blob)});
  entries[0]["annotations"] = {{name_of_reference, options.tag}};
  entries.insert(entries.end(), documents.begin(), documents.end());
  IndexWritten written{blob.digest, add_referrers(made.blobs, options, blob, entries)};
  made.finish(entries);
  return written;
}

Joined join_named(const std::vector<NamedLayout>& layouts, const OpenDirectory& directory) {
  NewLayout made(directory);
  Joined joined;
  Json entries = Json::array();
  for (const NamedLayout& one : layouts) {
    Joined::One& image = joined.images.emplace_back();
    for (Json entry : entries_of(one.layout)) {
      if (!is_document(entry)) {
        image.digest = entry.at("digest").get<std::string>();
        entry["annotations"] = {{name_of_reference, one.name}};
      }
      entries.push_back(std::move(entry));
    }
    image.size = made.blobs.take(one.layout);
  }
  joined.blobs = made.blobs.taken();
  joined.size = made.blobs.taken_bytes();
  made.finish(entries);
  return joined;
}

/// Runs `make` with the directory of a new layout, which becomes `name` in `directory`, or an archive of that name.
template <class Make>
auto write_as(Format format, std::int64_t source_date_epoch, const OpenDirectory& directory, const std::string& name,
              Make make) {
  if (format == Format::oci) return make(directory.make(name));
  const TempDir parts(directory, ".parts-");
  const OpenDirectory layout = parts.directory().make("layout");
  auto written = make(layout);
  write_archive(layout, source_date_epoch, directory, name);
  return written;
}

}  // namespace

IndexWritten write_index(const std::vector<OpenDirectory>& layouts, const IndexOptions& options,
                         const OpenDirectory& directory, const std::string& name) {
  return write_as(options.format, options.source_date_epoch, directory, name,
                  [&](const OpenDirectory& layout) { return join_layouts(layouts, options, layout); });
}

Joined write_named(const std::vector<NamedLayout>& layouts, Format format, std::int64_t source_date_epoch,
                   const OpenDirectory& directory, const std::string& name) {
  return write_as(format, source_date_epoch, directory, name,
                  [&](const OpenDirectory& layout) { return join_named(layouts, layout); });
}

}  // namespace rootlet::image
