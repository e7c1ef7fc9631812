#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rootlet/diff.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// Less than, equal to or greater than 0, as epoch, version and release of the first are to the second's.
using CompareVersions = std::function<int(const Nevra&, const Nevra&)>;

/// Compares two sets: what came, went and changed from one to the other, and why.
/// Packages are the same by name, and by architecture where there are several of a name; then by Obsoletes.
/// An added package came because of the last step, on the way from a root to it, that leaves what was there before;
/// a removed one went because of the last step, on the way that led to it, that leaves what is still there. Of several
/// ways one with the fewest requirements that what both sets have meets, too, counts, then one with the fewest that are
/// not of run time, then a shortest one.
PackageDiff diff(const PackageGraph& before, const PackageGraph& after, const CompareVersions& compare);

/// Takes the version off what a requirement asks for: "bash" of "bash >= 4", "libssl.so(64bit)" of
/// "libssl.so.3(OPENSSL_3.0.0)(64bit)".
std::string unversioned(const std::string& capability);

/// A way from a root to each package as diff() takes it; `there`: the packages that both sets have, by place.
struct Step {
  enum class From { root, package, nothing };
  From from = From::nothing;
  std::size_t root = 0;        ///< the root's place
  std::size_t dependency = 0;  ///< else the dependency's place; its `from` is the package before
};
std::vector<Step> ways(const PackageGraph& graph, const std::vector<bool>& there);
/// The same of one set alone.
std::vector<Step> ways(const PackageGraph& graph);

}  // namespace rootlet::analysis
