#include <algorithm>
#include <array>
#include <sstream>

#include "../paths.hpp"
#include "base/text.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

/// Modules that the interpreter imports before any program runs (Lib/site.py, Python/pylifecycle.c), also those that it
/// does without naming it in Python.
constexpr std::array<std::string_view, 16> at_start{"encodings",
                                                    "encodings.aliases",
                                                    "encodings.utf_8",
                                                    "encodings.latin_1",
                                                    "encodings.ascii",
                                                    "encodings.cp437",
                                                    "encodings.idna",
                                                    "codecs",
                                                    "io",
                                                    "abc",
                                                    "site",
                                                    "os",
                                                    "stat",
                                                    "sitecustomize",
                                                    "usercustomize",
                                                    "importlib.machinery"};

constexpr std::array<std::string_view, 4> parents{"/usr/lib64/", "/usr/lib/", "/usr/local/lib64/", "/usr/local/lib/"};

bool is_word(char c) { return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || c == '.'; }

/// The version in "python3.9", "libpython3.9.so.1.0" or "/usr/lib/python3.9/os.py": "3.9"; empty: none.
std::string version_in(std::string_view text) {
  const std::size_t at = text.rfind("python");
  if (at == std::string_view::npos) return {};
  std::size_t end = at + 6;
  bool dot = false;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || (text[end] == '.' && !dot))) {
    dot = dot || text[end] == '.';
    ++end;
  }
  const std::string version(text.substr(at + 6, end - at - 6));
  return dot && !version.ends_with('.') ? version : std::string();
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

/// "a.b" of "a.b as c".
std::string first_word(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t(\\"), text.size()));
  std::size_t end = 0;
  while (end < text.size() && is_word(text[end])) ++end;
  return std::string(text.substr(0, end));
}

/// Calls `visit` with the modules that a source may import, and with names that may be modules in these.
void each_import(const std::string& text, const std::function<void(const std::string&)>& visit) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) continue;
    std::string_view rest = std::string_view(line).substr(begin);
    if (rest.starts_with("import ")) {
      for (const std::string& one : split(rest.substr(7, rest.find_first_of("#;") - 7), ',')) visit(first_word(one));
    } else if (rest.starts_with("from ")) {
      const std::size_t at = rest.find(" import");
      if (at == std::string_view::npos) continue;
      const std::string module = first_word(rest.substr(5, at - 5));
      std::string names(rest.substr(at + 7));
      const bool open = names.find('(') != std::string::npos;
      while (open && line.find(')') == std::string::npos && std::getline(lines, line)) names += "," + line;
      visit(module);
      const std::string prefix = module.ends_with('.') ? module : module + ".";
      for (const std::string& one : split(names.substr(0, names.find(')')), ',')) {
        if (const std::string name = first_word(one); !name.empty()) visit(prefix + name);
      }
    }
    for (const std::string_view call : {"import_module(", "__import__("}) {
      const std::size_t at = rest.find(call);
      if (at == std::string_view::npos || at + call.size() >= rest.size()) continue;
      visit(first_word(rest.substr(at + call.size() + 1)));
    }
  }
}

}  // namespace

NeededPython::NeededPython(NeededWalk& walk) : walk_(walk) {
  for (const TreeFile& file : walk.tree().files) {
    for (const std::string_view parent : parents) {
      if (!file.path.starts_with(std::string(parent) + "python")) continue;
      const std::size_t end = file.path.find('/', parent.size());
      const std::string directory = file.path.substr(0, end);
      const std::string version = version_in(directory);
      if (version.empty() || version_in(base_name(directory)) != version) continue;
      auto& path = path_[version];
      if (std::find(path.begin(), path.end(), directory) == path.end()) {
        path.insert(path.end(), {directory, directory + "/lib-dynload", directory + "/site-packages"});
      }
    }
    const std::string_view name = base_name(file.path);
    if (!path_.empty() && name.ends_with(".so")) {
      extensions_[std::string(directory_of(file.path)) + "/" + std::string(name.substr(0, name.find('.')))].push_back(
          file.path);
    }
  }
}

