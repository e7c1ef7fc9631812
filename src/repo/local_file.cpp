#include "local_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "base/fs.hpp"
#include "base/url.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

constexpr const char* not_regular = "it is not a regular file";

/// The address of something on this machine that is there and cannot be read as a file. Directories are curl's affair.
std::optional<std::string> odd_source(const std::string& url) {
  const auto path = path_of_file_url(url);
  struct stat info {};
  if (!path || stat(path->c_str(), &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode)) return std::nullopt;
  return std::string(not_regular) + " for " + url;
}

}  // namespace

std::string read_regular(const fs::path& path, std::uint64_t limit) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) throw Error(std::generic_category().message(errno));
  if (!S_ISREG(info.st_mode)) throw Error(not_regular);
  if (static_cast<std::uint64_t>(info.st_size) > limit)
    throw Error("it is larger than " + std::to_string(limit / 1000000) + " MB");
  return read_file(path, limit);
}

bool keep_regular(Transfer& transfer) {
  if (is_url(transfer.location)) {
    if (const auto odd = odd_source(transfer.location)) transfer.failures.push_back(*odd);
    return transfer.failures.empty();
  }
  std::erase_if(transfer.mirrors, [&](const std::string& mirror) {
    const auto odd = is_file_url(mirror) ? odd_source(mirror + "/" + transfer.location) : std::nullopt;
    if (odd) transfer.failures.push_back(*odd);
    return odd.has_value();
  });
  return !transfer.mirrors.empty() || transfer.failures.empty();
}

}  // namespace rootlet::repo
