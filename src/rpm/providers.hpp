#pragma once

// librpm's header relies on it.
#include <cstddef>

#include <rpm/rpmstrpool.h>

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "dependencies.hpp"
#include "rootlet/model/graph.hpp"
#include "session.hpp"

namespace rootlet::rpm {

/// What the packages of a set provide, in memory: librpm compares, but looks nothing up in its database.
class Providers {
 public:
  /// `headers` must live as long as this.
  explicit Providers(const std::vector<HeaderHandle>& headers);

  /// One requirement of a set of packages and those that meet it. `condition` as in Dependency.
  struct Part {
    std::string condition;
    std::vector<PackageId> providers;
  };
  /// What a requirement comes to in this set: a rich one may need several things at once, or nothing.
  [[nodiscard]] std::vector<Part> parts(rpmds requirement) const;
  [[nodiscard]] bool met(rpmds requirement) const;

  /// The dependencies of a package that a tag of its header lists, in a form that parts() can read.
  [[nodiscard]] Dependencies listed(PackageId package, rpmTagVal name_tag) const;

 private:
  using Strings = Handle<std::remove_pointer_t<rpmstrPool>, rpmstrPoolFree>;
  struct Provide {
    PackageId by;
    int place;
  };
  /// The path with the links of a merged /usr followed.
  [[nodiscard]] std::string merged(std::string path) const;
  void index_provides();
  void note_wanted_paths();
  void find_merged_directories();
  void index_paths();
  void collect(rpmds requirement, const std::string& condition, std::vector<Part>& into) const;
  [[nodiscard]] std::vector<PackageId> alone(rpmds requirement) const;
  [[nodiscard]] std::vector<PackageId> plain(rpmds requirement) const;

  const std::vector<HeaderHandle>& headers_;
  Strings strings_;
  std::vector<Dependencies> provides_;  // by package
  std::unordered_map<std::string, std::vector<Provide>> by_name_;
  std::map<std::string, std::string> links_;                                     // "/bin" to "/usr/bin"
  std::map<std::string, std::map<std::string, std::vector<PackageId>>> wanted_;  // directory, name: owners
};

}  // namespace rootlet::rpm
