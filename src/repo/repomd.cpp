#include "repomd.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "checksum.hpp"
#include "librepo.hpp"
#include "rootlet/error.hpp"
#include "transfer.hpp"

namespace rootlet::repo {
namespace {

using YumRepomd = Handle<LrYumRepoMd, lr_yum_repomd_free>;
using Metalink = Handle<LrMetalink, lr_metalink_free>;
using Mirrorlist = Handle<LrMirrorlist, lr_mirrorlist_free>;

constexpr std::string_view repomd_path = "repodata/repomd.xml";

int ignore_warning(LrXmlParserWarningType, char*, void*, GError**) noexcept { return LR_CB_RET_OK; }

/// librepo's parse errors end in a line break of libxml2's.
std::string one_line(std::string message) {
  std::erase(message, '\n');
  return printable(message);
}

std::uint64_t size_of(gint64 stated) noexcept { return stated > 0 ? static_cast<std::uint64_t>(stated) : 0; }

/// The strongest of the hashes that prove something.
void add_best(const GSList* hashes, std::vector<Checksum>& out) {
  constexpr const char* strongest_first[] = {"sha512", "sha384", "sha256", "sha224", "sha1"};
  for (const char* type : strongest_first) {
    for (const GSList* item = hashes; item != nullptr; item = item->next) {
      const auto& hash = *static_cast<const LrMetalinkHash*>(item->data);
      if (text(hash.type) != type) continue;
      out.push_back(checked_checksum(type, text(hash.value)));
      return;
    }
  }
}

/// Times before 1990 and after 2100 are numbers of another kind.
std::int64_t time_of(std::int64_t number) noexcept {
  return number > 631'152'000 && number < 4'102'444'800 ? number : 0;
}

/// librepo takes quadratic time over many elements. Real ones have some hundred, and no text of a kilobyte.
void require_modest(std::string_view xml) {
  constexpr std::ptrdiff_t most_tags = 20'000;
  constexpr std::size_t longest = 65536;
  if (std::count(xml.begin(), xml.end(), '<') > most_tags) throw Error("repomd.xml: it has more than 20,000 tags");
  for (std::size_t at = 0; at < xml.size();) {
    const std::size_t next = std::min(xml.find('<', at + 1), xml.size());
    if (next - at > longest) throw Error("repomd.xml: it has a text of " + human_size(next - at));
    at = next;
  }
}

/// Refuses what is not UTF-8 by its own account: librepo 1.15 and 1.18 crash where libxml2 cannot convert a text.
void require_utf8(std::string_view xml) {
  if (xml.starts_with("\xef\xbb\xbf")) xml.remove_prefix(3);
  const bool plain = xml.empty() || (xml.size() > 1 && xml[0] != '\0' && xml[1] != '\0' && xml[0] > 0);
  if (!plain) throw Error("it is not written in UTF-8");
  const std::string_view declaration = xml.starts_with("<?xml") ? xml.substr(0, xml.find("?>")) : std::string_view();
  const std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return;
  const std::size_t begin = declaration.find_first_of("'\"", at);
  if (begin == std::string_view::npos) return;  // which libxml2 refuses
  const std::size_t end = declaration.find(declaration[begin], begin + 1);
  std::string name(declaration.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name == "utf-8" || name == "utf8" || name == "ascii" || name == "us-ascii") return;
  throw Error("it is written in " + printable(name) + ", and not in UTF-8");
}

}  // namespace

bool goes_back(const Repomd& before, const Repomd& now) noexcept {
  return (now.revision != 0 && now.revision < before.revision) || (now.newest != 0 && now.newest < before.newest);
}

const RepomdRecord* Repomd::find(std::string_view type) const noexcept {
  const auto found = std::find_if(records.begin(), records.end(), [&](const auto& r) { return r.type == type; });
  return found == records.end() ? nullptr : &*found;
}

Repomd parse_repomd(const fs::path& path) {
  const std::string xml = read_file(path);
  require_modest(xml);
  try {
    require_utf8(xml);
  } catch (const Error& error) {
    throw error.within("repomd.xml");
  }
  const YumRepomd parsed{lr_yum_repomd_init()};
  const Fd fd = open_read(path);
  LibrepoError error;
  if (lr_yum_repomd_parse_file(parsed.get(), fd.get(), ignore_warning, nullptr, error.out()) == FALSE) {
    throw Error("repomd.xml: " + one_line(error.message()));
  }
  Repomd repomd;
  repomd.revision = time_of(std::strtoll(text(parsed->revision).c_str(), nullptr, 10));
  for (const GSList* item = parsed->records; item != nullptr; item = item->next) {
    const auto& from = *static_cast<const LrYumRepoMdRecord*>(item->data);
    RepomdRecord record{text(from.type),     text(from.location_href),      text(from.checksum_type),
                        text(from.checksum), text(from.checksum_open_type), text(from.checksum_open),
                        size_of(from.size),  size_of(from.size_open)};
    const std::string base = text(from.location_base);
    if (!base.empty() && !is_url(record.location)) record.location = base + "/" + record.location;
    repomd.newest = std::max(repomd.newest, time_of(from.timestamp));
    repomd.records.push_back(std::move(record));
  }
  if (repomd.records.empty()) throw Error("repomd.xml: it lists no metadata");
  return repomd;
}

MirrorList parse_metalink(const fs::path& path) {
  require_utf8(read_file(path));
  const Metalink parsed{lr_metalink_init()};
  const Fd fd = open_read(path);
  LibrepoError error;
  if (lr_metalink_parse_file(parsed.get(), fd.get(), "repomd.xml", ignore_warning, nullptr, error.out()) == FALSE) {
    throw Error(one_line(error.message()));
  }
  std::vector<std::pair<int, std::string>> urls;
  for (const GSList* item = parsed->urls; item != nullptr; item = item->next) {
    const auto& from = *static_cast<const LrMetalinkUrl*>(item->data);
    std::string url = text(from.url);
    if (url.ends_with(repomd_path)) url.resize(url.size() - repomd_path.size());
    if (!url.empty()) urls.emplace_back(from.preference, std::move(url));
  }
  std::stable_sort(urls.begin(), urls.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  MirrorList mirrors;
  for (auto& [preference, url] : urls) mirrors.urls.push_back(std::move(url));
  if (mirrors.urls.empty()) throw Error("it lists no mirrors");

  add_best(parsed->hashes, mirrors.repomd_checksums);
  for (const GSList* item = parsed->alternates; item != nullptr; item = item->next) {
    add_best(static_cast<const LrMetalinkAlternate*>(item->data)->hashes, mirrors.repomd_checksums);
  }
  if (mirrors.repomd_checksums.empty()) throw Error("it states no SHA checksum of repomd.xml");
  return mirrors;
}

MirrorList parse_mirrorlist(const fs::path& path) {
  const Mirrorlist parsed{lr_mirrorlist_init()};
  const Fd fd = open_read(path);
  LibrepoError error;
  if (lr_mirrorlist_parse_file(parsed.get(), fd.get(), error.out()) == FALSE) throw Error(one_line(error.message()));
  MirrorList mirrors;
  for (const GSList* item = parsed->urls; item != nullptr; item = item->next) {
    mirrors.urls.push_back(text(static_cast<const char*>(item->data)));
  }
  if (mirrors.urls.empty()) throw Error("it lists no mirrors");
  return mirrors;
}

}  // namespace rootlet::repo
