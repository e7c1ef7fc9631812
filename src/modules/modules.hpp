#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/repository.hpp"

namespace rootlet::modules {

/// A dependency on another module, met by any one of its streams named here; "-x" excludes the stream x, and where no
/// stream is named (but for exclusions) any one will do.
struct StreamRequirement {
  std::string module;
  std::vector<std::string> streams;
  bool operator==(const StreamRequirement&) const = default;
};

/// One build of a module stream: a stream in one version and context.
struct Build {
  std::string module;
  std::string stream;
  std::uint64_t version = 0;
  std::string context;
  std::string arch;    ///< empty: any
  std::string family;  ///< context as DNF takes it when it resolves: builds of a stream with equal ones succeed
                       ///< one another, those with different ones are alternatives
  std::vector<StreamRequirement> requirements;
  std::vector<std::string> artifacts;                        ///< binary packages: "name-epoch:version-release.arch"
  std::vector<std::string> demodularized;                    ///< names of packages that left the module
  std::map<std::string, std::vector<std::string>> profiles;  ///< names of packages

  /// "nodejs:20".
  [[nodiscard]] std::string name_stream() const { return module + ":" + stream; }
  bool operator==(const Build&) const = default;
};

/// Defaults of a module: all that repositories say of it beside its streams.
struct Defaults {
  std::string stream;                                        ///< empty: the module has no default stream
  std::map<std::string, std::vector<std::string>> profiles;  ///< default profiles, by stream
  bool operator==(const Defaults&) const = default;
};

/// One document of a modules.yaml that libmodulemd does not accept: nothing of it counts, as in DNF.
struct PassedOver {
  std::size_t file = 0;  ///< which of those given to load()
  std::string name;      ///< "nodejs:20"; empty where it does not say so much
  std::string cause;     ///< libmodulemd's
  bool operator==(const PassedOver&) const = default;
};

/// All that the modules.yaml documents of some repositories say, as far as it decides about packages.
struct Facts {
  std::vector<Build> builds;  ///< in the order in which DNF looks at them
  std::map<std::string, Defaults> defaults;
  std::vector<PassedOver> passed_over = {};
  bool operator==(const Facts&) const = default;
};

/// Reads documents and merges them in this order as DNF does. What was read is kept in `cache_dir`/modules under the
/// checksums of the documents, so that the next time needs no YAML.
/// A document of a file may be malformed: the others count.
/// Error: "cannot read the modules of '…': …", for a file that is no YAML, or that libmodulemd does not survive.
Facts load(const std::vector<MetadataFile>& documents, const std::filesystem::path& cache_dir);

/// How a cache file holds facts, and back. parse_cached() knows a damaged text and gives nothing for it.
std::string cached_text(const Facts& facts);
std::optional<Facts> parse_cached(const std::string& text);

/// Parts of a module spec such as "nodejs:20/minimal". Empty: not said.
struct Spec {
  std::string module, stream, version, context, arch, profile;
};

/// A spec and the builds it means, as indices into Facts::builds; none: there is no such module or stream.
struct Match {
  Spec spec;
  std::vector<std::size_t> builds;
};

/// Reads "name[:stream[:version[:context]]][::arch][/profile]", globs allowed, in the order of DNF (dnf(8), "Specifying
/// modules"); the first reading that matches anything is taken.
Match find(const Facts& facts, const std::string& text);

/// The first reading of a spec, or nothing where it cannot name a module: "Minimal Install".
std::optional<Spec> read_spec(const std::string& text);

}  // namespace rootlet::modules
