#include <algorithm>
#include <map>
#include <set>

#include "../specs.hpp"
#include "base/text.hpp"
#include "hints.hpp"

namespace rootlet::solv {
namespace {

constexpr std::size_t most_versions = 5;

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// The names of all packages that may be chosen, and which packages have them.
std::map<std::string, std::vector<Id>> names_of(::Pool& pool) {
  std::map<std::string, std::vector<Id>> names;
  for_each_package(pool, [&](Id id) {
    if (!considered(pool, id)) return;
    const ::Solvable& s = *pool_id2solvable(&pool, id);
    if (s.arch != ARCH_SRC && s.arch != ARCH_NOSRC) names[str_of(pool, s.name)].push_back(id);
  });
  return names;
}

/// Looks for what an entry could have meant, the surest reading first.
class Guesser {
 public:
  Guesser(::Pool& pool, const std::string& entry) : pool_(pool), entry_(entry), names_(names_of(pool)) {}

  Guess run() {
    version();
    architecture();
    operators();
    if (found_.hints.empty()) spelling();
    if (found_.hints.empty()) library();
    if (found_.hints.empty()) program();
    if (found_.hints.empty()) elsewhere();
    if (found_.hints.empty()) nearest_name();
    return std::move(found_);
  }

 private:
  void say(const char* kind, const std::string& text, const std::string& instead) {
    found_.hints.push_back({kind, text});
    if (!instead.empty()) found_.instead.push_back(instead);
  }

  /// "version 1-1", "3 versions: 1-1, 2-1, 3-1".
  std::string versions(const std::vector<Id>& packages) const {
    std::vector<std::string> found;
    for (const Nevra& nevra : sorted_nevras(pool_, packages)) {
      const std::string epoch = nevra.epoch > 0 ? std::to_string(nevra.epoch) + ":" : "";
      const std::string evr = epoch + nevra.version + "-" + nevra.release;
      if (found.empty() || found.back() != evr) found.push_back(evr);
    }
    std::string text = found.size() == 1 ? "version " : counted(found.size(), "version") + ": ";
    if (found.size() > most_versions) {
      text += "… ";
      found.erase(found.begin(), found.end() - most_versions);
    }
    return text + join(found, ", ");
  }

  /// "tool-9": the name is known, the version is not.
  void version() {
    for (auto dash = entry_.rfind('-'); dash != std::string::npos && dash > 0; dash = entry_.rfind('-', dash - 1)) {
      const auto named = names_.find(entry_.substr(0, dash));
      const char first = dash + 1 < entry_.size() ? entry_[dash + 1] : ' ';
      if (named == names_.end() || first < '0' || first > '9') continue;
      say("version", named->first + " exists in " + versions(named->second), named->first);
      std::vector<Id> hidden;
      for_each_package(pool_, [&](Id id) {
        if (!considered(pool_, id) && str_of(pool_, pool_id2solvable(&pool_, id)->name) == named->first)
          hidden.push_back(id);
      });
      if (!hidden.empty()) say("module", "excluded, or hidden by a module stream: " + versions(hidden), "");
      return;
    }
  }

  /// "tool.s390x": the name is known, but for other architectures.
  void architecture() {
    const auto dot = entry_.rfind('.');
    if (dot == std::string::npos || !found_.hints.empty()) return;
    const auto named = names_.find(entry_.substr(0, dot));
    if (named == names_.end()) return;
    std::set<std::string> arches;
    for (const Id id : named->second) arches.insert(nevra_of(pool_, id).arch);
    say("arch", named->first + " exists for " + join(std::vector<std::string>(arches.begin(), arches.end()), ", "),
        named->first);
  }

  /// "lib >= 9": the capability is known, but not in that version.
  void operators() {
    const auto op = entry_.find_first_of(" <>=");
    if (op == std::string::npos || !found_.hints.empty()) return;
    const std::string name = entry_.substr(0, op);
    const Id id = pool_str2id(&pool_, name.c_str(), 0);
    std::set<std::string> given;
    std::vector<Id> by;
    for (const Id package : id != 0 ? providers(pool_, id) : std::vector<Id>{}) {
      if (!considered(pool_, package)) continue;
      for (const Id dep : dependencies(pool_, package, SOLVABLE_PROVIDES)) {
        if (capability_of(pool_, dep) == id) given.insert(dep_str(pool_, dep));
      }
      by.push_back(package);
    }
    if (given.empty()) return;
    const Nevra newest = sorted_nevras(pool_, by).back();
    say("version", "there is " + *given.rbegin() + ", from " + as_rpm(newest), name);
  }

