#include "providers.hpp"

#include <algorithm>
#include <string_view>

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
  const auto note = [&](const Leaf& leaf) {
    const char* path = rpmdsN(leaf.requirement);
    if (path == nullptr || *path != '/') return;
    const auto [directory, name] = split(merged(path));
    wanted_[directory][name];
  };
  for (const Record& record : records_) {
    for (const Dependencies* all :
         {&record.requirements, &record.recommends, &record.supplements, &record.conflicts, &record.orders}) {
      for (rpmds one = rpmdsInit(all->get()); rpmdsNext(one) >= 0;) for_each_leaf(requirement_of(one), note);
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

std::vector<PackageId> Providers::alone(const RequirementTree<Leaf>& requirement) const {
  return each_alone(requirement, [&](const Leaf& leaf) { return plain(leaf.requirement); });
}

bool Providers::met_by_one(const RequirementTree<Leaf>& requirement) const { return !alone(requirement).empty(); }

bool Providers::met(rpmds requirement) const {
  return holds(requirement_of(requirement), [&](const auto& part) { return met_by_one(part); });
}

std::vector<Providers::Part> Providers::parts(rpmds requirement) const {
  const RequirementTree<Leaf> tree = requirement_of(requirement);
  std::vector<Part> all;
  for (const Demand<Leaf>& need : demands(tree, [&](const auto& part) { return met_by_one(part); })) {
    const RequirementTree<Leaf>* condition = need.because.condition;
    Part part{condition == nullptr
                  ? Condition{}
                  : Condition{capability_of(condition->leaf.requirement), need.because.condition_holds},
              {}};
    for (const Counting<Leaf>& one : need.any_of) {
      const auto providers = alone(*one.part);
      part.providers.insert(part.providers.end(), providers.begin(), providers.end());
    }
    sort_unique(part.providers);
    all.push_back(std::move(part));
  }
  return all;
}

}  // namespace rootlet::rpm
