#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::repo {

/// One metadata file as repomd.xml describes it. Nothing in it is checked yet.
struct RepomdRecord {
  std::string type;      ///< "primary", "filelists", "primary_zck", …
  std::string location;  ///< below the repository's base, or a URL
  std::string checksum_type;
  std::string checksum;
  std::string open_checksum_type;  ///< of the content, uncompressed
  std::string open_checksum;
  std::uint64_t size = 0;       ///< bytes; 0: not stated
  std::uint64_t open_size = 0;  ///< uncompressed
};

struct Repomd {
  std::vector<RepomdRecord> records;
  std::int64_t revision = 0;  ///< seconds since 1970, as createrepo_c writes it; 0: it has none of that kind
  std::int64_t newest = 0;    ///< the newest time that one of its records states; 0: none does
  [[nodiscard]] const RepomdRecord* find(std::string_view type) const noexcept;
};

/// Whether a later repomd.xml of a repository is older than an earlier one was.
bool goes_back(const Repomd& before, const Repomd& now) noexcept;

/// Errors: "repomd.xml: …", when it is not well-formed or no repomd.xml, or when it has more elements or longer texts
/// than any has.
Repomd parse_repomd(const std::filesystem::path& path);

/// Where a repository's files can be had.
struct MirrorList {
  std::vector<std::string> urls;                ///< base URLs, best first
  std::vector<Checksum> repomd_checksums = {};  ///< repomd.xml has one of them; only a metalink states any
};

/// Reads a metalink (Fedora's MirrorManager writes metalink 3.0 with alternates). Errors: not well-formed, no mirrors,
/// no acceptable checksum.
MirrorList parse_metalink(const std::filesystem::path& path);

/// Reads a mirror list: one URL a line, '#' begins a comment. Error: no mirrors.
MirrorList parse_mirrorlist(const std::filesystem::path& path);

}  // namespace rootlet::repo
