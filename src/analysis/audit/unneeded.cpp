#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analysis/elf_files.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::array<std::string_view, 6> library_places{"/lib64",   "/usr/lib64",       "/lib",
                                                         "/usr/lib", "/usr/local/lib64", "/usr/local/lib"};

/// Libraries that programs load by name, by convention, or that are preloaded.
bool is_loaded_by_name(std::string_view name) {
  for (const std::string_view start : {"libnss_", "ld-", "ld.so", "libgcc_s", "libthread_db", "libpam_", "libmemusage",
                                       "libpcprofile", "libSegFault", "libjvm"}) {
    if (name.starts_with(start)) return true;
  }
  return name.find("san.so") != std::string_view::npos;
}

bool is_in_library_place(std::string_view path) {
  const std::string_view directory = directory_of(path);
  return std::find(library_places.begin(), library_places.end(), directory) != library_places.end() ||
         (directory.starts_with("/usr/lib/") && directory.ends_with("-linux-gnu"));
}

/// Finds out which libraries nothing in the root leads to.
class Unneeded {
 public:
  explicit Unneeded(const Subject& subject) : subject_(subject), elves_(*subject.tree) {
    ask_packages();
    std::vector<std::size_t> pending;
    for (const std::size_t place : elves_.places) {
      if (!is_library(place)) pending.push_back(place);
    }
    follow(std::move(pending));
  }

  void report(Findings& findings) const {
    struct Libraries {
      std::vector<std::size_t> unneeded;
      std::size_t all = 0;
    };
    std::map<std::optional<Nevra>, Libraries> by_owner;
    for (const std::size_t place : elves_.places) {
      if (!is_shared(place)) continue;
      Libraries& libraries = by_owner[subject_.owner(place)];
      ++libraries.all;
      if (!needed_.contains(place)) libraries.unneeded.push_back(place);
    }
    for (const auto& [owner, libraries] : by_owner) {
      if (libraries.unneeded.empty()) continue;
      const bool all = libraries.unneeded.size() == libraries.all;
      if (!owner) {
        for (const std::size_t place : libraries.unneeded) {
          findings.add("unneeded-library", {}, file(place).path, "no ELF file needs it, and no package requires it");
        }
      } else if (!all || !required_.contains(*owner)) {
        std::vector<std::string> names;
        for (const std::size_t place : libraries.unneeded) names.emplace_back(base_name(file(place).path));
        const std::string how_many = all ? "" : fmt::format(" ({} of its {} libraries)", names.size(), libraries.all);
        findings.add("unneeded-library", owner, file(libraries.unneeded.front()).path,
                     fmt::format("no ELF file needs {}{}", some_of(names), how_many));
      }
    }
  }

 private:
  [[nodiscard]] const TreeFile& file(std::size_t place) const { return subject_.tree->files[place]; }

  /// Whether it is there for others to link with.
  [[nodiscard]] bool is_shared(std::size_t place) const {
    const std::string& path = file(place).path;
    return is_in_library_place(path) && base_name(path).find(".so") != std::string_view::npos;
  }

  /// Whether there is reason to have it only if some file needs it.
  [[nodiscard]] bool is_library(std::size_t place) const {
    const ElfFile& elf = *file(place).elf;
    return is_shared(place) && elf.interpreter.empty() && !is_loaded_by_name(base_name(file(place).path)) &&
           !asked_for_.contains(elf.soname);
  }

  /// Notes what packages require: libraries by soname, and packages in other words, which may be for what they load by
  /// name.
  void ask_packages() {
    for (const Dependency& dependency : subject_.input.graph.dependencies) {
      const bool library = dependency.capability.find(".so") != std::string::npos;
      for (const PackageId provider : dependency.providers) {
        if (provider == dependency.from) continue;
        if (library) {
          asked_for_.insert(dependency.capability.substr(0, dependency.capability.find('(')));
        } else {
          required_.insert(subject_.nevra(provider));
        }
      }
    }
  }

  void follow(std::vector<std::size_t> pending) {
    while (!pending.empty()) {
      const std::size_t at = pending.back();
      pending.pop_back();
      if (!needed_.insert(at).second) continue;
      const ElfFile& elf = *file(at).elf;
      for (const std::string& name : elf.needed) {
        for (const auto& found : elves_.named(elf.machine, std::string(base_name(name)))) pending.push_back(found.file);
      }
    }
  }

  const Subject& subject_;
  ElfFiles elves_;
  std::set<std::string> asked_for_;
  std::set<Nevra> required_;
  std::set<std::size_t> needed_;
};

}  // namespace

void check_unneeded_libraries(const Subject& subject, Findings& findings) { Unneeded(subject).report(findings); }

}  // namespace rootlet::analysis
