#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "attest/signer.hpp"
#include "attest/statement.hpp"
#include "image/write.hpp"
#include "origins.hpp"
#include "root.hpp"
#include "rootlet/build.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::make {

/// State that a repository's metadata had for a build.
struct RepoState {
  std::string id;
  std::string address;        ///< without secrets; empty: a list of mirrors alone
  std::string repomd_sha256;  ///< empty: not known
};

/// Signer of a build's documents; none: they are not to be signed. Meant to be called before any work.
/// Errors: a format that has no place for documents (ErrorKind::usage); there is nothing to sign with.
std::optional<attest::Signer> signer_for(const BuildOptions& options);

/// Document that says no more than that the signer stands for an image or an index.
image::Referrer signature_of(const attest::Signer& signer, const attest::StatedImage& subject);

/// Facts of a build that its documents state.
struct DocumentFacts {
  const Recipe& recipe;
  const BuildOptions& options;
  const std::vector<RepoState>& repos;
  const std::optional<BuiltOn>& base;
  const Solution& solution;
  const Verified& verified;
  OsRelease system;  ///< of the finished root
  std::int64_t source_date_epoch = 0;
  const std::optional<BuiltFiles>& files;  ///< of the finished root, that SBOMs are to list
  const OwnFiles& own;                     ///< what `files` of the recipe brought
};

/// Documents that are in an image itself, then those that go along with it.
std::vector<WrittenDocument> documents_written(const Recipe& recipe, const image::WriteResult& image);

/// Makes the documents about an image, once it is written; empty: none are wanted.
std::function<std::vector<image::Referrer>(const image::WriteResult&)> documents_of(
    const DocumentFacts& facts, const std::optional<attest::Signer>& signer);

}  // namespace rootlet::make
