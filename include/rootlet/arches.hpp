#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/drift.hpp"
#include "rootlet/package.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

// One recipe for several architectures. `recipes`: as recipe::load_each() gives them.

/// The architectures that have no solution, by name, and why each has none.
using UnsolvableArches = std::vector<std::pair<std::string, Unsolvable>>;

/// The answers for all architectures.
struct ResolvedArches {
  std::vector<Resolved> answers;  ///< a solution each, in the order of the recipes
  std::vector<Drift> drift;
};

/// Solves for each architecture. Warnings and errors name it. Errors: as resolve().
std::variant<ResolvedArches, UnsolvableArches> resolve_each(const std::vector<Recipe>& recipes,
                                                            const Environment& environment, Progress& progress);

/// Warns of drift, or where the recipe forbids it, throws (ErrorKind::no_solution).
void judge_drift(const std::vector<Drift>& drift, ArchDrift fate, Progress& progress);

/// An index of images, and the images.
struct IndexResult {
  std::filesystem::path out;
  image::Format format = image::Format::oci;
  std::string digest;               ///< of the index
  std::vector<std::string> arches;  ///< RPM's names; sorted
  std::vector<BuildResult> images;  ///< in the order of `arches`
  std::vector<Drift> drift;
  std::vector<WrittenDocument> documents;  ///< about the index itself
  std::string key;                         ///< as BuildResult::key
};

/// Builds the image of each architecture and one layout with an index of them. All are solved, their packages verified
/// and what would keep one from being installed looked for before the first is installed. Formats: OCI's alone.
/// Otherwise as build().
std::variant<IndexResult, UnsolvableArches, Unchanged> build_index(const std::vector<Recipe>& recipes,
                                                                   const BuildOptions& options,
                                                                   const Environment& environment, Progress& progress);

/// As the one of a single build.
void remember(const IndexResult& result, const Environment& environment, const Unchanged& said, Progress& progress);

}  // namespace rootlet::make
