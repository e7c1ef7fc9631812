#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "parts.hpp"
#include "rootlet/vex.hpp"

namespace rootlet::sbom {
namespace {

using VexJson = nlohmann::ordered_json;

std::string_view name_of(VexJustification justification) {
  return justification == VexJustification::component_not_present ? "component_not_present"
                                                                  : "vulnerable_code_not_present";
}

/// The image's package URL (package-url specification, type oci).
std::string product_of(const SbomSubject& subject) {
  std::string url = "pkg:oci/" + escaped_for_purl(subject.name);
  if (!subject.digest.empty()) url += "@" + escaped_for_purl(subject.digest);
  return url;
}

/// "%post of httpd-0:2.4-1.x86_64"; "httpd-0:2.4-1.x86_64" of a requirement at run time.
std::string need_text(const VexNeed& need) {
  const std::string package = need.package.str();
  return need.kind == EdgeKind::runtime ? package : fmt::format("{} of {}", edge_kind_name(need.kind), package);
}

std::string evidence_of(const VexStatement& statement) {
  const std::string package = statement.package.nevra.str();
  if (statement.justification == VexJustification::vulnerable_code_not_present) {
    return fmt::format(
        "{} is installed without any of its {} bytes of files: documentation and languages are left out.", package,
        statement.left_out);
  }
  std::vector<std::string> needs;
  for (const VexNeed& need : statement.needed_by) needs.push_back(need_text(need));
  return fmt::format("{} took part in the build only, and left before the image was written{}.", package,
                     needs.empty() ? "" : "; it was needed by " + join(needs, ", "));
}

VexJson statement_json(const VexStatement& statement, const Vex& vex) {
  const VexJson component{{"@id", package_url(statement.package, vex.subject.system)}};
  return {{"vulnerability", {{"name", statement.vulnerability}}},
          {"products",
           VexJson::array({{{"@id", product_of(vex.subject)}, {"subcomponents", VexJson::array({component})}}})},
          {"status", "not_affected"},
          {"justification", name_of(statement.justification)},
          {"impact_statement", evidence_of(statement)},
          {"status_notes", fmt::format("{}: fixed in {}", statement.advisory, statement.fixed.str())}};
}

}  // namespace

std::string openvex(const Vex& vex) {
  VexJson statements = VexJson::array();
  for (const VexStatement& statement : vex.statements) statements.push_back(statement_json(statement, vex));
  VexJson document{{"@context", "https://openvex.dev/ns/v0.2.0"},
                   {"@id", ""},
                   {"author", vex.author},
                   {"timestamp", time_text(vex.subject.created)},
                   {"version", 1},
                   {"tooling", "rootlet/" ROOTLET_VERSION},
                   {"statements", statements}};
  document["@id"] = uuid_of(dump_json(document));
  return dump_json(document, 2) + "\n";
}

}  // namespace rootlet::sbom
