#include "repo/key_copies.hpp"

#include <algorithm>

#include "base/fs.hpp"
#include "openpgp/fingerprints.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

constexpr std::uint64_t largest_copy = 1'000'000;

/// Whether a key file has all these keys; one that cannot be read has none.
bool has_keys(const std::string& key, const std::vector<std::string>& fingerprints) {
  try {
    const std::vector<std::string> found = openpgp::fingerprints_in(key);
    return std::all_of(fingerprints.begin(), fingerprints.end(), [&](const std::string& wanted) {
      return std::find(found.begin(), found.end(), wanted) != found.end();
    });
  } catch (const Error&) {  // then the address is asked, whose answer is judged aloud
    return false;
  }
}

}  // namespace

std::optional<std::string> copy_of_key(const std::string& url, const std::vector<std::string>& fingerprints,
                                       const fs::path& directory) {
  const std::string name = url.substr(url.rfind('/') + 1);
  if (name.empty() || name.starts_with('.') || fingerprints.empty()) return std::nullopt;
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    std::error_code none;
    if (fs::is_regular_file(at->path() / name, none)) found.push_back(at->path() / name);
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& path : found) {
    if (fs::file_size(path, error) > largest_copy || error) continue;
    std::string key = read_file(path, largest_copy);
    if (has_keys(key, fingerprints)) return key;
  }
  return std::nullopt;
}

}  // namespace rootlet::repo
