#include "base_cache.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/own_file.hpp"
#include "repo/cache.hpp"

namespace rootlet::make {
namespace {

using nlohmann::json;

/// Raised when what the files hold changes.
constexpr int base_cache_version = 2;

fs::path file_of(const fs::path& cache_dir, const std::string& digest) {
  return cache_dir / "bases" / (digest_of(digest) + ".cbor");
}

json json_of(const rpm::RawHeader& header) {
  const Nevra& nevra = header.nevra;
  return {nevra.name,    nevra.epoch,
          nevra.version, nevra.release,
          nevra.arch,    json::binary(std::vector<std::uint8_t>(header.bytes.begin(), header.bytes.end())),
          header.is_key, header.module};
}

rpm::RawHeader header_in(const json& value) {
  const auto& bytes = value.at(5).get_binary();
  return {{value.at(0).get<std::string>(), value.at(1).get<std::uint32_t>(), value.at(2).get<std::string>(),
           value.at(3).get<std::string>(), value.at(4).get<std::string>()},
          std::string(bytes.begin(), bytes.end()),
          value.at(6).get<bool>(),
          value.at(7).get<std::string>()};
}

}  // namespace

std::optional<BaseDatabase> find_database(const fs::path& cache_dir, const std::string& digest) try {
  const fs::path file = file_of(cache_dir, digest);
  if (!repo::is_plain_file(file)) return std::nullopt;
  repo::require_own_cache(cache_dir);
  const json known = parse_cbor(read_file(file));
  if (known.at("version") != base_cache_version || known.at("image") != digest) return std::nullopt;
  BaseDatabase database{known.at("dbpath").get<std::string>(), known.at("format").get<RpmdbFormat>(), {}};
  for (const json& header : known.at("headers")) database.headers.push_back(header_in(header));
  return database;
} catch (const json::exception&) {
  return std::nullopt;
}

void keep_database(const fs::path& cache_dir, const std::string& digest, const BaseDatabase& database) {
  json headers = json::array();
  for (const rpm::RawHeader& header : database.headers) headers.push_back(json_of(header));
  const json all{{"version", base_cache_version},
                 {"image", digest},
                 {"dbpath", database.dbpath},
                 {"format", database.format},
                 {"headers", std::move(headers)}};
  const fs::path file = file_of(cache_dir, digest);
  repo::require_own_cache(cache_dir);
  repo::make_cache_dirs(file.parent_path());
  repo::remove_cached(file);
  write_file(file, cbor_of(all), own_file_mode);
}

}  // namespace rootlet::make