  void spelling() {
    const std::string wanted = lower(entry_);
    for (const auto& [name, ids] : names_) {
      if (lower(name) == wanted) return say("name", "names are case-sensitive: did you mean '" + name + "'?", name);
    }
    // As Debian would call it.
    std::vector<std::string> others;
    if (wanted.ends_with("-dev")) {
      const std::string stem = wanted.substr(0, wanted.size() - 4);
      others = {stem + "-devel", stem.starts_with("lib") ? stem.substr(3) + "-devel" : ""};
    }
    if (wanted.starts_with("lib")) {
      std::string stem = wanted;
      while (!stem.empty() &&
             (std::isdigit(static_cast<unsigned char>(stem.back())) != 0 || stem.back() == '.' || stem.back() == '-')) {
        stem.pop_back();
      }
      if (stem.size() > 3) {
        others.insert(others.end(), {stem, stem.substr(3) + "-libs", "lib" + stem.substr(3) + "-libs", stem.substr(3)});
      }
    }
    for (const std::string& other : others) {
      if (!other.empty() && other != entry_ && names_.contains(other)) {
        return say("name", "did you mean '" + other + "'?", other);
      }
    }
  }

  /// "libssl.so.3" → "libssl.so.3()(64bit)".
  void library() {
    std::map<std::string, std::vector<Id>> found;
    for (const auto& [name, ids] : names_) {
      for (const Id id : ids) {
        for (const Id dep : dependencies(pool_, id, SOLVABLE_PROVIDES)) {
          if (ISRELDEP(dep)) continue;
          const std::string text = str_of(pool_, dep);
          if (text.starts_with(entry_ + "(") || (entry_.ends_with(".so") && text.starts_with(entry_ + "."))) {
            found[text].push_back(id);
          }
        }
      }
    }
    if (found.empty()) return;
    const auto whole =
        std::find_if(found.begin(), found.end(), [](const auto& f) { return f.first.ends_with("()(64bit)"); });
    const auto& [text, ids] = whole != found.end() ? *whole : *found.begin();
    say("capability", sorted_nevras(pool_, ids).back().name + " provides '" + text + "'", text);
  }

  /// A program's name instead of its package's.
  void program() {
    if (entry_.find('/') != std::string::npos || is_glob(entry_)) return;
    for (const char* folder : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"}) {
      const std::string path = folder + entry_;
      const auto packages = SpecMatcher(pool_).find(path).packages;
      if (packages.empty()) continue;
      const std::string name = sorted_nevras(pool_, packages).front().name;
      return say("path", name + " has " + path, name);
    }
  }

  /// A path that is somewhere else: /bin/x for /usr/bin/x.
  void elsewhere() {
    if (!entry_.starts_with('/') || is_glob(entry_)) return;
    const std::string base = entry_.substr(entry_.rfind('/') + 1);
    std::vector<std::string> paths{"/usr" + entry_, "/usr/bin/" + base, "/usr/sbin/" + base, "/bin/" + base,
                                   "/sbin/" + base};
    if (entry_.starts_with("/usr/")) paths.push_back(entry_.substr(4));
    for (const std::string& path : paths) {
      if (path == entry_) continue;
      const auto packages = SpecMatcher(pool_).find(path).packages;
      if (!packages.empty()) return say("path", sorted_nevras(pool_, packages).front().name + " has " + path, path);
    }
  }

  void nearest_name() {
    std::vector<std::string> all;
    all.reserve(names_.size());
    for (const auto& [name, ids] : names_) all.push_back(name);
    if (const auto near = nearest(entry_, all)) say("name", "did you mean '" + *near + "'?", *near);
  }

  ::Pool& pool_;
  const std::string& entry_;
  std::map<std::string, std::vector<Id>> names_;
  Guess found_;
};

}  // namespace

Guess guess(::Pool& pool, const std::string& entry) { return Guesser(pool, entry).run(); }

}  // namespace rootlet::solv
