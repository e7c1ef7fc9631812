#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "registry/reference.hpp"
#include "registry/settings.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::registry {

/// Longest tag of an image that a state can stand beside, in characters (distribution-spec 1.1: 128 for its own tag).
inline constexpr std::size_t longest_tag_with_state = 120;

/// A text that is kept beside an image, under the tag "TAG.rootlet". The tag is of an index that names the image, the
/// documents about it and an artifact with the text: a registry takes an index once all that it names is there, and
/// keeps that as long as the tag is there.
struct KeptState {
  std::string digest;  ///< of the text: "sha256:…"
  std::string text;    ///< empty: it is the one that is known
};

/// Reads texts beside images of a registry, over one connection.
class StateReader {
 public:
  explicit StateReader(const Settings& settings);
  ~StateReader();

  /// The text beside the image with that tag. `known`: digest of a text that need not be brought; may be empty.
  /// Nothing: there is none, or something else has its tag. Errors: as Client.
  std::optional<KeptState> find(const ImageReference& image, const std::string& known);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Puts a text beside an image that was pushed: what index.json names must be there. Errors: as Client.
void put_state(const ImageReference& image, const std::string& index_json, const std::string& text,
               const Settings& settings);

/// Brings the OCI layout with that index.json into an empty directory. Each manifest and blob has the digest that led
/// to it. Errors: as Client; indexes nested deeper than four times; more than 10,000 manifests.
void bring_layout(const ImageReference& image, const std::string& index_json, const std::filesystem::path& directory,
                  const Settings& settings, Progress& progress);

}  // namespace rootlet::registry
