#include "changes.hpp"

#include <algorithm>
#include <optional>

namespace rootlet::solv {
namespace {

/// Solving takes as long as ever; so many times at most.
constexpr int most_attempts = 16;
constexpr std::size_t most_changes = 3;

void remove_from(std::vector<RecipeItem>& items, const std::string& text) {
  std::erase_if(items, [&](const RecipeItem& item) { return item.text == text; });
}

Request changed(Request request, const RecipeChange& change) {
  auto& items = change.list == "exclude" ? request.exclude : request.packages;
  if (change.to.empty()) {
    remove_from(items, change.from);
  } else {
    for (RecipeItem& item : items) {
      if (item.text == change.from) item.text = change.to;
    }
  }
  return request;
}

/// In the order in which they are worth trying: what keeps every package that was asked for comes first.
std::vector<RecipeChange> candidates(const Suspects& problem) {
  std::vector<RecipeChange> found;
  const auto add = [&](const RecipeChange& change) {
    if (std::find(found.begin(), found.end(), change) == found.end()) found.push_back(change);
  };
  for (const RecipeItem& item : problem.excludes) add({item.mark, "exclude", item.text, ""});
  for (const RecipeItem& item : problem.entries) {
    const auto instead = problem.instead.find(item.text);
    if (instead == problem.instead.end()) continue;
    for (const std::string& other : instead->second) add({item.mark, "packages", item.text, other});
  }
  for (const RecipeItem& item : problem.entries) add({item.mark, "packages", item.text, ""});
  return found;
}

bool keeps_all(const RecipeChange& change) { return change.list == "exclude" || !change.to.empty(); }

class Search {
 public:
  Search(const Request& request, const Attempt& attempt) : request_(request), attempt_(attempt) {}

  /// Single changes that are enough; leaving an entry out only where nothing keeps all of them.
  std::vector<RecipeChange> singles(const std::vector<RecipeChange>& all) {
    std::vector<RecipeChange> found;
    for (const RecipeChange& change : all) {
      if (found.size() == most_changes || (!found.empty() && !keeps_all(change) && keeps_all(found.front()))) break;
      const bool same_entry = std::any_of(found.begin(), found.end(), [&](const RecipeChange& other) {
        return other.from == change.from && other.list == change.list;
      });
      if (!same_entry && works(changed(request_, change))) found.push_back(change);
    }
    return found;
  }

  /// One change for each problem, enough together.
  std::vector<RecipeChange> together(const std::vector<Suspects>& problems) {
    std::vector<RecipeChange> found;
    Request request = request_;
    for (const Suspects& problem : problems) {
      if (const auto change = alone(problem)) {
        if (std::find(found.begin(), found.end(), *change) != found.end()) continue;
        request = changed(request, *change);
        found.push_back(*change);
      }
    }
    return works(request) ? found : std::vector<RecipeChange>{};
  }

 private:
  /// A change after which this problem's entries have a solution, whatever the rest of the recipe asks for.
  std::optional<RecipeChange> alone(const Suspects& problem) {
    Request only = request_;
    std::erase_if(only.packages, [&](const RecipeItem& item) {
      return std::none_of(problem.entries.begin(), problem.entries.end(),
                          [&](const RecipeItem& entry) { return entry.text == item.text; });
    });
    const std::vector<RecipeChange> all = candidates(problem);
    for (const RecipeChange& change : all) {
      const Request request = changed(only, change);
      if (request.packages.empty() || works(request)) return change;
    }
    return std::nullopt;
  }

  bool works(const Request& request) {
    if (request.packages.empty() || ++attempts_ > most_attempts) return false;
    return attempt_(request);
  }

  const Request& request_;
  const Attempt& attempt_;
  int attempts_ = 0;
};

}  // namespace

void find_changes(const Request& request, const std::vector<Suspects>& problems, const Attempt& attempt,
                  Unsolvable& unsolvable) {
  Search search(request, attempt);
  std::vector<RecipeChange> all;
  std::vector<RecipeChange> shared;
  for (const Suspects& problem : problems) {
    for (const RecipeChange& change : candidates(problem)) {
      const bool known = std::find(all.begin(), all.end(), change) != all.end();
      (known ? shared : all).push_back(change);
    }
  }
  const auto by_worth = [](std::vector<RecipeChange>& changes) {
    std::stable_partition(changes.begin(), changes.end(), keeps_all);
  };
  by_worth(all);
  by_worth(shared);
  unsolvable.changes = search.singles(problems.size() == 1 ? all : shared);
  if (!unsolvable.changes.empty() || problems.size() == 1) return;
  unsolvable.changes = search.together(problems);
  unsolvable.together = unsolvable.changes.size() > 1;
}

}  // namespace rootlet::solv
