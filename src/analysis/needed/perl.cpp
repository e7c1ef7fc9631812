#include <algorithm>
#include <array>
#include <sstream>

#include "../paths.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

/// Modules that perl loads by itself, for what a program does.
constexpr std::array<std::string_view, 6> loaded{"strict", "warnings", "Config", "utf8", "Carp", "XSLoader"};

/// "Foo::Bar" at the beginning of a text, within quotes or not; empty: none.
std::string module_at(std::string_view text) {
  constexpr std::string_view before = " \t\"'([{/";
  text.remove_prefix(std::min(text.find_first_not_of(before), text.size()));
  if (text.starts_with("qw") && text.size() > 2 && before.find(text[2]) != std::string_view::npos) {
    text.remove_prefix(std::min(text.find_first_not_of(before, 2), text.size()));
  }
  std::size_t end = 0;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_' ||
                               text[end] == ':' || text[end] == '/' || text[end] == '.')) {
    ++end;
  }
  return std::string(text.substr(0, end));
}

void each_use(const std::string& text, const std::function<void(const std::string&)>& visit) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("__END__") || line.starts_with("=cut")) continue;
    for (const std::string_view word : {"use ", "require ", "no "}) {
      const std::size_t at = line.find(word);
      if (at == std::string::npos || (at > 0 && std::isalnum(static_cast<unsigned char>(line[at - 1])) != 0)) continue;
      std::string_view rest = std::string_view(line).substr(at + word.size());
      const std::string module = module_at(rest);
      visit(module);
      if (module != "base" && module != "parent") continue;
      std::istringstream names{std::string(rest.substr(std::min(rest.find(module) + module.size(), rest.size())))};
      for (std::string name; names >> name;) visit(module_at(name));
    }
  }
}

}  // namespace

NeededPerl::NeededPerl(NeededWalk& walk) : walk_(walk) {
  for (const TreeFile& file : walk.tree().files) {
    const std::string_view name = base_name(file.path);
    const bool marks = name == "strict.pm" || name == "Config.pm";
    const std::string directory(directory_of(file.path));
    if (!marks || std::find(path_.begin(), path_.end(), directory) != path_.end()) continue;
    path_.push_back(directory + "/vendor_perl");
    path_.push_back(directory);
  }
  if (path_.empty()) return;
  for (const char* more : {"/usr/local/lib64/perl5", "/usr/local/share/perl5", "/usr/share/perl5/vendor_perl",
                           "/usr/lib64/perl5/vendor_perl", "/usr/share/perl5"}) {
    path_.emplace_back(more);
  }
}

void NeededPerl::follow(const TreeFile& file) {
  if (path_.empty()) return;
  const std::string_view name = base_name(file.path);
  if (file.elf) {
    if (!name.starts_with("perl") && !name.starts_with("libperl.so")) return;
    for (const std::string_view one : loaded) need_module(std::string(one));
    return;
  }
  const bool script = file.interpreter.find("perl") != std::string::npos;
  if (!script && !name.ends_with(".pm") && !name.ends_with(".pl")) return;
  each_use(walk_.content(file, most_text), [&](const std::string& module) { need_module(module); });
}

/// `name`: "Foo::Bar", or a file: "Foo/Bar.pm".
void NeededPerl::need_module(const std::string& name) {
  std::string path = name;
  for (std::size_t at = path.find("::"); at != std::string::npos; at = path.find("::", at)) path.replace(at, 2, "/");
  while (path.ends_with(':') || path.ends_with('.')) path.pop_back();
  if (path.empty() || path.starts_with('/')) return;
  const bool is_file = path.ends_with(".pm") || path.ends_with(".pl");
  const std::string stem = is_file ? path.substr(0, path.size() - 3) : path;
  for (const std::string& directory : path_) {
    bool found = walk_.need(directory + "/" + (is_file ? path : path + ".pm"), "perl", name);
    const std::string object = directory + "/auto/" + stem + "/" + std::string(base_name(stem)) + ".so";
    found = walk_.need(object, "perl", name) || found;
    if (found) walk_.need_matching(directory + "/auto/" + stem + "/*.al", "perl", name);
  }
}

}  // namespace rootlet::analysis
