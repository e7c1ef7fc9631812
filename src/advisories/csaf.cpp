#include <algorithm>
#include <map>
#include <set>

#include "parts.hpp"
#include "rootlet/error.hpp"

namespace rootlet::advisories {
namespace {

/// Products of a document: the package that each stands for, and what others are made of.
class Products {
 public:
  explicit Products(const json& tree) {
    add_branches(tree, 0);
    for (const json& one : elements(member(tree, "full_product_names"))) add_product(one);
    for (const json& one : elements(member(tree, "relationships"))) {
      const json& whole = member(one, "full_product_name");
      add_product(whole);
      parts_[text_at(whole, "product_id")] = text_at(one, "product_reference");
    }
  }

  /// The package URL of a product, or of what it is made of; empty: it has none.
  [[nodiscard]] std::string url_of(std::string product) const {
    for (int step = 0; step < 8; ++step) {  // a relationship may be of another one
      if (const auto url = urls_.find(product); url != urls_.end()) return url->second;
      const auto part = parts_.find(product);
      if (part == parts_.end()) break;
      product = part->second;
    }
    return {};
  }

 private:
  void add_branches(const json& node, int depth) {
    constexpr int deepest = 32;
    if (depth > deepest) return;
    add_product(member(node, "product"));
    for (const json& one : elements(member(node, "branches"))) add_branches(one, depth + 1);
  }

  void add_product(const json& product) {
    std::string url = text_at(member(product, "product_identification_helper"), "purl");
    if (!url.empty()) urls_[text_at(product, "product_id")] = std::move(url);
  }

  std::map<std::string, std::string> urls_, parts_;
};

/// Counts of what cannot be held against packages.
struct UnusableCsaf {
  std::size_t products = 0, unfixed = 0;
};

/// The packages of products that are fixed, by the module that they are of.
std::vector<AdvisoryCollection> collections_of(const json& document, UnusableCsaf& unusable) {
  const Products products(member(document, "product_tree"));
  std::map<std::optional<ModuleStream>, std::set<FixedPackage>> packages;
  for (const json& fault : elements(member(document, "vulnerabilities"))) {
    const json& status = member(fault, "product_status");
    unusable.unfixed += elements(member(status, "known_affected")).size();
    for (const char* list : {"fixed", "first_fixed"}) {
      for (const json& one : elements(member(status, list))) {
        const auto url = read_package_url(products.url_of(text_of(one)));
        if (!url) {
          ++unusable.products;
        } else if (url->package.nevra.arch != "src" && url->package.nevra.arch != "nosrc") {
          packages[url->module].insert(url->package);
        }
      }
    }
  }
  std::vector<AdvisoryCollection> collections;
  for (const auto& [module, list] : packages) {
    AdvisoryCollection& collection = collections.emplace_back();
    if (module) collection.modules.push_back(*module);
    collection.packages.assign(list.begin(), list.end());
  }
  return collections;
}

/// The publisher's for the whole, else the worst impact of a vulnerability.
AdvisorySeverity csaf_severity(const json& document) {
  AdvisorySeverity severity = rated(text_at(member(member(document, "document"), "aggregate_severity"), "text"));
  if (severity != AdvisorySeverity::unknown) return severity;
  for (const json& fault : elements(member(document, "vulnerabilities"))) {
    for (const json& threat : elements(member(fault, "threats"))) {
      if (text_at(threat, "category") == "impact") severity = std::max(severity, rated(text_at(threat, "details")));
    }
  }
  return severity;
}

Advisory csaf_advisory(const json& document, UnusableCsaf& unusable) {
  const json& about = member(document, "document");
  const json& tracking = member(about, "tracking");
  Advisory advisory;
  advisory.id = text_at(tracking, "id");
  if (advisory.id.empty()) throw Error("it is no CSAF document: document.tracking.id is missing");
  if (text_at(about, "csaf_version").empty()) throw Error("it is no CSAF document: document.csaf_version is missing");
  advisory.type = AdvisoryType::security;
  advisory.severity = csaf_severity(document);
  advisory.title = text_at(about, "title");
  advisory.date = day_of(text_at(tracking, "current_release_date"));
  advisory.status = text_at(tracking, "status");
  std::string named = advisory.id;
  for (const json& fault : elements(member(document, "vulnerabilities"))) named += " " + text_at(fault, "cve");
  advisory.cves = cves_in(named);
  for (const json& one : elements(member(about, "references"))) {
    advisory.references.push_back({text_at(one, "category"), "", text_at(one, "summary"), text_at(one, "url")});
  }
  advisory.collections = collections_of(document, unusable);
  return advisory;
}

}  // namespace

ReadDocuments read_csaf(std::string_view text) {
  ReadDocuments documents;
  UnusableCsaf unusable;
  for (const json& document : objects_in(text)) {
    if (!document.is_object()) throw Error("it is no CSAF document");
    documents.list.push_back(csaf_advisory(document, unusable));
  }
  note(documents, unusable.products, "fixed product", "without a package URL of an RPM");
  note(documents, unusable.unfixed, "affected product", "without a fixed version");
  return documents;
}

}  // namespace rootlet::advisories
