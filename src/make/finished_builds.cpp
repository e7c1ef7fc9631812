#include "finished_builds.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/own_file.hpp"
#include "base/program.hpp"
#include "base/source_date.hpp"
#include "base/url.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

using nlohmann::json;

fs::path build_file_of(const fs::path& cache_dir, const std::string& key) {
  return cache_dir / "builds" / (key + ".json");
}

/// Digests of the regular files of an output, by their paths below it. Nothing where it is not there, or where there is
/// anything else in it.
std::optional<std::map<std::string, std::string>> files_of(const fs::path& out) {
  std::map<std::string, std::string> files;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(out, error);
  if (fs::is_regular_file(status)) {
    files[""] = digest_of_file(out);
    return files;
  }
  if (!fs::is_directory(status)) return std::nullopt;
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    const fs::file_status one = entry.symlink_status();
    if (fs::is_directory(one)) continue;
    if (!fs::is_regular_file(one)) return std::nullopt;
    files[entry.path().lexically_relative(out).string()] = digest_of_file(entry.path());
  }
  return files;
}

/// A local place by the way from the recipe to it, where it was written so: on another machine, or once all has moved,
/// nothing is new.
std::string moved_along(const std::string& place, const Recipe& recipe) {
  const fs::path path = path_of_file_url(place).value_or(place);
  return recipe.relative.contains(path.string()) ? path.lexically_relative(recipe.path.parent_path()).string() : place;
}

bool is_local(const std::string& item) { return item.find('/') != std::string::npos && item.ends_with(".rpm"); }

}  // namespace

std::optional<std::string> build_key(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
                                     const std::vector<RepoState>& repos, const std::string& base_digest) {
  if (!options.documents.sign_key.empty() || options.format == image::Format::dir) return std::nullopt;
  json states = json::array();
  for (const RepoState& one : repos) {
    if (one.repomd_sha256.empty()) return std::nullopt;
    states.push_back({one.id, moved_along(one.address, recipe), one.repomd_sha256});
  }
  json files = json::array();
  for (const RecipeItem& item : recipe.selection.packages) {
    if (is_local(item.text)) files.push_back({moved_along(item.text, recipe), digest_of_file(item.text)});
  }
  for (const RepoSpec& repo : recipe.repos) {
    for (const std::string& key : repo.gpgkey) {
      const auto path = path_of_file_url(key);
      std::error_code error;
      if (!path) continue;
      if (!fs::is_regular_file(*path, error)) return std::nullopt;
      files.push_back({moved_along(key, recipe), digest_of_file(*path)});
    }
  }
  const SearchLimits& search = environment.search;
  json sboms = json::array();
  for (const sbom::SbomFormat format : options.documents.sboms) sboms.push_back(sbom::format_name(format));
  const auto time = rootlet::source_date_epoch();
  const json all{{"program", program_identity()},
                 {"recipe", recipe.digest},
                 {"name", recipe.name},
                 {"base", base_digest},
                 {"files", files},
                 {"repos", states},
                 {"lock", options.lock ? digest_of_file(*options.lock) : ""},
                 {"out", options.out.empty() ? "" : fs::absolute(options.out).string()},
                 {"format", image::format_name(options.format)},
                 {"compression", static_cast<int>(options.compression)},
                 {"headers", static_cast<int>(environment.headers)},
                 {"search", {search.conflicts, search.seconds ? *search.seconds : 0, environment.want_proof}},
                 {"sboms", sboms},
                 {"sbom_files", options.documents.sbom_files},
                 {"provenance", options.documents.provenance},
                 {"time", time ? json(*time) : json()}};
  return digest_of(cbor_of(all));  // names need not be UTF-8
}

std::optional<Unchanged> find_unchanged(const fs::path& cache_dir, const std::string& key, const fs::path& out) {
  std::error_code error;
  const fs::path file = build_file_of(cache_dir, key);
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return std::nullopt;
  repo::require_own_cache(cache_dir);
  try {
    const json known = parse_json(read_file(file));
    const auto files = files_of(out);
    if (!files || known.at("files").get<std::map<std::string, std::string>>() != *files) return std::nullopt;
    return Unchanged{known.at("text").get<std::string>(), known.at("json").get<std::string>()};
  } catch (const std::exception&) {  // damaged, or not to be read: it is built anew
    return std::nullopt;
  }
}

void remember_output(const fs::path& out, const std::string& key, const fs::path& cache_dir, const Unchanged& said,
                     Progress& progress) {
  if (key.empty()) return;
  try {
    const auto files = files_of(out);
    if (!files) return;
    const json known{{"files", *files}, {"text", said.text}, {"json", said.json}};
    const fs::path file = build_file_of(cache_dir, key);
    repo::make_cache_dirs(file.parent_path());
    repo::remove_cached(file);
    write_file(file, dump_json(known), own_file_mode);
  } catch (const std::exception& error) {  // a cache that is read-only, say
    progress.detail(std::string("the build is not remembered for later ones: ") + error.what());
  }
}

void remember(const BuildResult& result, const Environment& environment, const Unchanged& said, Progress& progress) {
  remember_output(result.out, result.key, environment.cache_dir, said, progress);
}

}  // namespace rootlet::make
