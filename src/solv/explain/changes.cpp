#include "changes.hpp"

#include <algorithm>
#include <optional>

namespace rootlet::solv {
namespace {

/// Solving takes as long as ever; so many times at most.
constexpr int most_attempts = 20;
constexpr std::size_t most_changes = 3;

void remove_from(std::vector<RecipeItem>& items, const std::string& text) {
  std::erase_if(items, [&](const RecipeItem& item) { return item.text == text; });
}

bool asks_nothing(const Request& request) {
  return request.selection.packages.empty() && request.selection.file_requirements.empty();
}

Request changed(Request request, const RecipeChange& change) {
  if (change.list == "modules.enable") {
    request.selection.modules.enable.push_back({change.to, {}});
    return request;
  }
  auto& items = change.list == "exclude" ? request.selection.exclude : request.selection.packages;
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
  for (const std::string& stream : problem.streams) add({{}, "modules.enable", "", stream});
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
        return !change.from.empty() && other.from == change.from && other.list == change.list;
      });
      if (!same_entry && works(changed(request_, change))) found.push_back(change);
    }
    return found;
  }

  /// Changes that are enough together: one for each problem, and of the excluded entries as few as possible.
  std::vector<RecipeChange> together(const std::vector<Suspects>& problems) {
    std::vector<RecipeChange> found;
    Request request = request_;
    request.selection.exclude.clear();
    for (const Suspects& problem : problems) {
      const auto change = alone(request, problem);
      if (!change || std::find(found.begin(), found.end(), *change) != found.end()) continue;
      request = changed(request, *change);
      found.push_back(*change);
    }
    if (!works(request)) return {};
    std::vector<RecipeChange> removed;
    for (const RecipeItem& item : request_.selection.exclude) {
      request.selection.exclude.push_back(item);
      if (works(request)) continue;
      request.selection.exclude.pop_back();
      removed.push_back({item.mark, "exclude", item.text, ""});
    }
    found.insert(found.begin(), removed.begin(), removed.end());
    return attempts_ > most_attempts ? std::vector<RecipeChange>{} : found;
  }

 private:
  /// Change that makes this problem's entries solvable without what `base` excludes; nothing where that is enough.
  std::optional<RecipeChange> alone(const Request& base, const Suspects& problem) {
    Request only = base;
    std::erase_if(only.selection.packages, [&](const RecipeItem& item) {
      return std::none_of(problem.entries.begin(), problem.entries.end(),
                          [&](const RecipeItem& entry) { return entry.text == item.text; });
    });
    std::erase_if(only.selection.file_requirements,
                  [&](const FileRequirement& each) { return !problem.requirements.contains(each.item.text); });
    if (asks_nothing(only) || works(only)) return std::nullopt;
    for (const RecipeChange& change : candidates(problem)) {
      if (change.list == "exclude") continue;
      const Request request = changed(only, change);
      if (asks_nothing(request) || works(request)) return change;
    }
    return std::nullopt;
  }

  bool works(const Request& request) {
    if (asks_nothing(request) || ++attempts_ > most_attempts) return false;
    return attempt_(request);
  }

  const Request& request_;
  const Attempt& attempt_;
  int attempts_ = 0;
};

}  // namespace

WaysOut find_changes(const Request& request, const std::vector<Suspects>& problems, const Attempt& attempt) {
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
  const auto rest = std::find_if_not(all.begin(), all.end(), keeps_all);
  const bool one = problems.size() == 1;
  const auto first = search.singles(one ? std::vector<RecipeChange>(all.begin(), rest) : shared);
  if (!first.empty()) return {first, false};
  std::vector<RecipeChange> joint;
  if (!one || request.selection.exclude.size() > 1) {
    joint = search.together(problems);
    const bool enough = !joint.empty() && std::all_of(joint.begin(), joint.end(), keeps_all);
    if (!one || enough) return {joint, joint.size() > 1};
  }
  const auto single = search.singles({rest, all.end()});
  if (!single.empty()) return {single, false};
  return {joint, joint.size() > 1};
}

}  // namespace rootlet::solv
