#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/needs.hpp"
#include "ownership.hpp"
#include "rpm/erase.hpp"

namespace rootlet::rootfs {

/// Something that remains and lacks what left with a package.
struct Lack {
  Nevra had;      ///< the package that left
  int group = 0;  ///< of its kind: the most telling first
  std::string text;
  auto operator<=>(const Lack&) const = default;
};

/// Says what is wrong in a tree that packages have left. `gone` is what remove_files() returned.
class Inspection {
 public:
  Inspection(const FileTree& left, const Ownership& owned, const std::map<std::string, Nevra>& gone)
      : left_(left), owned_(owned), gone_(gone) {}

  /// All findings, sorted.
  [[nodiscard]] std::vector<Lack> findings(const std::vector<rpm::BrokenRequirement>& broken,
                                           const std::vector<analysis::FileNeed>& lost) const;

 private:
  [[nodiscard]] Lack of_need(int group, const std::string& text, const analysis::FileNeed& need) const;
  [[nodiscard]] Lack of_place(int group, const std::string& text, const std::string& missing) const;
  [[nodiscard]] std::string with_owner(const std::string& place) const;

  const FileTree& left_;
  const Ownership& owned_;
  const std::map<std::string, Nevra>& gone_;
};

/// Throws the findings as one Error, if there are any; of very many it tells some of each package.
void throw_findings(const std::vector<Lack>& findings);

}  // namespace rootlet::rootfs
