#include "analysis/diff.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "matching.hpp"

namespace rootlet::analysis {
namespace {

/// One of the two sets, seen from the other.
struct Side {
  const PackageGraph& graph;
  const std::vector<std::optional<PackageId>>& partner;
  std::vector<Step> last_shared;  ///< by package
};

/// Whether the package that an edge comes from asks for what it leads to.
bool is_requirement(EdgeKind kind) {
  return kind != EdgeKind::supplements && kind != EdgeKind::conflicts && kind != EdgeKind::multilib;
}

std::vector<bool> has_partner(const std::vector<std::optional<PackageId>>& partner) {
  std::vector<bool> has(partner.size());
  std::transform(partner.begin(), partner.end(), has.begin(), [](const auto& one) { return one.has_value(); });
  return has;
}

/// By package, where the way to it leaves what both sets have: the dependency, or the root, that leads out of it.
std::vector<Step> last_shared_steps(const PackageGraph& graph, const std::vector<std::optional<PackageId>>& partner) {
  std::vector<Step> steps = ways(graph, has_partner(partner));
  std::vector<bool> done(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<std::size_t> way;
    std::size_t at = i;
    while (!done[at]) {
      way.push_back(at);
      done[at] = true;
      if (steps[at].from != Step::From::package) break;
      const std::size_t before = index(graph.dependencies[steps[at].dependency].from);
      if (partner[before]) break;
      at = before;
    }
    const Step last = steps[at];
    for (const std::size_t one : way) steps[one] = last;
  }
  return steps;
}

using OptionalNevra = std::optional<Nevra>;

/// A cause is one for all that it brings and takes: by kind, root, package that requires, what, and the packages before
/// and after.
using Key = std::tuple<CauseKind, std::string, OptionalNevra, std::string, OptionalNevra, OptionalNevra>;

/// Order of packages as text; none comes first.
int compared(const OptionalNevra& a, const OptionalNevra& b) {
  if (a == b) return 0;
  return !a || (b && comes_first_as_text(*a, *b)) ? -1 : 1;
}

/// Whether a change comes first of those with as many bytes.
bool comes_first(const PackageChange& a, const PackageChange& b) {
  const int after = compared(a.after, b.after);
  return after != 0 ? after < 0 : compared(a.before, b.before) < 0;
}

/// Whether a cause comes first of those with as many bytes.
bool comes_first(const ChangeCause& a, const ChangeCause& b) {
  const auto start = std::tie(a.kind, a.root) <=> std::tie(b.kind, b.root);
  if (start != 0) return start < 0;
  if (const int package = compared(a.package, b.package); package != 0) return package < 0;
  if (a.capability != b.capability) return a.capability < b.capability;
  const int before = compared(a.before, b.before);
  return before != 0 ? before < 0 : compared(a.after, b.after) < 0;
}

class Differ {
 public:
  Differ(const PackageGraph& before, const PackageGraph& after, const CompareVersions& compare)
      : matching_(before, after),
        before_{before, matching_.after, last_shared_steps(before, matching_.after)},
        after_{after, matching_.before, last_shared_steps(after, matching_.before)},
        compare_(compare),
        base_before_(in_base(before)),
        base_after_(in_base(after)) {
    result_.before = {before.packages.size(), before.installed_size(), 0};
    result_.after = {after.packages.size(), after.installed_size(), 0};
    for (std::uint32_t i = 0; i < after.packages.size(); ++i) {
      matching_.before[i] ? note_pair(*matching_.before[i], PackageId{i}) : note_added(PackageId{i});
    }
    for (std::uint32_t i = 0; i < before.packages.size(); ++i) {
      if (!matching_.after[i]) note_removed(PackageId{i});
    }
    finish();
  }

  PackageDiff take() { return std::move(result_); }

 private:
  void note(PackageChange change, const Key& key, const ChangeCause& cause) {
    const auto [place, fresh] = places_.try_emplace(key, result_.causes.size());
    if (fresh) result_.causes.push_back(cause);
    change.cause = place->second;
    result_.causes[place->second].bytes += change.bytes();
    result_.changes.push_back(std::move(change));
  }

