#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rootlet::verbs {

/// Files by the digests that they have: "sha256:…".
using BlobFiles = std::map<std::string, std::filesystem::path>;

/// Reads the blobs of OCI layouts that many images are built on, each once, in processes: whoever takes such a file as
/// it is need not read it again. A layout that cannot be read has none, and a blob that has another digest than its
/// name says is left out; both are told where an image needs them.
std::map<std::filesystem::path, BlobFiles> read_base_blobs(const std::vector<std::filesystem::path>& layouts,
                                                           std::size_t at_once);

}  // namespace rootlet::verbs
