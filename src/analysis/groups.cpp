#include "analysis/groups.hpp"

#include <algorithm>
#include <limits>

namespace rootlet::analysis {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// Tarjan's algorithm (SIAM J. Comput. 1972) with a stack of its own: chains of packages may be long.
class Components {
 public:
  explicit Components(const std::vector<std::vector<PackageId>>& next)
      : next_(next), number_(next.size(), none), low_(next.size(), none), pending_(next.size(), false) {
    for (std::uint32_t start = 0; start < next.size(); ++start) {
      if (number_[start] == none) visit(start);
    }
  }

  /// Each component after those that it leads to.
  std::vector<std::vector<PackageId>> found;

 private:
  struct Frame {
    std::uint32_t node;
    std::size_t edge = 0;
  };

  void enter(std::uint32_t node) {
    number_[node] = low_[node] = count_++;
    stack_.push_back(node);
    pending_[node] = true;
    frames_.push_back({node});
  }

  void leave(std::uint32_t node) {
    if (low_[node] == number_[node]) {
      std::vector<PackageId> members;
      std::uint32_t member = none;
      do {
        member = stack_.back();
        stack_.pop_back();
        pending_[member] = false;
        members.push_back(PackageId{member});
      } while (member != node);
      std::sort(members.begin(), members.end());
      found.push_back(std::move(members));
    }
    frames_.pop_back();
    if (!frames_.empty()) {
      const std::uint32_t parent = frames_.back().node;
      low_[parent] = std::min(low_[parent], low_[node]);
    }
  }

  void visit(std::uint32_t start) {
    enter(start);
    while (!frames_.empty()) {
      const std::uint32_t node = frames_.back().node;
      if (frames_.back().edge == next_[node].size()) {
        leave(node);
        continue;
      }
      const auto to = static_cast<std::uint32_t>(next_[node][frames_.back().edge++]);
      if (number_[to] == none) {
        enter(to);
      } else if (pending_[to]) {
        low_[node] = std::min(low_[node], number_[to]);
      }
    }
  }

  const std::vector<std::vector<PackageId>>& next_;
  std::vector<std::uint32_t> number_, low_;
  std::vector<bool> pending_;
  std::vector<std::uint32_t> stack_;
  std::vector<Frame> frames_;
  std::uint32_t count_ = 0;
};

}  // namespace

std::vector<std::vector<PackageId>> adjacency(const PackageGraph& graph, const Kinds& kinds) {
  std::vector<std::vector<PackageId>> next(graph.packages.size());
  for (const Dependency& dependency : graph.dependencies) {
    if (!kinds.has(dependency.kind)) continue;
    for (const PackageId provider : dependency.providers) {
      if (provider != dependency.from) next[index(dependency.from)].push_back(provider);
    }
  }
  for (auto& list : next) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return next;
}

Groups groups_of(const PackageGraph& graph, const Kinds& kinds) {
  const auto next = adjacency(graph, kinds);
  Groups groups;
  groups.members = std::move(Components(next).found);
  std::reverse(groups.members.begin(), groups.members.end());
  groups.of.resize(graph.packages.size());
  for (std::uint32_t group = 0; group < groups.members.size(); ++group) {
    for (const PackageId member : groups.members[group]) groups.of[index(member)] = GroupId{group};
  }
  groups.needs.resize(groups.members.size());
  for (std::size_t from = 0; from < next.size(); ++from) {
    for (const PackageId to : next[from]) {
      const GroupId a = groups.of[from];
      const GroupId b = groups.of[index(to)];
      if (a != b) groups.needs[index(a)].push_back(b);
    }
  }
  for (auto& list : groups.needs) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return groups;
}

}  // namespace rootlet::analysis
