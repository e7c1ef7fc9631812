#include "guard.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <unordered_map>

#include "../specs.hpp"
#include "base/text.hpp"

namespace rootlet::solv {
namespace {

/// Tells, for names of capabilities, whether one of some patterns matches.
class Patterns {
 public:
  Patterns(::Pool& pool, const std::vector<std::string>& patterns) : pool_(pool) {
    for (const std::string& pattern : patterns) {
      if (is_glob(pattern)) {
        globs_.push_back({pattern, pattern.substr(0, pattern.find_first_of("*?["))});
      } else {
        exact_.insert(pattern);
      }
    }
  }

  bool match(Id name) {
    const auto [known, added] = known_.emplace(name, false);
    if (added) {
      const std::string text = str_of(pool_, name);
      known->second = exact_.contains(text) || std::any_of(globs_.begin(), globs_.end(), [&](const Glob& glob) {
                        return text.starts_with(glob.prefix) && fits_glob(glob.pattern, text);
                      });
    }
    return known->second;
  }

 private:
  struct Glob {
    std::string pattern;
    std::string prefix;  ///< its plain beginning, which decides most cases
  };
  ::Pool& pool_;
  std::set<std::string> exact_;
  std::vector<Glob> globs_;
  std::unordered_map<Id, bool> known_;
};

std::set<Id> names_provided(::Pool& pool, Id package, Patterns& patterns) {
  std::set<Id> names;
  for (Id dep : dependencies(pool, package, SOLVABLE_PROVIDES)) {
    while (ISRELDEP(dep)) dep = GETRELDEP(&pool, dep)->name;
    if (patterns.match(dep)) names.insert(dep);
  }
  return names;
}

}  // namespace

std::set<Id> guarded_packages(::Pool& pool, const SolverRules& rules, const std::vector<Id>& dnf,
                              const std::vector<std::string>& capabilities) {
  if (capabilities.empty()) return {};
  Patterns patterns(pool, capabilities);
  std::set<Id> kept;
  for (const Id id : dnf) kept.merge(names_provided(pool, id, patterns));
  std::set<Id> others;
  for (const Rules* part : {&rules.packages, &rules.request}) {
    for (std::size_t i = 0; i < part->size(); ++i) {
      for (const Id literal : (*part)[i]) others.insert(std::abs(literal));
    }
  }
  for (const Id id : dnf) others.erase(id);
  std::erase_if(others, [&](Id id) {
    const auto names = names_provided(pool, id, patterns);
    return std::none_of(names.begin(), names.end(), [&](Id name) { return kept.contains(name); });
  });
  return others;
}

}  // namespace rootlet::solv