void NeededPython::follow(const TreeFile& file) {
  if (path_.empty()) return;
  if (file.elf) {
    const std::string version = version_in(base_name(file.path));
    if (!version.empty()) follow_interpreter(version);
    // Extensions import by name, too.
    const bool extension = path_.contains(version_in(file.path)) && base_name(file.path).ends_with(".so");
    if (!extension) return;
    each_name(walk_.content(file, most_code), [&](std::string_view name) {
      if (std::all_of(name.begin(), name.end(), is_word)) need_module(std::string(name), file.path);
    });
    return;
  }
  const bool script = file.interpreter.find("python") != std::string::npos;
  if (script || file.path.ends_with(".py")) follow_source(file);
}

/// The modules of the start, and what tells which packages are there.
void NeededPython::follow_interpreter(const std::string& version) {
  const auto path = path_.find(version);
  if (path == path_.end() || !started_.insert(version).second) return;
  for (const std::string_view name : at_start) need_module(std::string(name), path->second.front() + "/x.py");
  for (const std::string& directory : path->second) {
    if (!directory.ends_with("/site-packages")) {
      walk_.need_matching(directory + "/_sysconfigdata*.py", "python", "sysconfig");
      continue;
    }
    walk_.need_matching(directory + "/*.pth", "python", "site");
    walk_.need_matching(directory + "/*.dist-info/*", "python", "importlib.metadata");
    walk_.need_matching(directory + "/*.egg-info/*", "python", "importlib.metadata");
  }
}

void NeededPython::follow_source(const TreeFile& file) {
  each_import(walk_.content(file, most_text), [&](const std::string& name) { need_module(name, file.path); });
  // A package's data lie beside its modules.
  const std::string directory(directory_of(file.path));
  if (base_name(file.path) != "__init__.py" || directory.find("/site-packages/") == std::string::npos) return;
  const std::string inside = directory + "/";
  const auto& files = walk_.tree().files;
  for (auto one = std::lower_bound(files.begin(), files.end(), inside,
                                   [](const TreeFile&a, const std::string&path) { return a.path < path; });
       one != files.end() && one->path.starts_with(inside); ++one) {
    const std::string_view name = std::string_view(one->path).substr(inside.size());
    if (name.find('/') != std::string_view::npos || one->type == FileType::directory) continue;
    if (name.ends_with(".py") || name.ends_with(".pyc") || name.ends_with(".pyo") || name.ends_with(".so")) continue;
    walk_.need(one->path, "python", "data of " + std::string(base_name(directory)));
  }
}

/// `from`: the source that imports it.
void NeededPython::need_module(const std::string& name, const std::string& from) {
  std::size_t dots = 0;
  while (dots < name.size() && name[dots] == '.') ++dots;
  std::vector<std::string> parts = split(std::string_view(name).substr(dots), '.');
  if (parts.empty() && dots == 0) return;
  std::string beside(directory_of(from));
  if (dots > 0) {
    for (std::size_t i = 1; i < dots; ++i) beside = directory_of(beside);
    need_in(beside, parts);
    return;
  }
  const std::string version = version_in(from);
  for (const auto& [of, path] : path_) {
    if (path_.contains(version) && of != version) continue;
    for (const std::string& directory : path) {
      if (need_in(directory, parts)) break;
    }
  }
  if (!path_.contains(version) || from.find("/site-packages/") != std::string::npos || version.starts_with("2")) {
    need_in(beside, parts);
  }
}

bool NeededPython::need_in(const std::string& directory, const std::vector<std::string>& parts) {
  const std::string as = join(parts, ".");
  std::string at = directory;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (need_file(at + "/" + parts[i], "__init__", as)) {
      at += "/" + parts[i];
      continue;
    }
    return need_file(at, parts[i], as) || i > 0;
  }
  return !parts.empty();
}

/// A module as source, compiled, or as an extension.
bool NeededPython::need_file(const std::string& directory, const std::string& name, const std::string& as) {
  const std::string path = directory + "/" + name;
  bool found = walk_.need(path + ".py", "python", as);
  found = walk_.need(path + ".pyc", "python", as) || found;
  walk_.need(path + ".pyo", "python", as);
  if (found) walk_.need_matching(directory + "/__pycache__/" + name + ".*.pyc", "python", as);
  const auto extension = extensions_.find(path);
  if (extension == extensions_.end()) return found;
  for (const std::string& file : extension->second) found = walk_.need(file, "python", as) || found;
  return found;
}

}  // namespace rootlet::analysis
