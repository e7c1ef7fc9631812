#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "analysis/fleet.hpp"

namespace rootlet::analysis {
namespace {

/// A set of packages that several images have, by their places among these.
using PackageBits = std::vector<std::uint64_t>;

/// Images that have the same of these packages, with the same needs: what one can be built on, all can.
struct AlikeImages {
  PackageBits has;
  std::vector<std::uint32_t> needs;   ///< by package; only of those that it has
  std::vector<std::uint32_t> images;  ///< sorted
};

/// Packages and images to choose from.
struct BaseChoice {
  std::vector<std::uint32_t> packages;  ///< places in Fleet::packages of those that several images have; sorted
  std::vector<std::uint64_t> sizes;     ///< of these
  std::vector<FleetNeeds> needs;  ///< as Fleet::needs, over these; of those that have a need no base could meet, one
                                  ///< that nothing meets
  std::vector<AlikeImages> alike;
};

bool has(const PackageBits& bits, std::size_t place) { return (bits[place / 64] >> (place % 64) & 1U) != 0; }

template <class Visit>
void each_of(const PackageBits& bits, Visit visit) {
  for (std::size_t word = 0; word < bits.size(); ++word) {
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
      visit(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }
  }
}

/// Fleet::needs over the packages that can be in a base: of the providers, those are left that several images have.
std::vector<FleetNeeds> needs_over(const Fleet& fleet, const std::vector<std::uint32_t>& packages) {
  std::vector<FleetNeeds> all;
  for (const FleetNeeds& needs : fleet.needs) {
    FleetNeeds& own = all.emplace_back();
    for (const std::vector<std::uint32_t>& providers : needs) {
      std::vector<std::uint32_t>& left = own.emplace_back();
      for (const std::uint32_t one : providers) {
        const auto found = std::lower_bound(packages.begin(), packages.end(), one);
        if (found != packages.end() && *found == one) {
          left.push_back(static_cast<std::uint32_t>(found - packages.begin()));
        }
      }
    }
  }
  return all;
}

BaseChoice choice_of(const Fleet& fleet) {
  BaseChoice choice;
  std::vector<std::size_t> counts(fleet.packages.size());
  for (const FleetImage& image : fleet.images) {
    if (image.is_base) continue;
    for (const FleetMember& member : image.packages) ++counts[member.package];
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 2) continue;
    choice.packages.push_back(static_cast<std::uint32_t>(i));
    choice.sizes.push_back(fleet.packages[i].size);
  }
  choice.needs = needs_over(fleet, choice.packages);
  std::map<std::pair<PackageBits, std::vector<std::uint32_t>>, std::size_t> known;
  for (std::size_t i = 0; i < fleet.images.size(); ++i) {
    if (fleet.images[i].is_base) continue;
    AlikeImages one{
        PackageBits(choice.packages.size() / 64 + 1), std::vector<std::uint32_t>(choice.packages.size()), {}};
    for (const FleetMember& member : fleet.images[i].packages) {
      const auto found = std::lower_bound(choice.packages.begin(), choice.packages.end(), member.package);
      if (found == choice.packages.end() || *found != member.package) continue;
      const auto place = static_cast<std::size_t>(found - choice.packages.begin());
      one.has[place / 64] |= std::uint64_t{1} << (place % 64);
      one.needs[place] = member.needs;
    }
    const auto [at, fresh] = known.emplace(std::make_pair(one.has, one.needs), choice.alike.size());
    if (fresh) choice.alike.push_back(std::move(one));
    choice.alike[at->second].images.push_back(static_cast<std::uint32_t>(i));
  }
  return choice;
}

/// Images that are chosen, what they could be built on together, and which others may still join them.
struct BaseNode {
  std::vector<std::size_t> chosen;  ///< places in BaseChoice::alike
  std::size_t images = 0;           ///< of these
  PackageBits packages;
  std::vector<std::size_t> open;
};

/// Branch and bound over which images share the base: each one more can only make it smaller, so that of the images
/// that are left the k best cannot save more than their number times what the worst of them has of it.
class BaseSearch {
 public:
  BaseSearch(const BaseChoice& choice, std::uint64_t budget) : choice_(choice), budget_(budget) {}

  void run() {
    BaseNode all;
    all.packages.assign(choice_.packages.size() / 64 + 1, 0);
    for (std::size_t i = 0; i < choice_.packages.size(); ++i) all.packages[i / 64] |= std::uint64_t{1} << (i % 64);
    all.open.resize(choice_.alike.size());
    std::iota(all.open.begin(), all.open.end(), 0);
    visit(std::move(all));
  }

  [[nodiscard]] const BaseNode& best() const noexcept { return best_; }
  [[nodiscard]] std::uint64_t saved() const noexcept { return saved_; }
  [[nodiscard]] std::uint64_t bound() const noexcept { return std::max(saved_, left_); }

