#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/files.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/package.hpp"

namespace rootlet {

/// System that a root is, by its os-release(5). Empty: it does not say.
struct OsRelease {
  std::string id;          ///< ID: "fedora"
  std::string version_id;  ///< VERSION_ID: "41"
  std::string name;        ///< NAME: "Fedora Linux"
  std::string cpe;         ///< CPE_NAME: "cpe:/o:fedoraproject:fedora:41"
  bool operator==(const OsRelease&) const = default;
};

/// Ids by which Trivy knows packages of an image. An SBOM that lies in the image has them, or Trivy would list those
/// twice that another record has, too.
enum class TrivyIds {
  none,
  of_database,  ///< "gmp@6.1.2-8.el8.x86_64"
  of_manifest   ///< "gmp@1:6.1.2-8.el8"
};

/// Thing that an SBOM (software bill of materials) is of.
struct SbomSubject {
  std::string name;          ///< the image's
  std::string digest;        ///< of the image's manifest: "sha256:…"; empty: not known
  OsRelease system;          ///< empty: not known
  std::int64_t created = 0;  ///< time that the SBOM has, in seconds since 1970: never the clock's
  bool is_image = true;      ///< it is an image or a root; else what would be one: a recipe, a lock
  TrivyIds ids = TrivyIds::none;
};

/// Part of a package in the subject.
enum class SbomRole {
  part,       ///< it is in the image
  build_tool  ///< it took part in the build only
};

/// Facts of a package. Empty texts: not known.
struct SbomPackage {
  Nevra nevra;
  SbomRole role = SbomRole::part;
  std::string license;           ///< as its header or its repository has it
  std::string vendor;            ///< who supplies it
  std::string source_rpm;        ///< file name of the package that it was built from
  std::string url;               ///< home page
  std::string modularity_label;  ///< "perl:5.24:…"
  std::string repo;              ///< id of its repository
  std::string signed_by;         ///< key id in lower-case hexadecimal
  Checksum checksum;             ///< of its file
  bool in_base = false;          ///< the image that the subject is built on has it
};

/// A package, or what is asked for, depends on a package.
struct SbomEdge {
  PackageId from = {};
  PackageId to = {};
  auto operator<=>(const SbomEdge&) const = default;
};

/// A regular file of the subject.
struct SbomFile {
  std::string path;               ///< from the root, bytes
  std::string sha256;             ///< of its content; empty: it was not read
  std::vector<PackageId> owners;  ///< packages that own it; sorted; empty: none does
  std::string origin = {};        ///< of a file that no package owns: what made it; empty: not known
};

/// A software bill of materials, before it has a format.
struct Sbom {
  SbomSubject subject;
  std::vector<SbomPackage> packages;  ///< as the graph's, by place
  std::vector<PackageId> asked_for;   ///< packages that are there for their own sake; sorted
  std::vector<SbomEdge> edges;        ///< requirements and weak dependencies that are met; sorted
  bool dependencies_known = true;     ///< false: nothing tells what requires what
  std::vector<SbomFile> files = {};   ///< sorted by path; none unless asked for
};

}  // namespace rootlet

namespace rootlet::sbom {

enum class SbomFormat { spdx_2_3, spdx_3_0, cyclonedx_1_6 };
inline constexpr std::array<std::string_view, 3> format_names{"spdx-2.3", "spdx-3.0", "cyclonedx-1.6"};
/// "spdx-2.3", "spdx-3.0", "cyclonedx-1.6".
std::string_view format_name(SbomFormat format) noexcept;
std::optional<SbomFormat> format_of(std::string_view name) noexcept;
/// How names of files with a document end: ".spdx.json", ".spdx3.json", ".cdx.json", by which scanners find the first
/// and the last.
std::string_view file_ending(SbomFormat format) noexcept;
/// Media type of a document, as IANA has it registered: "application/spdx+json", "application/vnd.cyclonedx+json".
std::string_view media_type(SbomFormat format) noexcept;

/// Where images have SBOMs of themselves: apko's place.
inline constexpr std::string_view directory_in_image = "/var/lib/db/sbom";

/// A document larger than this is an error (bytes).
inline constexpr std::size_t largest_document = 256'000'000;

/// RPM packages that a document tells of.
struct SbomReading {
  Sbom sbom;                    ///< packages sorted by NEVRA; without files; dependencies are known if it has any
  std::size_t passed_over = 0;  ///< components that are no RPM packages, beside files, the subject and its system
};

/// Whether a text, cut off anywhere, begins a document that read() takes: by the names of its first fields.
bool is_document(std::string_view begin);

/// Reads a document in SPDX 2.3 or 3.0 (JSON) or CycloneDX 1.x (JSON), whoever wrote it: its packages with package URLs
/// of the type rpm. Errors, by line or field: it is none of these, or larger or nested deeper than any is.
SbomReading read(std::string_view text);

/// Reads the text of an os-release file; lines that are none are passed over.
OsRelease os_release(std::string_view text);

/// The package URL (purl) of an RPM package, as Trivy writes it. A system that is not known, or that Trivy does not
/// know, gives one by its ID, or one without a namespace.
std::string package_url(const SbomPackage& package, const OsRelease& system);

/// The same with all that is known: source package, repository and checksum. Equal to package_url() where nothing of
/// that is.
std::string full_package_url(const SbomPackage& package, const OsRelease& system);

/// The SPDX licence expression that a licence is as it is written; nothing: it is none, as "GPLv2+" or "MIT and BSD".
std::optional<std::string> spdx_expression(std::string_view license);

/// Asked-for packages and edges of a graph of the same packages. What stays does not depend on what is gone: such a
/// requirement was a scriptlet's.
void add_edges(Sbom& sbom, const PackageGraph& graph);

/// The regular files of a tree, hard links at their first path only. `owners`: by place in the tree, the packages that
/// own each. `origins`: by path, what made a file that no package owns.
void add_files(Sbom& sbom, const FileTree& tree, const std::vector<std::vector<PackageId>>& owners,
               const std::map<std::string, std::string>& origins);

/// The document in a format: JSON with a line feed at the end. The same SBOM gives the same bytes.
std::string document(const Sbom& sbom, SbomFormat format);

}  // namespace rootlet::sbom
