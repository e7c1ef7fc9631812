// Files that stand in an image for those who scan it, in place of an RPM database or beside it.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "model/arch.hpp"
#include "root/beneath.hpp"
#include "rootfs/install.hpp"

namespace rootlet::rootfs {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* build_info = content_manifest_directories[0];
constexpr const char* older_build_info = content_manifest_directories[1];

/// A field of a manifest as rpm's query formats write it; what would end the field or the line becomes a space.
std::string field(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text.empty() ? "(none)" : text;
}

/// The ten fields of a package: name, version-release, install time, build time, vendor, epoch, size, architecture,
/// epoch number, source package.
std::string manifest_line(const rpm::HeaderInfo& header, std::int64_t install_time) {
  const Nevra& nevra = header.nevra;
  return fmt::format("{}\t{}-{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", field(nevra.name), field(nevra.version),
                     field(nevra.release), install_time, header.build_time, field(header.vendor),
                     header.states_epoch ? std::to_string(nevra.epoch) : "(none)", header.installed_size,
                     field(nevra.arch), nevra.epoch, field(header.source_rpm));
}

/// The image's labels as Clair reads them; empty where they lack what it asks for.
std::string labels_json(const ContentManifest& manifest) {
  const Architecture* arch = find_architecture(manifest.arch);
  if (!manifest.labels.contains("name") || !manifest.labels.contains("cpe") || arch == nullptr) return {};
  Json labels = manifest.labels;
  labels["architecture"] = arch->oci;
  labels["org.opencontainers.image.created"] =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(manifest.created)));
  return dump_json_strictly(labels, 2) + "\n";
}

}  // namespace

std::vector<Nevra> write_manifest(const root::Root& root, const std::vector<PackageInRoot>& packages,
                                  std::int64_t install_time) {
  std::string names;
  std::string lines;
  std::vector<Nevra> sourceless;
  for (const PackageInRoot& one : packages) {
    if (one.leaves) continue;
    const rpm::HeaderInfo& header = one.package->header();
    const Nevra& nevra = header.nevra;
    names += fmt::format("{}-{}-{}.{}\n", nevra.name, nevra.version, nevra.release, nevra.arch);
    lines += manifest_line(header, install_time);
    if (header.source_rpm.empty()) sourceless.push_back(nevra);
  }
  root.write(std::string(manifest_directory) + "/container-manifest-1", names, {});
  root.write(std::string(manifest_directory) + "/container-manifest-2", lines, {});
  return sourceless;
}

void write_content_manifest(const root::Root& root, const ContentManifest& manifest) {
  if (manifest.content_sets.empty()) return;
  const Json json{{"metadata",
                   {{"icm_version", 1},
                    {"icm_spec",
                     "https://raw.githubusercontent.com/containerbuildsystem/atomic-reactor/master/atomic_reactor/"
                     "schemas/content_manifest.json"},
                    {"image_layer_index", 0}}},
                  {"content_sets", manifest.content_sets}};
  const std::string text = dump_json_strictly(json, 2) + "\n";
  root.write(std::string(build_info) + "content-sets.json", text, {});
  root.write(std::string(older_build_info) + "content_manifests/content-sets.json", text, {});
  const std::string labels = labels_json(manifest);
  if (labels.empty()) return;
  root.write(std::string(build_info) + "labels.json", labels, {});
  root.write(std::string(older_build_info) + "labels.json", labels, {});
}

}  // namespace rootlet::rootfs
