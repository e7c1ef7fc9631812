#include "hints.hpp"

#include <algorithm>
#include <ctime>
#include <map>

namespace rootlet::solv {
namespace {

constexpr std::int64_t day = 86400;
/// Repositories of one release whose newest packages are further apart than this do not belong together.
constexpr std::int64_t same_age = 60 * day;

std::string date(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm tm{};
  gmtime_r(&time, &tm);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &tm);
  return text;
}

/// When the newest package of each repository was built; repositories without such times are left out.
std::map<std::string, std::int64_t> newest_builds(::Pool& pool) {
  std::map<std::string, std::int64_t> newest;
  for_each_package(pool, [&](Id id) {
    ::Solvable& s = *pool_id2solvable(&pool, id);
    const auto built = static_cast<std::int64_t>(solvable_lookup_num(&s, SOLVABLE_BUILDTIME, 0));
    if (built > 0) newest[s.repo->name] = std::max(newest[s.repo->name], built);
  });
  return newest;
}

void age_hint(::Pool& pool, Id package, std::vector<Hint>& hints) {
  const auto newest = newest_builds(pool);
  const std::string repo = pool_id2solvable(&pool, package)->repo->name;
  const auto mine = newest.find(repo);
  if (mine == newest.end()) return;
  const auto other = std::max_element(newest.begin(), newest.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.second - mine->second) < std::abs(b.second - mine->second);
  });
  if (std::abs(other->second - mine->second) <= same_age) return;
  hints.push_back({"age", "repositories '" + repo + "' and '" + other->first +
                              "' are not of the same age: their newest packages were built on " + date(mine->second) +
                              " and " + date(other->second)});
}

/// "libldap-2.4.so.2()(64bit)" → "libldap": what versions of a library have in common; empty: not a library.
std::string library_of(const std::string& soname) {
  const auto end = soname.find(".so");
  if (end == std::string::npos || soname.starts_with('/')) return "";
  std::string stem = soname.substr(0, end);
  while (!stem.empty() && (std::isdigit(static_cast<unsigned char>(stem.back())) != 0 || stem.back() == '.'))
    stem.pop_back();
  if (stem.ends_with('-')) stem.pop_back();
  return stem;
}

/// "libc.so.6(GLIBC_2.34)(64bit)" → "libc.so.6()(64bit)".
std::string without_symbols(const std::string& soname) {
  const auto open = soname.find('(');
  const auto close = soname.find(')');
  if (open == std::string::npos || close == std::string::npos) return soname;
  return soname.substr(0, open + 1) + soname.substr(close);
}

bool is_64bit(const std::string& soname) { return soname.ends_with("(64bit)"); }

/// Another version of the same library.
void library_hint(::Pool& pool, const std::string& wanted, std::vector<Hint>& hints) {
  const std::string library = library_of(wanted);
  if (library.empty()) return;
  std::map<std::string, std::vector<Id>> found;
  for_each_package(pool, [&](Id id) {
    if (!considered(pool, id)) return;
    for (const Id given : dependencies(pool, id, SOLVABLE_PROVIDES)) {
      if (ISRELDEP(given)) continue;
      const std::string text = str_of(pool, given);
      if (text.find("()") == std::string::npos && is_64bit(text)) continue;  // a symbol version
      if (is_64bit(text) == is_64bit(wanted) && library_of(text) == library) found[text].push_back(id);
    }
  });
  if (found.empty()) return;
  const std::string plain = without_symbols(wanted);
  const bool same = plain != wanted && found.contains(plain);
  const auto& [text, packages] = same ? *found.find(plain) : *found.rbegin();
  const Nevra newest = sorted_nevras(pool, packages).back();
  const std::string from = newest.name + "-" + newest.version + " of repository '" +
                           pool_id2solvable(&pool, packages.front())->repo->name + "'";
  if (same) {
    hints.push_back({"capability", from + " provides " + text + ", but in a version that lacks some of its symbols"});
  } else {
    hints.push_back({"capability", from + " provides another version of the library, " + text});
  }
}

/// "svc" of "user(svc)".
std::string account_in(const std::string& capability, const std::string& kind) {
  const bool fits = capability.starts_with(kind + "(") && capability.ends_with(')');
  return fits ? capability.substr(kind.size() + 1, capability.size() - kind.size() - 2) : std::string();
}

/// An account that no package makes, or says to make: packages of rpm before 4.19 make theirs in scriptlets.
void account_hint(::Pool& pool, Id package, Id dep, std::vector<Hint>& hints) {
  const Id capability = capability_of(pool, dep);
  if (capability == 0) return;
  for (const std::string kind : {"user", "group"}) {
    const std::string account = account_in(str_of(pool, capability), kind);
    if (account.empty()) continue;
    std::string text = "the " + kind + " '" + account +
                       "' must be made by a package with a sysusers.d file (rpm 4.19 " +
                       "and later), or be in setup's /etc/" + (kind == "user" ? "passwd" : "group") +
                       "; a repository that has this package may be missing";
    std::vector<Id> namesakes;
    for_each_package(pool, [&](Id id) {
      const std::string name = str_of(pool, pool_id2solvable(&pool, id)->name);
      if (id != package && considered(pool, id) && (name == account || name.starts_with(account + "-"))) {
        namesakes.push_back(id);
      }
    });
    if (!namesakes.empty()) {
      text += "; " + sorted_nevras(pool, namesakes).back().str() + " may make it in a scriptlet, which nothing tells";
    }
    hints.push_back({"account", text});
  }
}

}  // namespace

std::vector<Hint> missing_hints_of_files(::Pool& pool, const std::string& capability) {
  std::vector<Hint> hints;
  library_hint(pool, capability, hints);
  hints.push_back({"files",
                   "files can bring along what they need, be left out with exclude, or require nothing with "
                   "requirements: false"});
  return hints;
}

std::vector<Hint> missing_hints(::Pool& pool, const Causes& causes, Id package, Id dep) {
  std::vector<Hint> hints;
  const Id name = capability_of(pool, dep);
  if (name != 0 && causes.near(dep).empty()) library_hint(pool, str_of(pool, name), hints);
  account_hint(pool, package, dep, hints);
  age_hint(pool, package, hints);
  return hints;
}

}  // namespace rootlet::solv
