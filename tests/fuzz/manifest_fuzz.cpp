#include <map>

#include "image/manifest.hpp"
#include "input.hpp"

namespace {

using namespace rootlet;

/// An image in memory, of which every layer is there.
class MemoryStore final : public image::Store {
 public:
  std::map<std::string, std::string> files;

  [[nodiscard]] bool has(const std::string& name) const override { return files.contains(name) || is_layer(name); }
  [[nodiscard]] std::uint64_t size(const std::string& name) const override { return content(name).size(); }
  std::unique_ptr<stream::Source> open(const std::string& name) override {
    return std::make_unique<stream::TextSource>(content(name));
  }

 private:
  static bool is_layer(const std::string& name) { return name.starts_with("blobs/"); }
  [[nodiscard]] const std::string& content(const std::string& name) const {
    static const std::string layer = "layer";
    const auto found = files.find(name);
    if (found != files.end()) return found->second;
    if (!is_layer(name)) throw Error("it is not there");
    return layer;
  }
};

/// Puts the digest and size of `blob` in the place of "@", so that what was changed in it is looked at.
std::string naming(std::string text, const std::string& blob, MemoryStore& store) {
  const std::string digest = "sha256:" + digest_of(blob);
  store.files[image::blob_file(digest)] = blob;
  const std::string fields = "\"digest\":\"" + digest + "\",\"size\":" + std::to_string(blob.size());
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + fields.size())) {
    text.replace(at, 1, fields);
    if (text.size() > 1'000'000) break;
  }
  return text;
}

}  // namespace

/// An image's index, manifest and configuration; the first and the last of them as in a docker-archive, too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = fuzz::parts(data, size, 3);
  MemoryStore layout;
  layout.files["oci-layout"] = R"({"imageLayoutVersion":"1.0.0"})";
  layout.files["index.json"] = naming(parts[0], naming(parts[1], parts[2], layout), layout);
  MemoryStore archive;
  archive.files = {{"manifest.json", parts[0]}, {"config.json", parts[2]}, {"layer.tar", "layer"}};
  for (const char* tag : {"", "@0", "latest", "sha256:0123456"}) {
    image::ImageReadOptions options;
    options.tag = tag;
    options.arch = "x86_64";
    fuzz::tolerate_errors([&] { (void)image::choose_from_layout(layout, options); });
    fuzz::tolerate_errors([&] { (void)image::choose_from_docker_archive(archive, options); });
  }
  return 0;
}
