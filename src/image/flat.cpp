#include "flat.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "json.hpp"

namespace rootlet::image {
namespace {

constexpr const char* manifest_name = "manifest.json";
constexpr const char* version_name = "version";
constexpr std::string_view version_line = "Directory Transport Version: ";
constexpr const char* made_index = "index.json";

class FlatStore final : public Store {
 public:
  explicit FlatStore(std::unique_ptr<Store> from) : from_(std::move(from)) {
    const std::string manifest = from_->read(manifest_name);
    const auto parsed = parse_json(manifest);
    const std::string hex = digest_of(manifest);
    manifest_ = "blobs/sha256/" + hex;
    index_ = dump_json_strictly(nlohmann::json{{"manifests",
                                                {{{"mediaType", media_type_of(JsonValue(parsed, ""))},
                                                  {"digest", "sha256:" + hex},
                                                  {"size", manifest.size()}}}}});
  }

  [[nodiscard]] bool has(const std::string& name) const override { return name == made_index || from_->has(at(name)); }
  [[nodiscard]] std::uint64_t size(const std::string& name) const override {
    return name == made_index ? index_.size() : from_->size(at(name));
  }
  std::unique_ptr<stream::Source> open(const std::string& name) override {
    if (name == made_index) return std::make_unique<stream::TextSource>(index_);
    return from_->open(at(name));
  }

 private:
  /// "0123…" of "blobs/sha256/0123…", and "0123….manifest.json" for what an index names.
  [[nodiscard]] std::string at(const std::string& name) const {
    if (name == manifest_) return manifest_name;
    if (!name.starts_with("blobs/")) return name;
    const std::size_t slash = name.rfind('/');
    std::string flat = name.substr(slash + 1);
    if (from_->has(flat + ".manifest.json")) return flat + ".manifest.json";
    const std::string algorithm = name.substr(6, slash - 6);
    return algorithm == "sha256" ? flat : algorithm + "-" + flat;
  }

  std::unique_ptr<Store> from_;
  std::string manifest_;
  std::string index_;
};

}  // namespace

bool is_flat(Store& store) {
  if (!store.has(version_name) || !store.has(manifest_name) || store.size(version_name) > 100) return false;
  return store.read(version_name).starts_with(version_line);
}

std::unique_ptr<Store> layout_of_flat(std::unique_ptr<Store> flat) {
  return std::make_unique<FlatStore>(std::move(flat));
}

}  // namespace rootlet::image
