#include <algorithm>
#include <map>
#include <set>

#include "base/secrets.hpp"
#include "foreign.hpp"
#include "lock_format.hpp"
#include "rootlet/error.hpp"

namespace rootlet::lock {
namespace {

/// Kind of an address, by its key, and the address without secrets.
using Address = std::pair<std::string, std::string>;

Address address_of_repo(const RepoSpec& repo) {
  if (!repo.metalink.empty()) return {"metalink", split_secrets(repo.metalink).plain};
  if (!repo.mirrorlist.empty()) return {"mirrorlist", split_secrets(repo.mirrorlist).plain};
  if (!repo.baseurl.empty()) return {"baseurl", split_secrets(repo.baseurl.front()).plain};
  throw Error("repository '" + repo.id + "' has no address");
}

/// An address with $arch in place of an architecture's name, as repositories' configurations have it.
std::string with_variable(std::string address, const std::string& arch) {
  if (arch.empty()) return address;
  for (std::size_t at = 0; (at = address.find(arch, at)) != std::string::npos; at += 5) {
    address.replace(at, arch.size(), "$arch");
  }
  return address;
}

/// Adds the repositories that packages come from, each id once.
class Repositories {
 public:
  void add(const RepoMetadata& repo, const std::string& arch) {
    const Address address = address_of_repo(repo.spec);
    const auto [place, fresh] = by_id_.emplace(repo.spec.id, Known{arch, address});
    Known& known = place->second;
    if (fresh || known.address == address) return;
    if (known.address.first == address.first &&
        with_variable(known.address.second, known.arch) == with_variable(address.second, arch)) {
      known.address.second = with_variable(known.address.second, known.arch);
      known.arch = arch;
      return;
    }
    throw Error("repository '" + repo.spec.id + "' has another address for " + arch + " than for " + known.arch +
                    ", and packages.manifest.yaml holds one for each id",
                "lock one architecture at a time with --arch");
  }

  [[nodiscard]] std::string text() const {
    std::string out = by_id_.empty() ? "  repositories: []\n" : "  repositories:\n";
    for (const auto& [id, known] : by_id_) {
      out += "    - id: " + block_text(id) + "\n";
      out += "      " + known.address.first + ": " + block_text(known.address.second) + "\n";
    }
    return out;
  }

 private:
  struct Known {
    std::string arch;
    Address address;
  };
  std::map<std::string, Known> by_id_;
};

/// A package and the architectures that it is for, beside its own.
struct Listed {
  const Package* package = nullptr;
  std::set<std::string> parents;
};

/// Packages by their own architecture, then by name and version.
using ByArch = std::map<std::string, std::map<std::pair<Nevra, std::string>, Listed>>;

void add_package(std::string& out, const Listed& listed) {
  const Package& package = *listed.package;
  out += "      - name: " + block_text(package.nevra.name) + "\n";
  out += "        repo_id: " + block_text(package.repo) + "\n";
  out += "        location: " + block_text(pinned_location(package)) + "\n";
  out += "        checksum: " + block_text(checksum_text(package.checksum)) + "\n";
  out += "        size: " + std::to_string(package.download_size) + "\n";
  out += "        evr: " + block_text(short_evr(package.nevra)) + "\n";
  const std::string& source = package.source_rpm;
  if (package.nevra.arch != "src" && source.ends_with(".rpm")) {
    out += "        srpm: " + block_text(source.substr(0, source.size() - 4)) + "\n";
  }
  if (package.nevra.arch != "noarch") return;
  out += "        parent_archs:\n";
  for (const std::string& one : listed.parents) out += "        - " + block_text(one) + "\n";
}

}  // namespace

std::string packages_manifest_text(const std::vector<SolvedArch>& arches) {
  Repositories repositories;
  ByArch packages;
  for (const SolvedArch& arch : arches) {
    std::vector<const Package*> all = brought(*arch.solution);
    for (const Package& source : arch.solution->sources) all.push_back(&source);
    for (const Package* package : all) {
      repositories.add(repo_of(*package, *arch.repos), arch.arch);
      Listed& listed = packages[package->nevra.arch][{package->nevra, package->repo}];
      listed.package = package;
      listed.parents.insert(arch.arch);
    }
  }
  std::string out = "document: rpm-package-manifest\nversion: 0.2.2\ndata:\n" + repositories.text();
  out += packages.empty() ? "  packages: {}\n" : "  packages:\n";
  for (const auto& [arch, list] : packages) {
    out += "    " + block_text(arch) + ":\n";
    for (const auto& [key, listed] : list) add_package(out, listed);
  }
  return out;
}

}  // namespace rootlet::lock
