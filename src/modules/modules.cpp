#include "modules/modules.hpp"

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "base/own_file.hpp"
#include "modulemd.hpp"
#include "rootlet/error.hpp"

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
void write_cache(const fs::path& path, const std::string& text) try {
  make_dirs(parent_dir(path));
  write_file(path, text, own_file_mode);
} catch (const Error&) {
}

/// The facts of documents as cached_text(). Each is tried by itself only where all together bring libmodulemd down.
std::string parse_isolated(const std::vector<MetadataFile>& documents) {
  const auto parse = [](const std::vector<MetadataFile>& these) {
    return run_isolated("libmodulemd", [&] { return cached_text(parse_documents(these)); });
  };
  try {
    return parse(documents);
  } catch (const Error& error) {
    if (!error.hint().empty()) throw;  // it names the document
    for (const MetadataFile& document : documents) {
      try {
        static_cast<void>(parse({document}));
      } catch (const Error& cause) {
        if (!cause.hint().empty()) throw;
        throw unreadable(document, cause.what());
      }
    }
    throw;
  }
}

}  // namespace

Facts load(const std::vector<MetadataFile>& documents, const fs::path& cache_dir) {
  if (documents.empty()) return {};
  const fs::path path = cache_path(documents, cache_dir);
  if (std::optional<Facts> facts = read_cache(path)) return std::move(*facts);
  const std::string text = parse_isolated(documents);
  std::optional<Facts> facts = parse_cached(text);
  if (!facts) throw Error("the modules of the repositories were not read as a whole");
  write_cache(path, text);
  return std::move(*facts);
}

}  // namespace rootlet::modules
