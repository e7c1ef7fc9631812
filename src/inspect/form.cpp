#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/fs.hpp"
#include "image/read.hpp"
#include "rootlet/error.hpp"
#include "rootlet/sbom.hpp"
#include "rootlet/target.hpp"

namespace rootlet::inspect {
namespace {

/// The beginning of a file.
std::string begin_of(const fs::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) throw system_error("cannot read '" + path.string() + "'");
  std::array<char, 4096> buffer{};
  const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  if (got < 0) throw system_error("cannot read '" + path.string() + "'");
  return {buffer.data(), static_cast<std::size_t>(got)};
}

/// SQLite, Berkeley DB's hash with its magic in either order of bytes, and ndb.
bool is_database(std::string_view begin) {
  using namespace std::literals;
  const std::string_view hash = begin.size() < 16 ? ""sv : begin.substr(12, 4);
  return begin.starts_with("SQLite format 3\0"sv) || begin.starts_with("RpmP"sv) || hash == "\x61\x15\x06\x00"sv ||
         hash == "\x00\x06\x15\x61"sv;
}

bool is_text(std::string_view begin) {
  return std::none_of(begin.begin(), begin.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f;
  });
}

bool begins_object(std::string_view begin) {
  if (begin.starts_with("\xef\xbb\xbf")) begin.remove_prefix(3);
  const std::size_t first = begin.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && begin[first] == '{';
}

Form form_of_directory(const fs::path& path) {
  if (image::is_image_directory(path)) return Form::image;
  std::error_code error;
  for (const char* name : {"rpmdb.sqlite", "Packages", "Packages.db"}) {
    if (fs::is_regular_file(path / name, error)) return Form::rpmdb;
  }
  return Form::root_directory;
}

}  // namespace

Form form_of(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw Error(
        system_error("cannot read '" + path.string() + "'").what(),
        "a target is a file or directory here (a recipe, lock, image, root, RPM database or SBOM) or an image in a "
        "registry, docker://HOST/PATH:TAG");
  }
  if (S_ISDIR(info.st_mode)) return form_of_directory(path);
  if (!S_ISREG(info.st_mode)) return Form::unknown;
  const std::string begin = begin_of(path);
  if (is_database(begin)) return Form::rpmdb;
  if (image::is_tar(path)) return Form::image;
  const std::string suffix = path.extension().string();
  if (begins_object(begin) && suffix != ".yaml" && suffix != ".yml") {
    return sbom::is_document(begin) ? Form::sbom : Form::lock;
  }
  return is_text(begin) && (!begin.empty() || suffix == ".yaml" || suffix == ".yml") ? Form::recipe : Form::unknown;
}

}  // namespace rootlet::inspect
