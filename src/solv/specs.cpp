#include "specs.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>

#include "base/text.hpp"
#include "libsolvext.hpp"
#include "rich_limits.hpp"

extern "C" {
#include <solv/dataiterator.h>
#include <solv/evr.h>
}

namespace rootlet::solv {

/// One reading of a spec as (part of) a NEVRA; empty: any.
struct SpecMatcher::Form {
  std::string name, epoch, version, release, arch;
};

namespace {

constexpr std::array<std::pair<std::string_view, int>, 6> operators{
    {{"<=", REL_LT | REL_EQ}, {">=", REL_GT | REL_EQ}, {"==", REL_EQ}, {"<", REL_LT}, {">", REL_GT}, {"=", REL_EQ}}};

bool matches(const std::string& pattern, const std::string& text) {
  return pattern.empty() || (is_glob(pattern) ? fits_glob(pattern, text) : pattern == text);
}

bool version_matches(::Pool& pool, const std::string& pattern, const std::string& version) {
  if (pattern.empty()) return true;
  if (is_glob(pattern)) return fits_glob(pattern, version);
  return pool_evrcmp_str(&pool, pattern.c_str(), version.c_str(), EVRCMP_COMPARE) == 0;
}

bool is_part(std::string_view text) {
  return !text.empty() && text.find_first_of("-:(/=<> ") == std::string_view::npos;
}
bool is_name(std::string_view text) { return !text.empty() && text.find_first_of(":(/=<> ") == std::string_view::npos; }

bool is_source(::Pool& pool, Id id) {
  const Id arch = pool_id2solvable(&pool, id)->arch;
  return arch == ARCH_SRC || arch == ARCH_NOSRC;
}

/// Splits "name-[epoch:]version[-release]" from the right.
bool split_evr(std::string text, bool with_release, std::string& name, std::string& epoch, std::string& version,
               std::string& release) {
  if (with_release) {
    const auto dash = text.rfind('-');
    if (dash == std::string::npos) return false;
    release = text.substr(dash + 1);
    text.resize(dash);
    if (!is_part(release)) return false;
  }
  const auto dash = text.rfind('-');
  if (dash == std::string::npos) return false;
  version = text.substr(dash + 1);
  name = text.substr(0, dash);
  if (const auto colon = version.find(':'); colon != std::string::npos) {
    epoch = version.substr(0, colon);
    version.erase(0, colon + 1);
    if (epoch.empty() || epoch.find_first_not_of("0123456789") != std::string::npos) return false;
  }
  return is_part(version) && is_name(name);
}

/// "name", or "name OP version" with space before the operator: a name may hold any other character.
struct Capability {
  std::string name;
  int flags = 0;
  std::string evr;
};

std::optional<Capability> parse_capability(const std::string& spec) {
  constexpr const char* space = " \t\n\v\f\r";
  const auto end = spec.find_first_of(space);
  if (end == 0 || spec.empty()) return std::nullopt;
  const auto next = spec.find_first_not_of(space, end);
  if (next == std::string::npos) return Capability{spec.substr(0, end), 0, ""};
  std::string rest = spec.substr(next);
  std::size_t length = rest.find_first_not_of("<>=");
  if (length == std::string::npos) length = rest.size();
  for (length = std::min<std::size_t>(length, 2); length > 0; --length) {
    const std::string op = rest.substr(0, length);
    const auto known = std::find_if(operators.begin(), operators.end(), [&](const auto& o) { return op == o.first; });
    if (known == operators.end()) continue;
    const auto begin = rest.find_first_not_of(space, length);
    if (begin == std::string::npos) return std::nullopt;
    const std::string evr = rest.substr(begin);
    if (evr.find_first_of(space) != std::string::npos) return std::nullopt;
    return Capability{spec.substr(0, end), known->second, evr};
  }
  if (rest.find_first_of(space) != std::string::npos) return std::nullopt;
  return Capability{spec, 0, ""};  // a name with a space in it
}

}  // namespace

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

bool in_primary(std::string_view path) {
  return path.starts_with("/etc/") || path.find("bin/") != std::string_view::npos || path == "/usr/lib/sendmail";
}

std::vector<SpecMatcher::Form> SpecMatcher::forms(const std::string& spec) {
  std::vector<Form> found;
  const auto dot = spec.rfind('.');
  const std::string before = spec.substr(0, dot);
  const std::string arch = dot == std::string::npos ? "" : spec.substr(dot + 1);
  const bool has_arch = is_part(arch);
  Form form;
  if (has_arch && split_evr(before, true, form.name, form.epoch, form.version, form.release)) {
    form.arch = arch;
    found.push_back(form);
  }
  if (has_arch && is_name(before)) found.push_back({before, "", "", "", arch});
  if (is_name(spec)) found.push_back({spec, "", "", "", ""});
  form = {};
  if (split_evr(spec, true, form.name, form.epoch, form.version, form.release)) found.push_back(form);
  form = {};
  if (split_evr(spec, false, form.name, form.epoch, form.version, form.release)) found.push_back(form);
  return found;
}

bool SpecMatcher::fits(Id package) const { return (all_ || considered(pool_, package)) && !is_source(pool_, package); }

std::vector<Id> SpecMatcher::match(const Form& form) const {
  std::vector<Id> found;
  const bool glob = is_glob(form.name);
  const Id name = glob ? 0 : pool_str2id(&pool_, form.name.c_str(), 0);
  if (!glob && name == 0) return found;
  const bool any_evr = form.epoch.empty() && form.version.empty() && form.release.empty();
  const auto look_at = [&](Id id) {
    if (!fits(id)) return;
    const ::Solvable& s = *pool_id2solvable(&pool_, id);
    if (glob && !fits_glob(form.name, str_of(pool_, s.name))) return;
    if (!matches(form.arch, str_of(pool_, s.arch))) return;
    if (!any_evr) {
      const Nevra nevra = nevra_of(pool_, id);
      if (!form.epoch.empty() && std::strtoul(form.epoch.c_str(), nullptr, 10) != nevra.epoch) return;
      if (!version_matches(pool_, form.version, nevra.version)) return;
      if (!version_matches(pool_, form.release, nevra.release)) return;
    }
    found.push_back(id);
  };
  if (glob) {
    for_each_package(pool_, look_at);
  } else {
    for (const Id id : named(name)) look_at(id);
  }
  return found;
}

std::vector<Id> SpecMatcher::named(Id name) const {
  if (first_.empty()) {
    first_.resize(static_cast<std::size_t>(pool_.ss.nstrings));
    next_.resize(static_cast<std::size_t>(pool_.nsolvables));
    for (Id id = pool_.nsolvables - 1; id >= 2; --id) {
      if (pool_.solvables[id].repo == nullptr) continue;
      Id& first = first_.at(static_cast<std::size_t>(pool_.solvables[id].name));
      next_[static_cast<std::size_t>(id)] = first;
      first = id;
    }
  }
  std::vector<Id> found;
  if (static_cast<std::size_t>(name) >= first_.size()) return found;  // a word that came later
  for (Id id = first_[static_cast<std::size_t>(name)]; id != 0; id = next_[static_cast<std::size_t>(id)]) {
    found.push_back(id);
  }
  return found;
}

std::vector<Id> SpecMatcher::match_full_nevra(const std::string& pattern) const {
  std::vector<Id> found;
  if (!is_glob(pattern) || pattern.find_first_of("(/=<> ") != std::string::npos) return found;
  const bool with_epoch = pattern.find(':') != std::string::npos;
  for_each_package(pool_, [&](Id id) {
    if (!fits(id)) return;
    const Nevra nevra = nevra_of(pool_, id);
    const std::string version = with_epoch ? nevra.evr() : nevra.version + "-" + nevra.release;
    if (fits_glob(pattern, nevra.name + "-" + version + "." + nevra.arch)) found.push_back(id);
  });
  return found;
}

std::vector<Id> SpecMatcher::match_capability(const std::string& spec) const {
  std::set<Id> found;
  const auto add = [&](Id dep) {
    for (const Id id : providers(pool_, dep)) {
      if (fits(id)) found.insert(id);
    }
  };
  const auto capability = parse_capability(spec);
  if (!is_glob(spec) && spec.starts_with('(')) {
    if (spec.size() > longest_rich) return {};
    if (const Id rich = pool_parserpmrichdep(&pool_, spec.c_str()); rich != 0) add(rich);
  } else if (capability) {
    const auto& [name, flags, evr] = *capability;
    std::vector<Id> names;
    if (!is_glob(name)) {
      names.push_back(pool_str2id(&pool_, name.c_str(), 0));
    } else {
      // Any name that anything in the repositories has or asks for, paths among them.
      for (Id id = 2; id < pool_.ss.nstrings; ++id) {
        if (fits_glob(name, str_of(pool_, id))) names.push_back(id);
      }
    }
    for (const Id id : names) {
      if (id == 0) continue;
      add(flags == 0 ? id : pool_rel2id(&pool_, id, pool_str2id(&pool_, evr.c_str(), 1), flags, 1));
    }
  }
  return {found.begin(), found.end()};
}

std::vector<Id> SpecMatcher::match_file(const std::string& spec) const {
  return files_of(spec, is_glob(spec) ? SEARCH_GLOB : SEARCH_STRING);
}

std::vector<Id> SpecMatcher::files_of(const std::string& path, int how) const {
  std::set<Id> found;
  ::Dataiterator di;
  dataiterator_init(&di, &pool_, nullptr, 0, SOLVABLE_FILELIST, path.c_str(),
                    SEARCH_FILES | SEARCH_COMPLETE_FILELIST | how);
  while (dataiterator_step(&di) != 0) {
    if (fits(di.solvid)) found.insert(di.solvid);
  }
  dataiterator_free(&di);
  return {found.begin(), found.end()};
}

SpecMatcher::Match SpecMatcher::find_nevra(const std::string& spec) const {
  for (const Form& form : forms(spec)) {
    Match result{match(form), false, is_glob(form.arch)};
    if (result.packages.empty()) continue;
    result.just_name = form.arch.empty() && form.version.empty() && form.release.empty();
    return result;
  }
  return {match_full_nevra(spec), false, false};
}

SpecMatcher::Match SpecMatcher::find(const std::string& spec) const {
  Match result = find_nevra(spec);
  if (!result.packages.empty()) return result;
  result.packages = match_capability(spec);
  if (!result.packages.empty()) return result;
  if (spec.starts_with('/') || spec.starts_with("*/")) result.packages = match_file(spec);
  return result;
}

std::vector<Id> SpecMatcher::find_providers(const std::string& capability) const {
  std::set<Id> found;
  if (const Id name = pool_str2id(&pool_, capability.c_str(), 0); name != 0) {
    for (const Id id : providers(pool_, name)) {
      if (fits(id)) found.insert(id);
    }
  }
  if (capability.starts_with('/')) {
    for (const Id id : files_of(capability, SEARCH_STRING)) found.insert(id);
  }
  return {found.begin(), found.end()};
}

bool SpecMatcher::needs_filelists(const std::string& spec) {
  return (spec.starts_with('/') || spec.starts_with("*/")) && (is_glob(spec) || !in_primary(spec));
}

void SpecMatcher::add_obsoleters(std::vector<Id>& packages) const {
  if (!obsoleted_) {
    obsoleted_.emplace();
    for_each_package(pool_, [&](Id id) {
      if (pool_id2solvable(&pool_, id)->dep_obsoletes == 0 || !considered(pool_, id)) return;
      for (const Id dep : dependencies(pool_, id, SOLVABLE_OBSOLETES)) {
        for (const Id old : providers(pool_, dep)) {
          if (pool_match_nevr(&pool_, pool_id2solvable(&pool_, old), dep) != 0) obsoleted_->emplace_back(old, id);
        }
      }
    });
    std::sort(obsoleted_->begin(), obsoleted_->end());
  }
  std::set<Id> all(packages.begin(), packages.end());
  for (const Id old : packages) {
    const auto begin = std::lower_bound(obsoleted_->begin(), obsoleted_->end(), std::pair{old, Id{0}});
    for (auto one = begin; one != obsoleted_->end() && one->first == old; ++one) all.insert(one->second);
  }
  packages.assign(all.begin(), all.end());
}

std::vector<std::vector<Id>> SpecMatcher::candidate_sets(const std::string& spec) const {
  Match match = find(spec);
  if (match.packages.empty()) return {};
  const bool path = spec.starts_with('/') || spec.starts_with("*/");
  if (path || !is_glob(spec)) {
    if (match.just_name) add_obsoleters(match.packages);
    return {match.packages};
  }
  // A glob asks for one package of each name that it matches, or of each name and architecture.
  std::map<std::pair<std::string, std::string>, std::vector<Id>> by_name;
  for (const Id id : match.packages) {
    const ::Solvable& s = *pool_id2solvable(&pool_, id);
    by_name[{str_of(pool_, s.name), match.by_arch ? str_of(pool_, s.arch) : ""}].push_back(id);
  }
  std::vector<std::vector<Id>> sets;
  for (auto& [name, ids] : by_name) {
    if (match.just_name || match.by_arch) add_obsoleters(ids);
    sets.push_back(ids);
  }
  return sets;
}

}  // namespace rootlet::solv
