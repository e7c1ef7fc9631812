#include "rootlet/needed.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "../needs.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

/// "de_DE.utf8" of "de_DE.UTF-8": how glibc names a directory of /usr/lib/locale.
std::string locale_directory(const std::string& locale) {
  const std::size_t dot = locale.find('.');
  if (dot == std::string::npos) return locale;
  std::string charset;
  for (const char c : locale.substr(dot + 1)) {
    if (c == '@') break;
    if (c != '-' && c != '_') charset += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return locale.substr(0, dot) + "." + charset;
}

void need_locale(NeededWalk& walk, const std::string& locale, const std::string& as) {
  const std::string language = locale.substr(0, locale.find_first_of(".@"));
  walk.need_matching("/usr/lib/locale/" + locale_directory(locale) + "/*", "locale", as);
  walk.need_matching("/usr/lib/locale/" + locale + "/*", "locale", as);
  walk.need_matching("/usr/lib/locale/locale-archive*", "locale", as);
  for (const std::string& name : {language, language.substr(0, language.find('_'))}) {
    walk.need_matching("/usr/share/locale/" + name + "/LC_MESSAGES/*", "locale", as);
  }
}

void need_environment(NeededWalk& walk, const std::map<std::string, std::string>& env) {
  for (const auto& [name, value] : env) {
    const std::string as = name + "=" + value;
    each_name(value, [&](std::string_view path) {  // lists, too: LD_LIBRARY_PATH
      if (path.starts_with('/')) walk.begin({std::string(path), "command", as});
    });
    if (value.empty() || value.find("..") != std::string::npos) continue;
    if (name == "LANG" || name.starts_with("LC_")) need_locale(walk, value, as);
    if (name == "TZ")
      walk.begin({"/usr/share/zoneinfo/" + value.substr(value.starts_with(':') ? 1 : 0), "time-zone", as});
    if (name == "TERM") {
      walk.need_matching("/usr/*/terminfo/" + value.substr(0, 1) + "/" + value, "terminal", as);
    }
  }
}

/// Licences of packages of which something else is needed, too.
void add_licenses(NeededFiles& needed, const FileTree& tree, const Owners& owners, const std::vector<bool>& shall_go) {
  std::set<PackageId> staying;
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    if (tree.files[i].type == FileType::directory || !needed.files.contains(tree.files[i].path)) continue;
    for (const Claim& claim : owners.of[i]) staying.insert(claim.package);
  }
  const NeededRule& rule = needed_rule("license");
  for (std::size_t i = 0; i < tree.files.size(); ++i) {
    const TreeFile& file = tree.files[i];
    if (file.type == FileType::directory || kind_of(file, owners.of[i]) != FileKind::license) continue;
    const bool stays = std::any_of(owners.of[i].begin(), owners.of[i].end(),
                                   [&](const Claim& claim) { return staying.contains(claim.package); });
    if (!stays || (i < shall_go.size() && shall_go[i])) continue;
    if (!needed.files.emplace(file.path, NeededBy{&rule, {}, {}}).second) continue;
    for (std::size_t slash = file.path.rfind('/'); slash > 0; slash = file.path.rfind('/', slash - 1)) {
      if (!needed.files.emplace(file.path.substr(0, slash), NeededBy{&needed_rule("way"), file.path, {}}).second) break;
    }
  }
}

}  // namespace

NeededFiles needed_files(const FileTree& tree, const Owners& owners, const NeededRequest& request,
                         const ContentOf& content) {
  NeededWalk walk(tree, owners, request, content);
  NeededServices services(walk);
  NeededPython python(walk);
  NeededPerl perl(walk);
  for (const NeededRoot& root : request.roots) walk.begin(root);
  need_environment(walk, request.env);
  const auto follow = [&](const TreeFile& file) {
    follow_code(walk, file);
    services.follow(file);
    python.follow(file);
    perl.follow(file);
  };
  walk.run(follow);
  for (std::size_t i = 0; i < tree.files.size() && i < request.may_go.size(); ++i) {
    if (!request.may_go[i] && tree.files[i].type != FileType::directory) walk.begin({tree.files[i].path, "staying"});
  }
  walk.run(follow);
  NeededFiles needed = walk.finish();
  add_licenses(needed, tree, owners, request.shall_go);
  return needed;
}

std::vector<NeededRoot> roots_of_command(const FileTree& tree, const std::vector<std::string>& command,
                                         const std::map<std::string, std::string>& env, const std::string& as) {
  std::vector<NeededRoot> roots;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (i > 0 || word.find('/') != std::string::npos) {
      // A shell's text may name several.
      each_name(word, [&](std::string_view name) {
        if (name.starts_with('/')) roots.push_back({std::string(name), "command", as});
      });
      continue;
    }
    std::vector<std::string> directories;
    if (const auto path = env.find("PATH"); path != env.end()) {
      for (std::size_t begin = 0; begin <= path->second.size();) {
        const std::size_t end = std::min(path->second.find(':', begin), path->second.size());
        directories.push_back(path->second.substr(begin, end - begin) + "/");
        begin = end + 1;
      }
    }
    for (const std::string_view usual : usual_path()) directories.emplace_back(usual);
    const auto found = std::find_if(directories.begin(), directories.end(), [&](const std::string& directory) {
      return tree.resolve_file(directory + word) != nullptr;
    });
    if (found != directories.end()) roots.push_back({*found + word, "command", as});
  }
  return roots;
}

std::vector<NeededRoot> roots_of_trace(const TouchedFiles& touched) {
  std::vector<NeededRoot> roots;
  for (const auto& [path, touch] : touched) {
    const char* as = touch.executed    ? "executed"
                     : touch.mapped    ? "mapped"
                     : touch.opened    ? "opened"
                     : touch.listed    ? "listed"
                     : touch.looked_at ? "looked at"
                                       : nullptr;
    if (as != nullptr) roots.push_back({path, "touched", as});
  }
  return roots;
}

std::vector<NeededRoot> roots_of_system(const FileTree& tree) {
  std::vector<NeededRoot> roots;
  for (const std::string_view place : system_places()) roots.push_back({std::string(place), "system"});
  // Links such as /bin stand for the directories that they lead to.
  for (const TreeFile& file : tree.files) {
    if (file.type != FileType::symlink) continue;
    const PathWalk way = tree.way(file.path);
    const bool directory =
        way.end == PathWalk::End::there && (way.file == nullptr || way.file->type == FileType::directory);
    if (directory) roots.push_back({file.path, "system"});
  }
  return roots;
}

std::vector<NeededStep> way_to(const NeededFiles& needed, const std::string& path) {
  std::vector<NeededStep> steps;
  for (std::string at = path; steps.size() <= needed.files.size();) {
    const auto found = needed.files.find(at);
    if (found == needed.files.end()) break;
    steps.push_back({at, found->second});
    if (found->second.by.empty()) break;
    at = found->second.by;
  }
  return steps;
}

}  // namespace rootlet::analysis
