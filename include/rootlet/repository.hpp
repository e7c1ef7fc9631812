#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet {

/// One metadata file in the cache.
struct MetadataFile {
  std::filesystem::path path;
  Checksum checksum;            ///< of the (compressed) file, as repomd.xml states it
  std::uint64_t open_size = 0;  ///< bytes, uncompressed, as repomd.xml states them; 0: it does not
  std::string location = {};    ///< path below the repository's address
};

/// A repository whose metadata is at hand and verified along the chain repomd.xml → primary.
struct RepoMetadata {
  RepoSpec spec;
  std::string repomd_sha256;          ///< identifies the state of the repository
  std::string mirror = {};            ///< address that repomd.xml came from; empty: from the cache
  std::vector<std::string> weakness;  ///< weaknesses of repomd.xml's signature that the recipe lets pass
  MetadataFile primary;
  std::optional<MetadataFile> modules;    ///< modules.yaml, where the repository has one
  std::optional<MetadataFile> comps;      ///< groups; present when it was asked for and the repository has it
  std::optional<MetadataFile> filelists;  ///< present when it was asked for and the repository has it
};

}  // namespace rootlet
