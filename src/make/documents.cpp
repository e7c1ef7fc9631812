#include "documents.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "attest/provenance.hpp"
#include "attest/statement.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "registry/reference.hpp"
#include "rootlet/error.hpp"
#include "rpm/version.hpp"
#include "sbom.hpp"

namespace rootlet::make {
namespace {

/// Referrer with all that Sigstore's clients look for in the manifest of a bundle (cosign, BUNDLE_SPEC.md).
image::Referrer bundle_of(const std::string& bundle, const std::string& predicate_type, const std::string& file_name) {
  return {attest::bundle_media_type,
          file_name,
          bundle,
          {{"dev.sigstore.bundle.content", "dsse-envelope"}, {"dev.sigstore.bundle.predicateType", predicate_type}}};
}

Sbom sbom_of(const DocumentFacts& of) {
  const std::vector<VerifiedFacts> verified = facts_of(of.verified);
  Sbom sbom = sbom_of({of.recipe.name, {}, of.system, of.source_date_epoch}, of.solution, verified);
  if (of.files) add_files(sbom, of.files->tree, verified, of.files->origins);
  return sbom;
}

/// Without ".json".
std::string file_stem(const std::string& name, sbom::SbomFormat format) {
  std::string stem = name + std::string(sbom::file_ending(format));
  stem.erase(stem.rfind('.'));
  return stem;
}

/// Types of predicates that are SBOMs (in-toto Attestation Framework, predicates spdx and cyclonedx).
std::string predicate_type(sbom::SbomFormat format) {
  switch (format) {
    case sbom::SbomFormat::spdx_2_3: return "https://spdx.dev/Document";
    case sbom::SbomFormat::spdx_3_0: return "https://spdx.dev/Document/v3";
    case sbom::SbomFormat::cyclonedx_1_6: break;
  }
  return "https://cyclonedx.org/bom";
}

/// Where a base lies on the machine is nobody's business.
std::string told_name(const std::string& base) { return registry::is_reference(base) ? base : std::string(); }

/// A tree, tar or image by what was taken of it; an image by its own digest, too.
attest::Material material_of(const OwnTree& own, const RecipeFile& entry) {
  const std::string& image = own.source->image_digest();
  attest::Material material{told_name(entry.tree->source), own.source->name(), {"rootletTree", entry.tree->digest}};
  material.annotations = {{"path", entry.path}};
  if (entry.tree->subpath != "/") material.annotations["subpath"] = entry.tree->subpath;
  if (!image.empty()) material.annotations["image"] = image;
  return material;
}

std::vector<attest::Material> materials_of(const std::vector<RepoState>& repos, const std::optional<BuiltOn>& base,
                                           const Sbom& sbom) {
  std::vector<attest::Material> materials;
  for (const RepoState& repo : repos) {
    if (repo.repomd_sha256.empty()) continue;
    // Where a directory lies on the machine is nobody's business.
    const bool told = !repo.address.empty() && !repo.address.starts_with("file:");
    const std::string uri = told ? repo.address + "/repodata/repomd.xml" : "";
    materials.push_back({uri, "repomd.xml of " + repo.id, {"sha256", repo.repomd_sha256}});
  }
  if (base)
    materials.push_back({told_name(base->name), "base", {"sha256", base->digest.substr(base->digest.find(':') + 1)}});
  for (const SbomPackage& package : sbom.packages) {
    if (package.repo == base_repo_id) continue;  // the base speaks for them
    attest::Material one{sbom::package_url(package, sbom.subject.system),
                         package.nevra.str(),
                         package.checksum,
                         {{"repository", package.repo}}};
    if (!package.signed_by.empty()) one.annotations["signedBy"] = package.signed_by;
    if (package.role == SbomRole::build_tool) one.annotations["role"] = "buildOnly";
    materials.push_back(std::move(one));
  }
  return materials;
}

attest::BuildFacts build_facts(const DocumentFacts& of, const Sbom& sbom) {
  const Selection& selection = of.recipe.selection;
  attest::BuildFacts facts;
  facts.parameters = {{"arch", selection.arch},
                      {"objective", std::string(objective_name(selection.goal.objective))},
                      {"scriptletDeps", std::string(scriptlet_deps_name(selection.goal.scriptlet_deps))}};
  const std::string digest = of.recipe.digest.substr(of.recipe.digest.find(':') + 1);
  facts.recipe.push_back({of.recipe.path.filename().string(), "recipe " + of.recipe.name, {"sha256", digest}});
  if (const auto& lock = of.options.lock) {
    facts.recipe.push_back({lock->filename().string(), "lock", {"sha256", digest_of_file(*lock)}});
  }
  facts.source_date_epoch = of.source_date_epoch;
  facts.materials = materials_of(of.repos, of.base, sbom);
  for (const OwnTree& own : of.own.trees) {
    facts.materials.push_back(material_of(own, of.recipe.files.at(own.entry)));
  }
  facts.versions = {{"rootlet", ROOTLET_VERSION}, {"librpm", rpm::librpm_version()}};
  return facts;
}

}  // namespace

std::optional<attest::Signer> signer_for(const BuildOptions& options) {
  if (!options.documents.any()) return std::nullopt;
  if (options.format != image::Format::oci && options.format != image::Format::oci_archive) {
    throw usage_error(
        "the format " + std::string(image::format_name(options.format)) + " has no place for documents about an image",
        "choose --format oci or oci-archive");
  }
  if (options.documents.sign_key.empty()) return std::nullopt;
  return attest::Signer(options.documents.sign_key);
}

image::Referrer signature_of(const attest::Signer& signer, const attest::StatedImage& subject) {
  const std::string statement = attest::statement(subject, attest::signature_type, nlohmann::ordered_json::object());
  return bundle_of(signer.sign(statement), attest::signature_type, subject.name + ".sigstore.json");
}

std::vector<WrittenDocument> documents_written(const Recipe& recipe, const image::WriteResult& image) {
  std::vector<WrittenDocument> documents;
  for (const std::string& name : recipe.sboms) {
    const sbom::SbomFormat format = *sbom::format_of(name);
    documents.push_back({std::string(sbom::media_type(format)), sbom_path(recipe, format), {}});
  }
  for (const image::WrittenReferrer& one : image.referrers) {
    documents.push_back({one.artifact_type, one.file_name, one.digest});
  }
  return documents;
}

std::function<std::vector<image::Referrer>(const image::WriteResult&)> documents_of(
    const DocumentFacts& facts, const std::optional<attest::Signer>& signer) {
  const Documents& wanted = facts.options.documents;
  if (!wanted.any()) return {};
  const Sbom without_digest = sbom_of(facts);
  return [wanted, signer, without_digest, built = build_facts(facts, without_digest),
          name = facts.recipe.name](const image::WriteResult& image) {
    const attest::StatedImage subject{name, image.digest};
    std::vector<image::Referrer> referrers;
    const auto state = [&](const std::string& type, const nlohmann::ordered_json& predicate, const std::string& file) {
      const std::string statement = attest::statement(subject, type, predicate);
      if (signer) {
        referrers.push_back(bundle_of(signer->sign(statement), type, file + ".sigstore.json"));
      } else {
        referrers.push_back({attest::statement_media_type, file + ".intoto.json", statement});
      }
    };
    if (signer) referrers.push_back(signature_of(*signer, subject));
    Sbom sbom = without_digest;
    sbom.subject.digest = image.digest;
    for (const sbom::SbomFormat format : wanted.sboms) {
      const std::string document = sbom::document(sbom, format);
      const std::string file = file_stem(name, format);
      referrers.push_back({std::string(sbom::media_type(format)), file + ".json", document});
      if (signer) state(predicate_type(format), parse_ordered_json(document), file);
    }
    if (wanted.provenance) state(attest::provenance_type, attest::provenance(built), name + ".provenance");
    return referrers;
  };
}

}  // namespace rootlet::make
