#include "order.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

namespace rootlet::rpm {
namespace {

using Packages = std::vector<std::size_t>;

constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

class Ordering {
 public:
  explicit Ordering(const Needs& needs)
      : needs_(needs), needed_by_(needs.size()), part_(needs.size(), nowhere), group_(needs.size(), nowhere) {
    for (std::size_t package = 0; package < needs.size(); ++package) {
      for (const Need& need : needs[package]) needed_by_[need.package].push_back(package);
    }
    for (Packages& list : needed_by_) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
  }

  Packages all() {
    Packages everything(needs_.size());
    for (std::size_t package = 0; package < everything.size(); ++package) everything[package] = package;
    add(std::move(everything));
    return std::move(order_);
  }

 private:
  /// Appends these packages to the order; what they need of others is there or given up.
  void add(Packages members) {
    std::vector<Packages> groups = circles(members, false);
    std::vector<Packages> needing(groups.size());  // groups, one for each need
    std::vector<std::size_t> waits(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (const std::size_t package : groups[i]) group_[package] = i;
    }
    for (const std::size_t package : members) {
      for (const Need& need : needs_[package]) {
        if (part_[need.package] != part_[package] || group_[need.package] == group_[package]) continue;
        needing[group_[need.package]].push_back(group_[package]);
        ++waits[group_[package]];
      }
    }
    members = {};
    std::priority_queue<std::tuple<std::size_t, std::size_t, std::size_t>> ready;  // the greatest comes next
    const auto offer = [&](std::size_t i) { ready.emplace(most_needed(groups[i]), nowhere - groups[i].front(), i); };
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (waits[i] == 0) offer(i);
    }
    while (!ready.empty()) {
      const std::size_t next = std::get<2>(ready.top());
      ready.pop();
      add_group(std::move(groups[next]));
      for (const std::size_t i : needing[next]) {
        if (--waits[i] == 0) offer(i);
      }
    }
  }

  /// Of packages that all need each other, one goes first without what it needs, and the others by what is left.
  void add_group(Packages group) {
    const std::size_t first = group.size() == 1 ? group.front() : choose(group);
    order_.push_back(first);
    part_[first] = nowhere;
    std::erase(group, first);
    if (!group.empty()) add(std::move(group));
  }

  /// The one that is needed over the most steps by packages whose scriptlets need something of the group.
  std::size_t choose(const Packages& group) {
    enter(group);
    Packages candidates = group;
    const auto of_scriptlet = [&](std::size_t package) { return needs_within(package, true); };
    if (std::all_of(group.begin(), group.end(), of_scriptlet)) candidates = circles(group, true).front();
    const std::vector<std::size_t> steps = steps_from_scriptlets(group);
    return *std::min_element(candidates.begin(), candidates.end(), [&](std::size_t a, std::size_t b) {
      return std::tuple(steps[b], needed_by_[b].size(), a) < std::tuple(steps[a], needed_by_[a].size(), b);
    });
  }

  std::vector<std::size_t> steps_from_scriptlets(const Packages& group) {
    std::vector<std::size_t> steps(needs_.size(), nowhere);
    std::queue<std::size_t> next;
    for (const std::size_t package : group) {
      if (!needs_within(package, true)) continue;
      steps[package] = 0;
      next.push(package);
    }
    for (; !next.empty(); next.pop()) {
      for (const Need& need : needs_[next.front()]) {
        if (part_[need.package] != part_[next.front()] || steps[need.package] != nowhere) continue;
        steps[need.package] = steps[next.front()] + 1;
        next.push(need.package);
      }
    }
    return steps;
  }

  /// Makes these packages a part of their own, beyond which no need counts.
  void enter(const Packages& members) {
    ++parts_;
    for (const std::size_t package : members) part_[package] = parts_;
  }

  [[nodiscard]] bool needs_within(std::size_t package, bool of_scriptlet) const {
    return std::any_of(needs_[package].begin(), needs_[package].end(), [&](const Need& need) {
      return part_[need.package] == part_[package] && (need.of_scriptlet || !of_scriptlet);
    });
  }

  [[nodiscard]] std::size_t most_needed(const Packages& group) const {
    std::size_t most = 0;
    for (const std::size_t package : group) most = std::max(most, needed_by_[package].size());
    return most;
  }

  /// Groups of packages that need each other, over however many steps (Tarjan's strongly connected components), each
  /// sorted; what a group needs of others comes before it.
  std::vector<Packages> circles(const Packages& members, bool of_scriptlets) {
    enter(members);
    std::vector<Packages> found;
    std::vector<std::size_t> seen(needs_.size(), 0);
    std::vector<std::size_t> lowest(needs_.size(), nowhere);
    Packages open;
    std::size_t count = 0;
    const std::function<void(std::size_t)> visit = [&](std::size_t package) {
      lowest[package] = seen[package] = ++count;
      const std::size_t begin = open.size();
      open.push_back(package);
      for (const Need& need : needs_[package]) {
        if (part_[need.package] != part_[package] || (of_scriptlets && !need.of_scriptlet)) continue;
        if (seen[need.package] == 0) visit(need.package);
        lowest[package] = std::min(lowest[package], lowest[need.package]);
      }
      if (lowest[package] != seen[package]) return;
      found.emplace_back(open.begin() + static_cast<std::ptrdiff_t>(begin), open.end());
      open.resize(begin);
      std::sort(found.back().begin(), found.back().end());
      for (const std::size_t one : found.back()) lowest[one] = nowhere;  // done
    };
    for (const std::size_t package : members) {
      if (seen[package] == 0) visit(package);
    }
    return found;
  }

  const Needs& needs_;
  std::vector<Packages> needed_by_;
  Packages part_;   // by package: only needs within one count
  Packages group_;  // by package: in the part that is being added
  std::size_t parts_ = 0;
  Packages order_;
};

}  // namespace

std::vector<std::size_t> installation_order(const Needs& needs) { return Ordering(needs).all(); }

}  // namespace rootlet::rpm
