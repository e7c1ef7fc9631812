#include "normal_forms.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rich_limits.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// Clauses of a normal form, and the packages that they name.
struct Form {
  double clauses = 0, packages = 0;
};
Form sum(const Form& a, const Form& b) { return {a.clauses + b.clauses, a.packages + b.packages}; }
Form product(const Form& a, const Form& b) {
  return {a.clauses * b.clauses, a.clauses * b.packages + b.clauses * a.packages};
}

/// Both normal forms of a dependency: "all of (any of …)" and "any of (all of …)". Each is the other one's negation.
struct Forms {
  Form all_of, any_of;
};
Forms negated(const Forms& forms) { return {forms.any_of, forms.all_of}; }
Forms both(const Forms& a, const Forms& b) { return {sum(a.all_of, b.all_of), product(a.any_of, b.any_of)}; }
Forms either(const Forms& a, const Forms& b) { return {product(a.all_of, b.all_of), sum(a.any_of, b.any_of)}; }

/// Computes how large the forms come out, as libsolv makes them (its cplxdeps.c).
class FormSizes {
 public:
  /// `exact`: versions count; otherwise all that provide a name do, which needs no comparing.
  FormSizes(::Pool& pool, bool exact) : pool_(pool), exact_(exact), known_(static_cast<std::size_t>(pool.nrels)) {}

  Forms of(Id dep) {
    if (!ISRELDEP(dep)) return leaf(dep);
    std::optional<Forms>& known = known_.at(static_cast<std::size_t>(GETRELID(dep)));
    if (!known) known = of(dep, *GETRELDEP(&pool_, dep));
    return *known;
  }

 private:
  Forms of(Id dep, const ::Reldep rel) {
    switch (rel.flags) {
      case REL_AND: return both(of(rel.name), of(rel.evr));
      case REL_OR: return either(of(rel.name), of(rel.evr));
      case REL_COND: {
        const auto [condition, otherwise] = condition_of(rel.evr);
        const Forms holds = either(of(rel.name), negated(of(condition)));
        return otherwise == 0 ? holds : both(holds, either(of(otherwise), of(condition)));
      }
      case REL_UNLESS: {
        const auto [condition, otherwise] = condition_of(rel.evr);
        const Forms holds = both(of(rel.name), negated(of(condition)));
        return otherwise == 0 ? holds : either(holds, both(of(otherwise), of(condition)));
      }
      default: return leaf(dep);
    }
  }

  /// A condition, and what counts where it does not hold; 0: nothing.
  [[nodiscard]] std::pair<Id, Id> condition_of(Id dep) const {
    if (!ISRELDEP(dep)) return {dep, 0};
    const ::Reldep rel = *GETRELDEP(&pool_, dep);
    return rel.flags == REL_ELSE ? std::pair{rel.name, rel.evr} : std::pair{dep, 0};
  }

  Forms leaf(Id dep) {
    double count = 0;
    if (exact_) {
      count = static_cast<double>(providers(pool_, dep).size());
    } else {
      while (ISRELDEP(dep)) dep = GETRELDEP(&pool_, dep)->name;
      for (const Id* id = pool_.whatprovidesdata + pool_.whatprovides[dep]; *id != 0; ++id) ++count;
    }
    count = std::max(count, 1.0);
    return {{1, count}, {count, count}};
  }

  ::Pool& pool_;
  bool exact_;
  std::vector<std::optional<Forms>> known_;
};

bool is_large(const Form& form) { return form.packages > largest_form; }

/// Whether a form of any rich dependency in the pool is too large, by an estimate that is never too small.
bool may_have_large_forms(::Pool& pool) {
  FormSizes sizes(pool, false);
  for (int i = 1; i < pool.nrels; ++i) {
    const int flags = pool.rels[i].flags;
    if (flags != REL_AND && flags != REL_OR && flags != REL_COND && flags != REL_UNLESS) continue;
    const Forms forms = sizes.of(MAKERELDEP(i));
    if (is_large(forms.all_of) || is_large(forms.any_of)) return true;
  }
  return false;
}

}  // namespace

bool has_large_form(::Pool& pool, Id requirement) { return is_large(FormSizes(pool, true).of(requirement).all_of); }

void refuse_large_forms(::Pool& pool) {
  if (!may_have_large_forms(pool)) return;
  FormSizes sizes(pool, true);
  const auto check = [&](Id package, Id dep, const Form& form) {
    if (!is_large(form)) return;
    throw Error(std::string("repository '") + pool_id2solvable(&pool, package)->repo->name + "': package '" +
                    nevra_of(pool, package).str() + "': the dependency '" + shortened(dep_str(pool, dep)) +
                    "' is too intricate: written out, it names more than the " +
                    std::to_string(static_cast<std::uint64_t>(largest_form)) + " packages that are solved for",
                rich_way_out);
  };
  for_each_package(pool, [&](Id package) {
    for (const Id kind : {SOLVABLE_REQUIRES, SOLVABLE_RECOMMENDS}) {
      for (const Id dep : dependencies(pool, package, kind)) check(package, dep, sizes.of(dep).all_of);
    }
    for (const Id kind : {SOLVABLE_CONFLICTS, SOLVABLE_SUPPLEMENTS}) {
      for (const Id dep : dependencies(pool, package, kind)) check(package, dep, sizes.of(dep).any_of);
    }
  });
}

}  // namespace rootlet::solv
