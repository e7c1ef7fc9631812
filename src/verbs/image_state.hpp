#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/record.hpp"
#include "rootlet/workspace.hpp"

namespace rootlet::verbs {

/// Record of the last build of an image of a workspace. Digests are hexadecimal SHA-256.
struct ImageState {
  std::string key;  ///< name of all that decided it; empty: to be judged anew
  std::string program;
  std::string recipe;                          ///< its digest
  std::map<std::string, std::string> keys;     ///< digests of what it says, by key
  std::string base;                            ///< digest of the base's manifest; empty: there is none
  std::string packages;                        ///< digest over all packages and their checksums
  std::string digest;                          ///< of the manifest, or of the index: "sha256:…"
  std::string index;                           ///< the output's index.json
  std::map<std::string, std::uint64_t> files;  ///< sizes of the output's files, by path in it
  std::string pushed;                          ///< "docker://HOST/PATH:TAG" with its digest; empty: it was not
  std::vector<HistoryRecord> records;          ///< by architecture
};

/// Where states are: beside the images, so that all who see these see them.
std::filesystem::path state_file(const Workspace& workspace, const std::string& image);

/// How much of a state is read: records are most of it.
enum class StatePart { all, without_records };

/// Nothing where there is none, or none that can be read: then the image is built.
std::optional<ImageState> read_state(const std::filesystem::path& file, StatePart part = StatePart::all);
std::optional<ImageState> state_of(const std::string& text, StatePart part = StatePart::all);
std::string state_text(const ImageState& state);
void write_state(const std::filesystem::path& file, const ImageState& state);

/// Notes an output's files.
void note_output(ImageState& state, const std::filesystem::path& out);
/// Whether an output has the files that were noted, by their sizes, and index.json as it was, which leads to all
/// others.
bool is_as_noted(const ImageState& state, const std::filesystem::path& out);

}  // namespace rootlet::verbs
