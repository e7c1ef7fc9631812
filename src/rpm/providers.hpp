#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "dependencies.hpp"
#include "record.hpp"
#include "rich.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::rpm {

/// Capabilities that the packages of a set provide, in memory: librpm compares, but looks nothing up in its database.
class Providers {
 public:
  /// `records` must live as long as this. `links`: of the root's merged /usr, where more is known of it than its
  /// packages say, as in rpm::read_database.
  explicit Providers(const std::vector<Record>& records, const std::map<std::string, std::string>& links = {});

  /// One requirement of a set of packages and those that meet it.
  struct Part {
    Condition condition;
    std::vector<PackageId> providers;
  };
  /// Parts of a requirement in this set: a rich one may need several things at once, or nothing.
  [[nodiscard]] std::vector<Part> parts(rpmds requirement) const;
  [[nodiscard]] bool met(rpmds requirement) const;

 private:
  struct Provide {
    PackageId by;
    int place;
  };
  /// The path with the links of a merged /usr followed.
  [[nodiscard]] std::string merged(std::string path) const;
  void note_wanted_paths();
  void index_paths();
  [[nodiscard]] bool met_by_one(const RequirementTree<Leaf>& requirement) const;
  [[nodiscard]] std::vector<PackageId> alone(const RequirementTree<Leaf>& requirement) const;
  [[nodiscard]] std::vector<PackageId> plain(rpmds requirement) const;

  const std::vector<Record>& records_;
  std::unordered_map<std::string, std::vector<Provide>> by_name_;
  std::map<std::string, std::string> links_;                                                  // "/bin" to "/usr/bin"
  std::map<std::string, std::map<std::string, std::vector<PackageId>, std::less<>>> wanted_;  // directory, name: owners
};

}  // namespace rootlet::rpm
