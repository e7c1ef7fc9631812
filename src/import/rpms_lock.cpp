#include <algorithm>
#include <map>

#include "pinned.hpp"

namespace rootlet::imports {
namespace {

using recipe::Member;
using recipe::Value;

/// Name, version with release, and architecture of a package.
struct NamedFile {
  std::string name, evr, arch;
};

/// Takes apart the name of a package file: "bash-5.1.8-6.el9.x86_64.rpm". Parts that are not there are empty.
NamedFile file_of(const std::string& url) {
  std::string file = url.substr(url.rfind('/') + 1);
  NamedFile named;
  if (!file.ends_with(".rpm")) return named;
  file.resize(file.size() - 4);
  const std::size_t dot = file.rfind('.');
  if (dot == std::string::npos) return named;
  named.arch = file.substr(dot + 1);
  file.resize(dot);
  const std::size_t release = file.rfind('-');
  const std::size_t version = release == std::string::npos || release == 0 ? release : file.rfind('-', release - 1);
  if (version == std::string::npos) return named;
  named.name = file.substr(0, version);
  named.evr = file.substr(version + 1);
  return named;
}

/// A repository as far as the addresses of its files tell it.
struct GuessedRepo {
  Mark mark;
  std::map<std::string, std::string> by_arch;  ///< the address, by the architecture of the list
  bool known = true;                           ///< addresses of all its files agree
};

class RpmsLock {
 public:
  explicit RpmsLock(RecipeDraft& draft) : draft_(draft) {}

  void take_arch(const Value& entry) {
    const std::string arch = member_text(entry, "arch");
    if (arch.empty()) return draft_.leave(entry.mark, "arches", "an entry without arch");
    arches_.push_back(arch);
    for (const Member& member : entry.members) {
      if (member.key == "packages") {
        for (const Value& one : member.value.items) take_package(one, arch);
      } else if (member.key == "source") {
        if (!member.value.items.empty()) draft_.leave(member.mark, "source", "sources are never fetched");
      } else if (member.key == "module_metadata") {
        for (const Value& one : member.value.items) note_address(one, arch, "/repodata/");
        if (!member.value.items.empty()) draft_.leave(member.mark, member.key, "repositories say it themselves");
      } else if (member.key != "arch") {
        draft_.leave(member.mark, member.key, "recipes have nothing like it");
      }
    }
  }

  void finish(const Member& member) {
    set_arches(arches_, member, draft_);
    for (const auto& [id, repo] : repos_) add_repo_of(id, repo);
    packages_.take(arches_, draft_);
    if (!arches_.empty()) leave_what_locks_hold(member.mark, "url, repoid, size and checksum", draft_);
  }

 private:
  void take_package(const Value& entry, const std::string& arch) {
    const std::string url = member_text(entry, "url");
    NamedFile named = file_of(url);
    if (const std::string name = member_text(entry, "name"); !name.empty()) named.name = name;
    if (const std::string evr = member_text(entry, "evr"); !evr.empty()) named.evr = evr;
    packages_.add(entry.mark, named.name.empty() ? url : named.name, named.evr, named.arch, {arch}, draft_);
    note_address(entry, arch, "/Packages/");
  }

  /// Notes the repository's address: what stands before `part` in that of a file.
  void note_address(const Value& entry, const std::string& arch, std::string_view part) {
    const std::string id = member_text(entry, "repoid");
    const std::string url = member_text(entry, "url");
    if (id.empty() || url.empty()) return;
    GuessedRepo& repo = repos_.emplace(id, GuessedRepo{entry.mark, {}}).first->second;
    const std::size_t end = url.rfind(part);
    const std::string address = end == std::string::npos ? "" : url.substr(0, end + 1);
    const auto [place, fresh] = repo.by_arch.emplace(arch, address);
    if (address.empty() || place->second != address) repo.known = false;
  }

  void add_repo_of(const std::string& id, const GuessedRepo& repo) {
    std::string address = repo.by_arch.begin()->second;
    bool same = repo.known;
    for (const auto& [arch, own] : repo.by_arch) same = same && own == address;
    if (!same && repo.known) {
      address = with_basearch(address, repo.by_arch.begin()->first);
      same = std::all_of(repo.by_arch.begin(), repo.by_arch.end(),
                         [&](const auto& one) { return with_basearch(one.second, one.first) == address; });
    }
    if (!same) {
      return draft_.lack("repos: the address of repository '" + shown(id) +
                         "', which those of its packages do not tell: --repos takes the .repo file that has it");
    }
    ForeignRepo found{id, repo.mark, {}};
    found.keys.push_back({"baseurl", repo.mark, text_value(address, repo.mark)});
    take_repo(found, draft_);
  }

  RecipeDraft& draft_;
  std::vector<std::string> arches_;
  std::map<std::string, GuessedRepo> repos_;
  PinnedPackages packages_;
};

}  // namespace

void read_rpms_lock(const ForeignFile& file, RecipeDraft& draft) {
  const Value document = parse_map(file, "lock");
  RpmsLock lock(draft);
  for (const Member& member : document.members) {
    if (member.key == "arches") {
      for (const Value& entry : member.value.items) lock.take_arch(entry);
      lock.finish(member);
    } else if (member.key == "lockfileVersion") {
      if (member.value.text != "1")
        recipe::fail(member.mark, "lockfileVersion: expected 1, found " + line_of(member.value));
      draft.leave(member.mark, member.key, "it is of the format");
    } else {
      draft.leave(member.mark, member.key,
                  member.key == "lockfileVendor" ? "it is of the format" : "recipes have nothing like it");
    }
  }
}

}  // namespace rootlet::imports
