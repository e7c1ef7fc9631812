#include "rootlet/modules/modules.hpp"

#include "modulemd.hpp"
#include "rootlet/base/digest.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"

namespace rootlet::modules {
namespace {

fs::path cache_path(const std::vector<MetadataFile>& documents, const fs::path& cache_dir) {
  std::string key;
  for (const MetadataFile& document : documents) key += document.checksum.str() + "\n";
  return cache_dir / "modules" / digest_of(key);
}

std::optional<Facts> read_cache(const fs::path& path) try {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return parse_cached(read_file(path));
} catch (const Error&) {
  return std::nullopt;
}

/// The cache only saves time: a full disk must not fail the run.
void write_cache(const fs::path& path, const Facts& facts) try {
  make_dirs(parent_dir(path));
  write_file(path, cached_text(facts));
} catch (const Error&) {
}

}  // namespace

Facts load(const std::vector<MetadataFile>& documents, const fs::path& cache_dir) {
  if (documents.empty()) return {};
  const fs::path path = cache_path(documents, cache_dir);
  if (std::optional<Facts> facts = read_cache(path)) return std::move(*facts);
  Facts facts = parse_documents(documents);
  write_cache(path, facts);
  return facts;
}

}  // namespace rootlet::modules