  void note_pair(PackageId old_id, PackageId new_id) {
    const GraphPackage& was = before_.graph.at(old_id);
    const GraphPackage& is = after_.graph.at(new_id);
    if (was.nevra == is.nevra && was.installed_size == is.installed_size) return;
    PackageChange change{ChangeKind::resized, was.nevra, is.nevra, was.installed_size, is.installed_size};
    change.in_base = base_after_[index(new_id)];
    ChangeCause cause;
    cause.kind = CauseKind::updated;
    cause.before = change.before;
    cause.after = change.after;
    if (was.nevra.name != is.nevra.name) {
      change.kind = ChangeKind::renamed;
      cause.kind = CauseKind::renamed;
    } else if (const int order = compare_(was.nevra, is.nevra); order != 0) {
      change.kind = order < 0 ? ChangeKind::upgraded : ChangeKind::downgraded;
    }
    note(std::move(change), {cause.kind, "", {}, "", {}, cause.after}, cause);
  }

  void note_added(PackageId id) {
    const GraphPackage& is = after_.graph.at(id);
    PackageChange change{ChangeKind::added, {}, is.nevra, 0, is.installed_size};
    change.in_base = base_after_[index(id)];
    note_moved(change, id, after_, before_);
  }

  void note_removed(PackageId id) {
    const GraphPackage& was = before_.graph.at(id);
    PackageChange change{ChangeKind::removed, was.nevra, {}, was.installed_size, 0};
    change.in_base = base_before_[index(id)];
    if (const auto by = matching_.taken_over_by(id)) {
      ChangeCause cause;
      cause.kind = CauseKind::renamed;
      cause.before = change.before;
      cause.after = after_.graph.at(*by).nevra;
      return note(change, {cause.kind, "", {}, "", {}, cause.after}, cause);
    }
    note_moved(change, id, before_, after_);
  }

  /// A package that only one side has, `here`: because of what leads to it from packages that both have.
  void note_moved(const PackageChange& change, PackageId id, const Side& here, const Side& there) {
    const Step step = here.last_shared[index(id)];
    if (step.from == Step::From::root) return note_root(change, here, there, step.root);
    if (step.from == Step::From::nothing) return note(change, {CauseKind::unexplained, "", {}, "", {}, {}}, {});
    const ChangeCause cause = cause_of(here.graph.dependencies[step.dependency], here, there);
    note(change, key_of(cause), cause);
  }

  ChangeCause cause_of(const Dependency& edge, const Side& here, const Side& there) const {
    const bool added = &here == &after_;
    const PackageId twin = *here.partner[index(edge.from)];
    const PackageId mine = first_of(edge, here);
    ChangeCause cause{CauseKind::companion, "", here.graph.at(edge.from).nevra, edge.capability, edge.kind};
    OptionalNevra& own = added ? cause.after : cause.before;
    OptionalNevra& others = added ? cause.before : cause.after;
    if (!is_requirement(edge.kind)) {
      own = here.graph.at(mine).nevra;
    } else if (const auto other = provider(there, twin, edge, here)) {
      const bool joined = still_meets(there, *other, edge, here);
      cause.kind = !joined ? CauseKind::provider_swapped
                   : added ? CauseKind::provider_joined
                           : CauseKind::provider_left;
      if (!added) cause.package = there.graph.at(twin).nevra;
      own = here.graph.at(mine).nevra;
      others = there.graph.at(*other).nevra;
    } else if (surely_not_asked(there.graph, twin, edge.capability)) {
      cause.kind = added ? CauseKind::requirement_added : CauseKind::requirement_dropped;
    } else {
      cause.kind = added ? CauseKind::requirement_met : CauseKind::requirement_unmet;
    }
    return cause;
  }

  void note_root(const PackageChange& change, const Side& here, const Side& there, std::size_t root) {
    const Root& own = here.graph.roots[root];
    ChangeCause cause;
    cause.kind = &here == &after_ ? CauseKind::line_added : CauseKind::line_removed;
    cause.root = own.name;
    for (const Root& other : there.graph.roots) {
      if (other.name == own.name) cause.kind = CauseKind::line_changed;
    }
    note(change, {cause.kind, cause.root, {}, "", {}, {}}, cause);
  }

  /// Of those that meet the dependency, one that only this side has.
  static PackageId first_of(const Dependency& edge, const Side& side) {
    const auto found = std::find_if(edge.providers.begin(), edge.providers.end(),
                                    [&](PackageId id) { return !side.partner[index(id)]; });
    return found == edge.providers.end() ? edge.providers.front() : *found;
  }