 private:
  std::uint64_t size_of(const PackageBits& bits) {
    std::uint64_t size = 0;
    each_of(bits, [&](std::size_t place) { size += choice_.sizes[place]; });
    spent_ += bits.size() + 1;
    return size;
  }

  /// Takes out what needs, in one of the images, what is not there.
  void close(PackageBits& bits, std::span<const std::size_t> images) {
    for (bool changed = true; changed;) {
      changed = false;
      each_of(PackageBits(bits), [&](std::size_t place) {
        const bool met = std::all_of(images.begin(), images.end(), [&](std::size_t image) {
          const FleetNeeds& needs = choice_.needs[choice_.alike[image].needs[place]];
          spent_ += needs.size() + 1;
          return std::all_of(needs.begin(), needs.end(), [&](const std::vector<std::uint32_t>& providers) {
            return std::any_of(providers.begin(), providers.end(), [&](std::uint32_t one) { return has(bits, one); });
          });
        });
        if (met) return;
        bits[place / 64] &= ~(std::uint64_t{1} << (place % 64));
        changed = true;
      });
    }
  }

  /// The base that the chosen ones and this one could be built on.
  PackageBits with(const BaseNode& node, std::size_t image) {
    PackageBits bits = node.packages;
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= choice_.alike[image].has[i];
    std::vector<std::size_t> images = node.chosen;
    images.push_back(image);
    close(bits, images);
    return bits;
  }

  void choose(BaseNode& node, std::size_t image, PackageBits packages) const {
    node.chosen.push_back(image);
    node.images += choice_.alike[image].images.size();
    node.packages = std::move(packages);
    std::erase(node.open, image);
  }

  /// Chooses images that cost nothing: they have all of it.
  void take_fitting(BaseNode& node) {
    if (node.chosen.empty()) return;
    for (const std::size_t image : std::vector<std::size_t>(node.open)) {
      bool fits = true;
      for (std::size_t i = 0; fits && i < node.packages.size(); ++i) {
        fits = (node.packages[i] & ~choice_.alike[image].has[i]) == 0;
      }
      spent_ += node.packages.size();
      if (!fits) continue;
      PackageBits same = with(node, image);
      if (same == node.packages) choose(node, image, std::move(same));
    }
  }

  void evaluate(const BaseNode& node) {
    if (node.images < 2) return;
    const std::uint64_t saved = (node.images - 1) * size_of(node.packages);
    if (saved <= saved_) return;
    saved_ = saved;
    best_ = node;
  }

  /// The open images by how much they have of the base, the most first; those that have nothing are closed. Returns
  /// what a base of these could save at most.
  std::uint64_t sort_open(BaseNode& node) {
    std::vector<std::pair<std::uint64_t, std::size_t>> by_size;
    for (const std::size_t image : node.open) {
      PackageBits bits = node.packages;
      for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= choice_.alike[image].has[i];
      by_size.emplace_back(size_of(bits), image);
    }
    std::erase_if(by_size, [](const auto& one) { return one.first == 0; });
    std::stable_sort(by_size.begin(), by_size.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    node.open.clear();
    std::uint64_t bound = 0;
    std::size_t images = node.images;
    for (const auto& [size, image] : by_size) {
      node.open.push_back(image);
      images += choice_.alike[image].images.size();
      bound = std::max(bound, (images - 1) * size);
    }
    return bound;
  }

  void visit(BaseNode node) {
    for (;;) {
      take_fitting(node);
      evaluate(node);
      const std::uint64_t bound = sort_open(node);
      if (bound <= saved_) return;
      if (spent_ > budget_) {
        left_ = std::max(left_, bound);
        return;
      }
      const std::size_t next = node.open.front();
      BaseNode more = node;
      choose(more, next, with(node, next));
      visit(std::move(more));
      std::erase(node.open, next);
    }
  }

  const BaseChoice& choice_;
  std::uint64_t budget_;
  std::uint64_t spent_ = 0;
  BaseNode best_;
  std::uint64_t saved_ = 0;
  std::uint64_t left_ = 0;  ///< the most that what was not looked at could save
};

}  // namespace

CommonBase common_base(const Fleet& fleet, std::uint64_t budget) {
  const BaseChoice choice = choice_of(fleet);
  BaseSearch search(choice, budget);
  search.run();
  CommonBase base;
  base.saved = search.saved();
  base.bound = search.bound();
  if (base.saved == 0) return base;
  for (const std::size_t one : search.best().chosen) {
    const auto& images = choice.alike[one].images;
    base.images.insert(base.images.end(), images.begin(), images.end());
  }
  std::sort(base.images.begin(), base.images.end());
  each_of(search.best().packages, [&](std::size_t place) {
    base.packages.push_back(choice.packages[place]);
    base.size += choice.sizes[place];
  });
  return base;
}

}  // namespace rootlet::analysis
