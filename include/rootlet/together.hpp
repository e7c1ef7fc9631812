#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

// Several recipes in one call, whose images go into one OCI layout.

/// One of the recipes.
struct TogetherRecipe {
  std::filesystem::path path;   ///< as it was given
  std::vector<Recipe> recipes;  ///< one, or that for each of its architectures
  bool several_arches = false;  ///< the image is an index
  BuildOptions options;         ///< its own lock and releases; the output is that of all
};

/// One of the images.
struct TogetherImage {
  /// Of one architecture.
  struct Part {
    std::string arch;
    std::size_t packages = 0;          ///< in the image, those of the base too
    std::size_t in_base = 0;           ///< of them
    std::uint64_t installed_size = 0;  ///< of those that are not the base's, in bytes
    bool reused = false;               ///< an earlier build had made its layers
  };
  std::string name;    ///< the recipe's, and the image's in the layout
  std::string digest;  ///< of the manifest, or of the index
  std::vector<Part> parts;
  std::uint64_t size = 0;  ///< of all its blobs, in bytes
};

struct TogetherResult {
  std::filesystem::path out;
  image::Format format = image::Format::oci;
  std::vector<TogetherImage> images;  ///< in the order of the recipes
  std::size_t blobs = 0;              ///< in the layout
  std::uint64_t size = 0;             ///< of them, in bytes; each is there once
  std::string key;                    ///< as BuildResult::key

  /// Bytes that the images would take apart from each other.
  [[nodiscard]] std::uint64_t size_apart() const noexcept;
};

/// Images that have no solution, by name (and architecture, where they are for several), and why each has none.
struct UnsolvableImages {
  std::vector<std::pair<std::string, Unsolvable>> images;
};

/// Builds the images in processes of their own, at most `at_once` at a time. The layout appears when all are made, or
/// not at all. Formats: OCI's alone. `options`: what all have in common. Errors: two of one name (ErrorKind::usage); as
/// build(), of the first that failed; the others are warned of.
std::variant<TogetherResult, UnsolvableImages, Unchanged> build_together(const std::vector<TogetherRecipe>& members,
                                                                         const BuildOptions& options,
                                                                         std::size_t at_once,
                                                                         const Environment& environment,
                                                                         Progress& progress);

/// As the one of a single build.
void remember(const TogetherResult& result, const Environment& environment, const Unchanged& said, Progress& progress);

}  // namespace rootlet::make
