#include "documents.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "attest/provenance.hpp"
#include "attest/statement.hpp"
#include "base/digest.hpp"
#include "rootlet/error.hpp"
#include "rpm/version.hpp"

namespace rootlet::make {
namespace {

/// What Sigstore's clients look for in the manifest of a bundle (cosign, BUNDLE_SPEC.md).
image::Referrer bundle_of(const std::string& bundle, const std::string& predicate_type, const std::string& file_name) {
  return {attest::bundle_media_type,
          file_name,
          bundle,
          {{"dev.sigstore.bundle.content", "dsse-envelope"}, {"dev.sigstore.bundle.predicateType", predicate_type}}};
}

std::vector<attest::Material> materials_of(const std::vector<RepoState>& repos, const Solution& solution,
                                           const Verified& verified) {
  std::vector<attest::Material> materials;
  for (const RepoState& repo : repos) {
    if (repo.repomd_sha256.empty()) continue;
    const std::string uri = repo.address.empty() ? "" : repo.address + "/repodata/repomd.xml";
    materials.push_back({uri, "repomd.xml of " + repo.id, {"sha256", repo.repomd_sha256}});
  }
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const ChosenPackage& chosen = solution.packages.at(i);
    attest::Material one{
        "", chosen.package.nevra.str(), chosen.package.checksum, {{"repository", chosen.package.repo}}};
    if (const std::string& key = verified[i].signed_by(); !key.empty()) one.annotations["signedBy"] = key;
    if (chosen.build_only) one.annotations["role"] = "buildOnly";
    materials.push_back(std::move(one));
  }
  return materials;
}

attest::BuildFacts build_facts(const DocumentFacts& of) {
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
  facts.materials = materials_of(of.repos, of.solution, of.verified);
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

std::function<std::vector<image::Referrer>(const image::WriteResult&)> documents_of(
    const DocumentFacts& facts, const std::optional<attest::Signer>& signer) {
  const Documents& wanted = facts.options.documents;
  if (!wanted.any()) return {};
  return [wanted, signer, built = build_facts(facts), name = facts.recipe.name](const image::WriteResult& image) {
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
    if (signer) state(attest::signature_type, nlohmann::ordered_json::object(), name);
    if (wanted.provenance) state(attest::provenance_type, attest::provenance(built), name + ".provenance");
    return referrers;
  };
}

}  // namespace rootlet::make
