#include "providers.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "rich.hpp"

namespace rootlet::rpm {
namespace {

std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.find_last_of('/') + 1;
  return {path.substr(0, slash), path.substr(slash)};
}

void sort_unique(std::vector<PackageId>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// Calls `each` with the paths that a requirement names, those in rich ones too.
template <class Each>
void for_each_path(rpmds requirement, Each each) {
  if (const auto rich = parse_rich(requirement)) {
    for_each_path(rich->left.get(), each);
    for_each_path(rich->right.get(), each);
  } else if (const char* name = rpmdsN(requirement); name != nullptr && *name == '/') {
    each(std::string(name));
  }
}

}  // namespace

Providers::Providers(const std::vector<Record>& records, const std::map<std::string, std::string>& links)
    : records_(records), links_(links) {
  for (const Record& record : records) links_.insert(record.merged.begin(), record.merged.end());
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    for (rpmds one = rpmdsInit(records[i].provides.get()); rpmdsNext(one) >= 0;) {
      by_name_[copied(rpmdsN(one))].push_back({PackageId{i}, rpmdsIx(one)});
    }
  }
  note_wanted_paths();
  index_paths();
}

std::string Providers::merged(std::string path) const {
  for (std::size_t i = 0; i <= links_.size(); ++i) {
    const auto link =
        std::find_if(links_.begin(), links_.end(), [&](const auto& one) { return path.starts_with(one.first + "/"); });
    if (link == links_.end()) return path;
    path = link->second + path.substr(link->first.size());
  }
  return path;
}

void Providers::note_wanted_paths() {
  const auto note = [&](const std::string& path) {
    const auto [directory, name] = split(merged(path));
    wanted_[directory][name];
  };
  for (const Record& record : records_) {
    for (const Dependencies* all :
         {&record.requirements, &record.recommends, &record.supplements, &record.conflicts, &record.orders}) {
      for (rpmds one = rpmdsInit(all->get()); rpmdsNext(one) >= 0;) for_each_path(one, note);
    }
  }
}

void Providers::index_paths() {
  for (std::uint32_t i = 0; i < records_.size(); ++i) {
    const FileNames& files = records_[i].files;
    std::vector<std::map<std::string, std::vector<PackageId>, std::less<>>*> directories;
    for (const std::string& directory : files.directories) {
      // merged() looks at what stands before a name.
      const auto found = wanted_.find(merged(directory));
      directories.push_back(found == wanted_.end() ? nullptr : &found->second);
    }
    std::size_t begin = 0;
    for (const std::uint32_t directory : files.directory_of) {
      const std::string_view name(&files.names[begin]);
      begin += name.size() + 1;
      if (directories[directory] == nullptr) continue;
      const auto found = directories[directory]->find(name);
      if (found != directories[directory]->end()) found->second.push_back(PackageId{i});
    }
  }
}

std::vector<PackageId> Providers::plain(rpmds requirement) const {
  std::vector<PackageId> found;
  const std::string name = copied(rpmdsN(requirement));
  if (name.starts_with('/')) {
    const auto [directory, file] = split(merged(name));
    const auto& in = wanted_.at(directory);
    found = in.at(file);
  }
  if (const auto same = by_name_.find(name); same != by_name_.end()) {
    for (const Provide& provide : same->second) {
      rpmds provides = records_[index(provide.by)].provides.get();
      rpmdsSetIx(provides, provide.place);
      if (rpmdsCompare(provides, requirement) != 0) found.push_back(provide.by);
    }
  }
  sort_unique(found);
  return found;
}

/// Those that each meet a requirement on one package: a plain one, or one of `with`, `without` and `or`.
std::vector<PackageId> Providers::alone(rpmds requirement) const {
  const auto rich = parse_rich(requirement);
  if (!rich) return plain(requirement);
  const auto left = alone(rich->left.get());
  const auto right = alone(rich->right.get());
  std::vector<PackageId> both;
  const auto into = std::back_inserter(both);
  if (rich->op == RPMRICHOP_WITH) {
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), into);
  } else if (rich->op == RPMRICHOP_WITHOUT) {
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), into);
  } else if (rich->op == RPMRICHOP_OR) {
    std::set_union(left.begin(), left.end(), right.begin(), right.end(), into);
  }
  return both;
}

bool Providers::met(rpmds requirement) const {
  const auto all = parts(requirement);
  return std::none_of(all.begin(), all.end(), [](const Part& part) { return part.providers.empty(); });
}

std::vector<Providers::Part> Providers::parts(rpmds requirement) const {
  std::vector<Part> all;
  collect(requirement, {}, all);
  return all;
}

void Providers::collect(rpmds requirement, const Condition& condition, std::vector<Part>& into) const {
  const auto rich = parse_rich(requirement);
  if (rich && rich->op == RPMRICHOP_AND) {
    collect(rich->left.get(), condition, into);
    collect(rich->right.get(), condition, into);
  } else if (rich && rich->op == RPMRICHOP_OR) {
    // Any package of a side that is met would do.
    Part any{condition, {}};
    for (const rpmds side : {rich->left.get(), rich->right.get()}) {
      if (!met(side)) continue;
      for (const Part& part : parts(side)) {
        any.providers.insert(any.providers.end(), part.providers.begin(), part.providers.end());
      }
    }
    sort_unique(any.providers);
    const bool either = met(rich->left.get()) || met(rich->right.get());
    if (!any.providers.empty() || !either) into.push_back(std::move(any));
  } else if (rich && (rich->op == RPMRICHOP_IF || rich->op == RPMRICHOP_UNLESS)) {
    const auto branch = parse_rich(rich->right.get());
    const bool branches = branch && branch->op == RPMRICHOP_ELSE;
    rpmds test = branches ? branch->left.get() : rich->right.get();
    const Condition tested{capability_of(test), met(test)};
    if (tested.is_there == (rich->op == RPMRICHOP_IF)) {
      collect(rich->left.get(), tested, into);
    } else if (branches) {
      collect(branch->right.get(), tested, into);
    } else if (rich->op == RPMRICHOP_UNLESS) {
      into.push_back({tested, {}});
    }
  } else {
    into.push_back({condition, alone(requirement)});
  }
}

}  // namespace rootlet::rpm
