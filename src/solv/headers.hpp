#pragma once

#include <map>
#include <vector>

#include "pool.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// The headers that have been read so far.
class Headers {
 public:
  Headers() = default;
  explicit Headers(HeaderLoader load) : load_(std::move(load)) {}

  /// Whether headers can be had, as far as known.
  [[nodiscard]] bool on() const noexcept { return load_ != nullptr; }
  /// What a package's header tells; nullptr: it is not known.
  [[nodiscard]] const HeaderFacts* find(Id package) const {
    const auto found = facts_.find(package);
    return found == facts_.end() ? nullptr : &found->second;
  }
  /// Reads those of some packages, given with their ids. Where they cannot be had, all are forgotten: part by headers,
  /// part by metadata, sizes could not be compared.
  void read(const std::vector<Id>& ids, const std::vector<Package>& packages) {
    const auto facts = load_(packages);
    if (!facts) {
      load_ = nullptr;
      facts_.clear();
      return;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) facts_[ids[i]] = facts->at(i);
  }

 private:
  HeaderLoader load_;
  std::map<Id, HeaderFacts> facts_;
};

}  // namespace rootlet::solv
