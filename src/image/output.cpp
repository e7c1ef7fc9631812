#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/fs.hpp"
#include "config.hpp"
#include "image/write.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"

namespace rootlet::image {
namespace {

struct KnownFormat {
  Format format;
  std::string_view name;
};

constexpr std::array known_formats{KnownFormat{Format::oci, "oci"}, KnownFormat{Format::oci_archive, "oci-archive"},
                                   KnownFormat{Format::docker_archive, "docker-archive"},
                                   KnownFormat{Format::tar, "tar"}, KnownFormat{Format::dir, "dir"}};

bool makes_directory(Format format) { return format == Format::oci || format == Format::dir; }

/// "out/" means the same as "out".
fs::path without_slash(const fs::path& path) {
  return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

[[noreturn]] void refuse(const fs::path& out, const std::string& cause, const std::string& hint) {
  throw usage_error("cannot write '" + out.string() + "': " + cause, hint);
}

void check_parent(const fs::path& out) {
  const fs::path parent = parent_dir(out);
  struct stat info {};
  const std::string named = "directory '" + parent.string() + "'";
  if (stat(parent.c_str(), &info) != 0) {
    if (errno != ENOENT) throw system_error("cannot write '" + out.string() + "': " + named);
    refuse(out, named + " does not exist", "mkdir -p '" + parent.string() + "'");
  }
  if (!S_ISDIR(info.st_mode)) refuse(out, "'" + parent.string() + "' is no directory", "choose another place");
  if (access(parent.c_str(), W_OK | X_OK) != 0) {
    const Error error = system_error(named);
    refuse(out, error.what(), "choose another place");
  }
}

void check_directory(const fs::path& out, Format format) {
  if (!makes_directory(format)) {
    refuse(out, "it is a directory, and the format " + std::string(format_name(format)) + " makes a file",
           "name a file, such as '" + (out / "image.tar").string() + "'");
  }
  std::error_code error;
  const bool empty = fs::is_empty(out, error);
  if (error) refuse(out, error.message(), "choose another place");
  if (empty) return;
  if (format == Format::dir) {
    refuse(out, "it is a directory that is not empty", "remove it, or choose another place");
  }
  if (!fs::is_regular_file(fs::symlink_status(out / "oci-layout", error))) {
    refuse(out, "it is a directory that is neither empty nor an OCI layout", "remove it, or choose another place");
  }
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// A tag as registries take it (distribution-spec 1.1, pulling manifests): [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
bool is_tag(std::string_view text) {
  const auto allowed = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= 128 && text[0] != '.' && text[0] != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

/// A repository as `docker load` takes it, somewhat stricter: lower-case letters and digits, single separators between.
bool is_repository(std::string_view text) {
  bool separator = true;
  for (const char c : text) {
    const bool is_word = is_alphanumeric(c) && (c < 'A' || c > 'Z');
    const bool is_separator = c == '.' || c == '_' || c == '-' || c == '/';
    if (!is_word && (!is_separator || separator)) return false;
    separator = is_separator;
  }
  return !separator;
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  for (const KnownFormat& known : known_formats) {
    if (known.name == name) return known.format;
  }
  return std::nullopt;
}

std::string_view format_name(Format format) noexcept {
  for (const KnownFormat& known : known_formats) {
    if (known.format == format) return known.name;
  }
  return "oci";
}

Compression default_compression(const fs::path& out, Format format) {
  if (format == Format::oci || format == Format::oci_archive) return Compression::gzip;
  const std::string name = out.filename().string();
  if (format == Format::tar && (name.ends_with(".tar.gz") || name.ends_with(".tgz"))) return Compression::gzip;
  if (format == Format::tar && (name.ends_with(".tar.zst") || name.ends_with(".tzst"))) return Compression::zstd;
  return Compression::none;
}

void check_output(const fs::path& path, Format format) {
  const fs::path out = without_slash(path);
  const std::string name = out.filename().string();
  if (name.empty() || name == "." || name == "..") {
    refuse(path, "it has no name of its own", "name a new file or directory, such as './image'");
  }
  check_parent(out);
  struct stat info {};
  if (lstat(out.c_str(), &info) != 0) {
    if (errno != ENOENT) throw system_error("cannot write '" + out.string() + "'");
    if (path != out && !makes_directory(format)) {
      refuse(path, "the format " + std::string(format_name(format)) + " makes a file",
             "leave out the slash at the end");
    }
    return;
  }
  if (S_ISDIR(info.st_mode)) return check_directory(out, format);
  if (S_ISLNK(info.st_mode)) refuse(out, "it is a symbolic link", "name what it points to");
  if (!S_ISREG(info.st_mode)) refuse(out, "it is no regular file", "name a new file");
  if (makes_directory(format)) {
    refuse(out, "it is a file, and the format " + std::string(format_name(format)) + " makes a directory",
           "remove it, or choose another place");
  }
}

void check_options(const WriteOptions& options) {
  if (options.format == Format::dir) return;
  check_level(options.compression, options.level);
  if (options.format == Format::tar) return;
  platform_of(options.arch);
  if (!is_tag(options.tag)) {
    throw usage_error("'" + options.tag + "' is no tag of an image",
                      "letters, digits, '_', '.' and '-', at most 128, not beginning with '.' or '-'");
  }
  if (options.format == Format::docker_archive && !is_repository(options.name)) {
    throw usage_error("'" + options.name + "' is no name that Docker takes for an image",
                      "lower-case letters and digits, with single '.', '_', '-' or '/' between them");
  }
}

}  // namespace rootlet::image