  /// Whoever of a side meets the same requirement of a package, in whatever version; else one that only this side has
  /// and that meets a requirement which differs in numbers alone: libssl1.1 where the other side has libssl3.
  /// Of several one that does not meet it on the other side, where the requirement is `edge`.
  static std::optional<PackageId> provider(const Side& side, PackageId from, const Dependency& edge,
                                           const Side& other) {
    if (edge.kind == EdgeKind::stated) return std::nullopt;  // nobody knows for what
    const std::string wanted = unversioned(edge.capability);
    std::optional<PackageId> same;
    std::optional<PackageId> successor;
    for (const Dependency& one : side.graph.dependencies_of(from)) {
      if (one.providers.empty() || !is_requirement(one.kind)) continue;
      const std::string name = unversioned(one.capability);
      const PackageId first = first_of(one, side);
      if (name == wanted) {
        if (!still_meets(side, first, edge, other)) return first;
        if (!same) same = first;
      } else if (!successor && !side.partner[index(first)] && without_numbers(name) == without_numbers(wanted)) {
        successor = first;
      }
    }
    return same ? same : successor;
  }

  /// Whether a package of one side meets, on the other, the requirement that an edge is of, or a part of it.
  static bool still_meets(const Side& side, PackageId package, const Dependency& edge, const Side& other) {
    const auto twin = side.partner[index(package)];
    const std::string wanted = unversioned(edge.capability);
    const auto own = other.graph.dependencies_of(edge.from);
    return twin && std::any_of(own.begin(), own.end(), [&](const Dependency& one) {
             return is_requirement(one.kind) && unversioned(one.capability) == wanted &&
                    std::binary_search(one.providers.begin(), one.providers.end(), *twin);
           });
  }

  /// Whether it is known that a package of a set does not ask for what no other package of that set is there for.
  static bool surely_not_asked(const PackageGraph& graph, PackageId from, const std::string& capability) {
    const std::string wanted = unversioned(capability);
    if (!graph.idle) return false;
    auto one = std::partition_point(graph.idle->begin(), graph.idle->end(),
                                    [&](const IdleRequirement& idle) { return idle.from < from; });
    for (; one != graph.idle->end() && one->from == from; ++one) {
      if (unversioned(one->capability) == wanted) return false;
    }
    return true;
  }

  static Key key_of(const ChangeCause& cause) {
    switch (cause.kind) {
      case CauseKind::provider_swapped:
      case CauseKind::provider_joined:
      case CauseKind::provider_left: return {cause.kind, "", {}, "", cause.before, cause.after};
      default: return {cause.kind, "", cause.package, cause.capability, cause.before, cause.after};
    }
  }

  void finish() {
    const auto more = [](std::int64_t a, std::int64_t b) { return std::abs(a) > std::abs(b); };
    std::vector<std::size_t> order(result_.causes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const std::int64_t x = result_.causes[a].bytes;
      const std::int64_t y = result_.causes[b].bytes;
      return more(x, y) || (!more(y, x) && comes_first(result_.causes[a], result_.causes[b]));
    });
    std::vector<ChangeCause> sorted;
    std::vector<std::size_t> place(order.size());
    for (const std::size_t i : order) {
      place[i] = sorted.size();
      sorted.push_back(std::move(result_.causes[i]));
    }
    result_.causes = std::move(sorted);
    for (PackageChange& change : result_.changes) change.cause = place[change.cause];
    std::sort(result_.changes.begin(), result_.changes.end(), [&](const PackageChange& a, const PackageChange& b) {
      if (a.bytes() != b.bytes() && (more(a.bytes(), b.bytes()) || more(b.bytes(), a.bytes()))) {
        return more(a.bytes(), b.bytes());
      }
      return comes_first(a, b);
    });
    for (std::size_t i = 0; i < result_.changes.size(); ++i) {
      result_.causes[result_.changes[i].cause].changes.push_back(i);
    }
  }

  Matching matching_;
  Side before_, after_;
  const CompareVersions& compare_;
  std::vector<bool> base_before_, base_after_;
  PackageDiff result_;
  std::map<Key, std::size_t> places_;
};

}  // namespace

PackageDiff diff(const PackageGraph& before, const PackageGraph& after, const CompareVersions& compare) {
  return Differ(before, after, compare).take();
}

}  // namespace rootlet::analysis
