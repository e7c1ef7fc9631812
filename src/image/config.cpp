#include "config.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/arch.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

using Json = nlohmann::json;  // keeps its keys sorted

constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string dump(const Json& json) {
  try {
    return dump_json_strictly(json);
  } catch (const Json::exception&) {
    throw Error("the image's configuration holds text that is not UTF-8",
                "look for it in the recipe's `image` section");
  }
}

/// {"a":{},"b":{}}: how the specification writes a set.
Json as_set(const std::vector<std::string>& names) {
  Json set = Json::object();
  for (const std::string& name : names) set[name] = Json::object();
  return set;
}

Json as_json(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type}, {"digest", descriptor.digest}, {"size", descriptor.size}};
}

/// Settings of a container of the image: what it runs, and how.
Json execution_json(const ImageConfig& config) {
  std::map<std::string, std::string> env = config.env;
  env.try_emplace("PATH", default_path);
  Json json = {{"Env", Json::array()}};
  for (const auto& [name, value] : env) json["Env"].push_back(name + "=" + value);
  if (!config.user.empty()) json["User"] = config.user;
  if (!config.ports.empty()) json["ExposedPorts"] = as_set(config.ports);
  if (!config.entrypoint.empty()) json["Entrypoint"] = config.entrypoint;
  if (!config.cmd.empty()) json["Cmd"] = config.cmd;
  if (!config.volumes.empty()) json["Volumes"] = as_set(config.volumes);
  if (!config.workdir.empty()) json["WorkingDir"] = config.workdir;
  if (!config.labels.empty()) json["Labels"] = config.labels;
  if (!config.stop_signal.empty()) json["StopSignal"] = config.stop_signal;
  return json;
}

Json platform_json(const WriteOptions& options) {
  const Platform platform = platform_of(options.arch);
  Json json = {{"architecture", platform.architecture}, {"os", "linux"}};
  if (!platform.variant.empty()) json["variant"] = platform.variant;
  return json;
}

}  // namespace

std::optional<Platform> find_platform(std::string_view rpm_arch) {
  const Architecture* known = find_architecture(rpm_arch);
  if (known == nullptr || known->oci.empty()) return std::nullopt;
  return Platform{std::string(known->oci), std::string(known->variant)};
}

Platform platform_of(const std::string& rpm_arch) {
  if (const auto platform = find_platform(rpm_arch)) return *platform;
  throw usage_error("OCI images have no name for the architecture '" + rpm_arch + "'",
                    "choose --format tar or dir, which need none");
}

std::string layer_media_type(Compression compression) {
  const std::string tar = "application/vnd.oci.image.layer.v1.tar";
  if (compression == Compression::none) return tar;
  return tar + (compression == Compression::gzip ? "+gzip" : "+zstd");
}

std::string rfc3339(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string config_json(const ImageConfig& config, const WriteOptions& options,
                        const std::vector<PackedLayer>& layers) {
  const std::string created = rfc3339(options.source_date_epoch);
  Json json = platform_json(options);
  json["created"] = created;
  json["config"] = execution_json(config);
  json["rootfs"] = {{"type", "layers"}, {"diff_ids", Json::array()}};
  json["history"] = Json::array();
  for (const PackedLayer& one : layers) {
    json["rootfs"]["diff_ids"].push_back(one.layer.diff_id);
    Json entry{{"created_by", one.created_by}};
    if (!one.of_base) entry.update({{"created", created}, {"comment", history_comment}});
    json["history"].push_back(entry);
  }
  return dump(json);
}

std::string manifest_json(const ImageConfig& config, const WriteOptions& options, const Descriptor& image_config,
                          const std::vector<PackedLayer>& layers) {
  Json blobs = Json::array();
  for (const PackedLayer& one : layers) {
    blobs.push_back(as_json({one.media_type, one.layer.digest, one.layer.size}));
    if (!one.layer.packages.empty()) {
      blobs.back()["annotations"][packages_annotation] = join(one.layer.packages, ",");
    }
    if (one.layer.database) blobs.back()["annotations"][content_annotation] = database_content;
  }
  std::map<std::string, std::string> annotations = config.annotations;
  annotations.try_emplace("org.opencontainers.image.created", rfc3339(options.source_date_epoch));
  return dump({{"schemaVersion", 2},
               {"mediaType", manifest_media_type},
               {"config", as_json(image_config)},
               {"layers", blobs},
               {"annotations", annotations}});
}

std::string referrer_json(const WriteOptions& options, const Referrer& referrer, const Descriptor& subject,
                          const Descriptor& document) {
  std::map<std::string, std::string> annotations = referrer.annotations;
  annotations.try_emplace("org.opencontainers.image.created", rfc3339(options.source_date_epoch));
  Json layer = as_json(document);
  layer["annotations"] = {{"org.opencontainers.image.title", referrer.file_name}};
  const std::string content(empty_content);
  return dump({{"schemaVersion", 2},
               {"mediaType", manifest_media_type},
               {"artifactType", referrer.artifact_type},
               {"config", as_json({std::string(empty_media_type), "sha256:" + digest_of(content), content.size()})},
               {"layers", Json::array({layer})},
               {"subject", as_json(subject)},
               {"annotations", annotations}});
}

std::string index_json(const WriteOptions& options, const Descriptor& manifest,
                       const std::vector<ListedReferrer>& referrers) {
  Json image = as_json(manifest);
  image["platform"] = platform_json(options);
  image["annotations"] = {{"org.opencontainers.image.ref.name", options.tag}};
  Json manifests = Json::array({image});
  for (const ListedReferrer& referrer : referrers) {
    manifests.push_back(as_json(referrer.manifest));
    manifests.back()["artifactType"] = referrer.artifact_type;
  }
  return dump(
      {{"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", manifests}});
}

std::string layout_json() { return dump({{"imageLayoutVersion", "1.0.0"}}); }

std::string docker_manifest_json(const WriteOptions& options, const std::string& config_name,
                                 const std::vector<std::string>& layer_names) {
  return dump(Json::array({{{"Config", config_name},
                            {"RepoTags", Json::array({options.name + ":" + options.tag})},
                            {"Layers", layer_names}}}));
}

}  // namespace rootlet::image
