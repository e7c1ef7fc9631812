#include <algorithm>
#include <array>
#include <span>

#include "rootlet/audit.hpp"

namespace rootlet::analysis {
namespace {

using Texts = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> licenses{"/usr/share/licenses/", "/usr/share/common-licenses/"};
constexpr std::array<std::string_view, 2> debug_data{"/usr/lib/debug/", "/usr/src/debug/"};
constexpr std::array<std::string_view, 9> documents{
    "/usr/share/doc/",       "/usr/share/man/",        "/usr/share/info/",
    "/usr/share/gtk-doc/",   "/usr/share/help/",       "/usr/local/share/doc/",
    "/usr/local/share/man/", "/usr/local/share/info/", "/usr/local/man/"};
constexpr std::array<std::string_view, 4> locales{"/usr/share/locale/", "/usr/share/i18n/", "/usr/lib/locale/",
                                                  "/usr/share/locale-langpack/"};
constexpr std::array<std::string_view, 2> headers{"/usr/include/", "/usr/local/include/"};
constexpr std::array<std::string_view, 8> databases{
    "/var/lib/rpm/", "/usr/lib/sysimage/rpm/",     "/usr/share/rpm/",       "/var/lib/rpmmanifest/", "/var/lib/dnf/",
    "/var/lib/yum/", "/usr/lib/sysimage/libdnf5/", "/usr/lib/sysimage/dnf/"};
constexpr std::array<std::string_view, 3> logs{"/var/log/", "/root/anaconda-", "/root/install.log"};
constexpr std::array<std::string_view, 3> caches{"/var/cache/", "/etc/ld.so.cache", "/usr/lib/fontconfig/cache/"};

bool starts(std::string_view path, Texts beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view each) { return path.starts_with(each); });
}

bool ends(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view each) { return path.ends_with(each); });
}

bool holds(std::string_view path, std::string_view part) { return path.find(part) != std::string_view::npos; }

FileKind kind_by_content(const TreeFile& file, std::string_view path) {
  if (file.elf) {
    if (path.ends_with(".ko")) return FileKind::other;
    const bool shared = !file.elf->soname.empty() || path.ends_with(".so") || holds(path, ".so.");
    return shared ? FileKind::library : FileKind::executable;
  }
  return file.interpreter.empty() ? FileKind::other : FileKind::script;
}

}  // namespace

std::string_view file_kind_name(FileKind kind) noexcept {
  switch (kind) {
    case FileKind::documentation: return "documentation";
    case FileKind::license: return "licences";
    case FileKind::locale: return "locales";
    case FileKind::header: return "headers";
    case FileKind::static_library: return "static_libraries";
    case FileKind::debug: return "debug_data";
    case FileKind::cache: return "caches";
    case FileKind::log: return "logs";
    case FileKind::database: return "package_database";
    case FileKind::executable: return "executables";
    case FileKind::library: return "libraries";
    case FileKind::script: return "scripts";
    case FileKind::other: return "other";
  }
  return "other";
}

FileKind kind_of(const TreeFile& file, const std::vector<Claim>& owners) {
  const std::string_view path = file.path;
  const auto flagged = [&](bool PackageFile::*flag) {
    return std::any_of(owners.begin(), owners.end(), [&](const Claim& claim) { return claim.file->*flag; });
  };
  if (flagged(&PackageFile::license) || starts(path, licenses)) return FileKind::license;
  if (starts(path, debug_data) || path.ends_with(".debug")) return FileKind::debug;
  if (flagged(&PackageFile::doc) || starts(path, documents)) return FileKind::documentation;
  if (starts(path, locales) || holds(path, "/LC_MESSAGES/")) return FileKind::locale;
  if (starts(path, headers) || ends(path, {".h", ".hh", ".hpp"})) return FileKind::header;
  if (ends(path, {".a", ".la", ".o"})) return FileKind::static_library;
  if (starts(path, databases)) return FileKind::database;
  if (starts(path, logs)) return FileKind::log;
  if (starts(path, caches) || ends(path, {".pyc", ".pyo", ".cache"}) || holds(path, "/.cache/")) return FileKind::cache;
  return kind_by_content(file, path);
}

}  // namespace rootlet::analysis
