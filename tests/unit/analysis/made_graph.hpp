#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "rootlet/graph.hpp"

namespace rootlet::test {

/// A graph in a few lines: packages "a", "b", … of sizes 1, 10, 100, … bytes unless said otherwise.
class MadeGraph {
 public:
  MadeGraph() { made_.idle.emplace(); }
  MadeGraph& package(const std::string& name, std::uint64_t size);
  MadeGraph& version(const std::string& package, const std::string& version);
  /// `from` requires `capability`, which any of `providers` meets.
  MadeGraph& needs(const std::string& from, const std::vector<std::string>& providers,
                   EdgeKind kind = EdgeKind::runtime, const std::string& condition = "");
  /// The same with a capability of its own.
  MadeGraph& needs_as(const std::string& from, const std::string& capability,
                      const std::vector<std::string>& providers);
  /// `from` asks for `capability`, which no other package is there for.
  MadeGraph& idle(const std::string& from, const std::string& capability);
  MadeGraph& obsoletes(const std::string& package, const std::string& name);
  MadeGraph& root(const std::string& name);
  /// Calls a root otherwise than the package that it names.
  MadeGraph& rename_root(const std::string& name, const std::string& to);
  [[nodiscard]] PackageId id(const std::string& name) const;
  [[nodiscard]] std::vector<PackageId> ids(const std::vector<std::string>& names) const;
  [[nodiscard]] PackageGraph graph() const;

 private:
  PackageGraph made_;
  std::map<std::string, PackageId> ids_;  // the first of each name
};

/// The names of packages, joined with spaces.
std::string names(const PackageGraph& graph, const std::vector<PackageId>& packages);

/// A graph of `count` packages with about `edges` dependencies, of which every third has two providers where `choices`,
/// of all kinds, and one to three roots.
PackageGraph random_graph(std::mt19937& random, std::uint32_t count, std::uint32_t edges, bool choices);

}  // namespace rootlet::test
