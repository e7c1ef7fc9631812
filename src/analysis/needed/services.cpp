#include <algorithm>
#include <sstream>

#include "../paths.hpp"
#include "base/text.hpp"
#include "walk.hpp"

namespace rootlet::analysis {
namespace {

constexpr std::string_view nsswitch = "/etc/nsswitch.conf";
constexpr std::string_view pam_directories[] = {"/etc/pam.d/", "/usr/lib/pam.d/"};

std::string_view without_comment(std::string_view line) { return line.substr(0, line.find('#')); }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

bool links_with(const TreeFile& file, std::string_view library) {
  return file.elf && std::any_of(file.elf->needed.begin(), file.elf->needed.end(),
                                 [&](const std::string& name) { return name.starts_with(library); });
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

bool is_code(const TreeFile& file) { return file.elf || !file.interpreter.empty(); }

}  // namespace

void NeededServices::follow(const TreeFile& file) {
  if (walk_.tree().resolve_file(nsswitch) == &file) follow_nsswitch(file);
  follow_pam(file);
  if (file.elf) follow_converters(file);
  follow_companions(file);
  follow_package(file);
}

/// "passwd: files sss [NOTFOUND=return]" (nsswitch.conf(5)).
void NeededServices::follow_nsswitch(const TreeFile& file) {
  std::istringstream lines(walk_.content(file, most_text));
  for (std::string line; std::getline(lines, line);) {
    const std::string_view rule = without_comment(line);
    const std::size_t colon = rule.find(':');
    if (colon == std::string_view::npos) continue;
    std::istringstream words(std::string(rule.substr(colon + 1)));
    for (std::string word; words >> word;) {
      if (!word.starts_with('[')) walk_.need_library("libnss_" + word + ".so.2", "name-service", nullptr);
    }
  }
}

/// Services of a program that links with PAM, and of a service what it includes (pam.conf(5)). Modules are named as
/// libraries are.
void NeededServices::follow_pam(const TreeFile& file) {
  const bool program = links_with(file, "libpam.so");
  const bool service = std::any_of(std::begin(pam_directories), std::end(pam_directories),
                                   [&](std::string_view in) { return file.path.starts_with(in); });
  if (!program && !service) return;
  for (const std::string_view directory : pam_directories) {
    const std::string in(directory);
    if (program) {
      const std::string name(base_name(file.path));
      walk_.need(in + name, "pam", name);
      walk_.need_matching(in + name + "-*", "pam", name);
      walk_.need(in + "other", "pam", "other");
    }
    each_name(walk_.content(file, program ? most_code : most_text), [&](std::string_view name) {
      const bool plain = name.find_first_of("/*?:") == std::string_view::npos;
      if (plain) walk_.need(in + std::string(name), "pam", std::string(name));
    });
  }
}

/// "module FROM// TO// FILE COST" and "alias NAME// NAME//" (glibc, iconvconfig(8)).
void NeededServices::read_converters() {
  converters_read_ = true;
  std::map<std::string, std::string> aliases;
  for (const TreeFile& file : walk_.tree().files) {
    const std::size_t at = file.path.find("/gconv/gconv-modules");
    if (at == std::string::npos || file.type != FileType::regular || file.path.ends_with(".cache")) continue;
    std::istringstream lines(walk_.content(file, most_text));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words{std::string(without_comment(line))};
      std::string kind, from, to, module;
      words >> kind >> from >> to >> module;
      const std::string name = upper(from.substr(0, from.find("//")));
      if (kind == "alias") aliases[name] = upper(to.substr(0, to.find("//")));
      if (kind != "module") continue;
      const std::string path = file.path.substr(0, at) + "/gconv/" + module + (module.ends_with(".so") ? "" : ".so");
      converters_[name == "INTERNAL" ? upper(to.substr(0, to.find("//"))) : name].insert(path);
    }
  }
  for (const auto& [alias, name] : aliases) {
    const auto found = converters_.find(name);
    if (found != converters_.end()) converters_[alias].insert(found->second.begin(), found->second.end());
  }
}

/// Follows code that calls iconv_open(3) and names a character set.
void NeededServices::follow_converters(const TreeFile& file) {
  if (file.elf->soname.starts_with("libc.so")) return;
  const std::string content = walk_.content(file, most_code);
  if (content.find("iconv_open") == std::string::npos) return;
  if (!converters_read_) read_converters();
  for (const char* directory : {"/usr/lib64/gconv/", "/usr/lib/gconv/", "/lib64/gconv/", "/usr/lib/*/gconv/"}) {
    walk_.need_matching(std::string(directory) + "gconv-modules*", "character-set", "iconv_open");
  }
  const auto convert = [&](std::string_view name) {
    const auto found = converters_.find(upper(name));
    if (found == converters_.end()) return;
    for (const std::string& path : found->second) walk_.need(path, "character-set", std::string(name));
  };
  for (const std::string_view usual : usual_character_sets()) convert(usual);
  each_name(content, convert);
}

void NeededServices::follow_companions(const TreeFile& file) {
  const std::string name(base_name(file.path));
  const std::string stem = name.substr(0, name.find(".so"));
  for (const Companion& one : companions()) {
    if (!fits_glob(std::string(one.file), file.path)) continue;
    std::string also(one.also);
    replace(also, "%d", directory_of(file.path));
    replace(also, "%n", name);
    replace(also, "%s", stem);
    walk_.need_matching(also, one.rule);
  }
}

/// Follows paths that a package requires, and those that it marks as configuration, where its code is needed.
void NeededServices::follow_package(const TreeFile& file) {
  const auto& of = walk_.owners().of;
  if (!configuration_read_) {
    configuration_read_ = true;
    for (std::size_t i = 0; i < of.size(); ++i) {
      for (const Claim& claim : of[i]) {
        if (claim.file->config) configuration_[claim.package].push_back(i);
      }
    }
  }
  for (const Claim& claim : of[walk_.place_of(file)]) {
    const auto required = walk_.request().required.find(claim.package);
    if (required != walk_.request().required.end() && required_.insert(claim.package).second) {
      for (const std::string& path : required->second) walk_.need(path, "required", path);
    }
    if (!is_code(file) || !configured_.insert(claim.package).second) continue;
    for (const std::size_t place : configuration_[claim.package]) {
      walk_.need(walk_.tree().files[place].path, "configuration");
    }
  }
}

}  // namespace rootlet::analysis
