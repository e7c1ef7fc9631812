#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "subject.hpp"

namespace rootlet::analysis {
namespace {

// Commands by name, without a version.
constexpr std::array<std::string_view, 51> managers{
    "apk",      "apt",          "apt-get",    "aptitude", "bundle", "bundler",  "cabal", "cargo",
    "composer", "conda",        "corepack",   "cpan",     "cpanm",  "dnf",      "dnf5",  "dnf4",
    "dpkg",     "easy_install", "flatpak",    "gem",      "guix",   "luarocks", "mamba", "micromamba",
    "microdnf", "micropipenv",  "nix",        "nix-env",  "npm",    "npx",      "opkg",  "pacman",
    "pdm",      "pear",         "pecl",       "pip",      "pipenv", "pipx",     "pkcon", "pnpm",
    "poetry",   "rpm",          "rpm-ostree", "snap",     "tdnf",   "urpmi",    "uv",    "xbps-install",
    "yarn",     "yum",          "zypper"};
constexpr std::array<std::string_view, 21> shells{"ash",  "bash", "busybox", "csh",  "dash", "elvish", "fish",
                                                  "ksh",  "lksh", "loksh",   "mksh", "nu",   "oksh",   "pdksh",
                                                  "posh", "pwsh", "rbash",   "sh",   "tcsh", "toybox", "zsh"};
constexpr std::array<std::string_view, 48> compilers{
    "ar",       "as",          "c++",     "c89",    "c99",      "cc",    "clang",  "clang++", "cmake", "cpp",
    "csc",      "dart2native", "dmd",     "f77",    "f95",      "flang", "fpc",    "g++",     "gcc",   "gdc",
    "gfortran", "ghc",         "gmake",   "gnat",   "go",       "gold",  "icc",    "icx",     "javac", "jshell",
    "ld",       "ld.bfd",      "ld.gold", "ld.lld", "ld.mold",  "ldc2",  "lld",    "make",    "meson", "mold",
    "nasm",     "ninja",       "nvcc",    "ocamlc", "ocamlopt", "rustc", "swiftc", "tcc"};

struct Family {
  std::string_view rule;
  std::span<const std::string_view> commands;
};
constexpr std::array<Family, 3> families{{{"compiler", compilers}, {"package-manager", managers}, {"shell", shells}}};

/// Packages of these names are what their commands are, though the names differ.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> packages{{
    {"binutils", "ld"},
    {"gcc-c++", "g++"},
    {"golang-bin", "go"},
    {"ksh93", "ksh"},
    {"nodejs-npm", "npm"},
    {"perl-CPAN", "cpan"},
    {"perl-App-cpanminus", "cpanm"},
    {"python3-pip", "pip"},
    {"rubygems", "gem"},
    {"rubygem-bundler", "bundler"},
    {"ninja-build", "ninja"},
    {"rust", "rustc"},
}};

/// "gcc" of "x86_64-redhat-linux-gcc-11", "pip" of "pip3.9".
std::string_view without_target_and_version(std::string_view name) {
  const std::string_view system = "-linux-";
  if (const std::size_t at = name.find(system); at != std::string_view::npos) name.remove_prefix(at + system.size());
  for (const std::string_view abi : {"gnu-", "musl-"}) {
    if (name.starts_with(abi)) name.remove_prefix(abi.size());
  }
  while (!name.empty() && (name.back() == '.' || (name.back() >= '0' && name.back() <= '9'))) name.remove_suffix(1);
  if (name.ends_with('-')) name.remove_suffix(1);
  return name;
}

/// The rule that a command of this name falls under; empty: none.
std::string_view rule_of(std::string_view name) {
  for (const std::string_view each : {name, without_target_and_version(name)}) {
    for (const Family& family : families) {
      if (std::find(family.commands.begin(), family.commands.end(), each) != family.commands.end()) return family.rule;
    }
  }
  return {};
}

/// Programs that fall under a rule, by the package that has them.
using Programs = std::map<std::tuple<std::string_view, std::optional<Nevra>, std::string>, std::vector<std::string>>;

bool is_program(const TreeFile& file) { return file.type == FileType::regular && (file.mode & 0111U) != 0; }

Programs programs_of(const Subject& subject) {
  Programs found;
  for (std::size_t i = 0; i < subject.tree->files.size(); ++i) {
    const TreeFile& file = subject.tree->files[i];
    const std::string_view directory = directory_of(file.path);
    if (!directory.ends_with("/bin") && !directory.ends_with("/sbin")) continue;
    const std::string_view rule = rule_of(base_name(file.path));
    if (rule.empty()) continue;
    const TreeFile* program = file.type == FileType::symlink ? subject.tree->resolve(file.path) : &file;
    if (program == nullptr || !is_program(*program)) continue;
    std::optional<Nevra> owner = subject.owner(i);
    if (!owner) owner = subject.owner(subject.place(*program));
    const std::string alone = owner ? "" : program->path;
    found[{rule, std::move(owner), alone}].push_back(file.path);
  }
  return found;
}

/// By the packages' names: all there is to go by where no files are known.
Programs programs_by_name(const Subject& subject) {
  Programs found;
  for (const GraphPackage& package : subject.input.graph.packages) {
    const std::string& name = package.nevra.name;
    const auto* const other = std::find_if(packages.begin(), packages.end(), [&](const auto& each) {
      return each.first == name || (name.starts_with("python3.") && name.ends_with("-pip") && each.second == "pip");
    });
    const bool java = name.starts_with("java-") && name.ends_with("-devel");
    const std::string_view rule = java ? "compiler" : rule_of(other == packages.end() ? name : other->second);
    if (!rule.empty()) found[{rule, package.nevra, ""}];
  }
  return found;
}

}  // namespace

void check_programs(const Subject& subject, Findings& findings) {
  const Programs programs = subject.tree != nullptr ? programs_of(subject) : programs_by_name(subject);
  for (const auto& [what, paths] : programs) {
    const auto& [rule, owner, alone] = what;
    if (paths.empty()) {
      findings.add(rule, owner, "", "is known by its name");
      continue;
    }
    std::set<std::string> names;
    for (const std::string& path : paths) names.emplace(base_name(path));
    findings.add(rule, owner, paths.front(), "brings " + some_of({names.begin(), names.end()}));
  }
}

}  // namespace rootlet::analysis
