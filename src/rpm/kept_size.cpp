#include "kept_size.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

/// Whether a file of these languages, "de|de_AT", is kept: librpm compares as many characters as the file's language
/// has (skipInstallFiles() in rpm's lib/transaction.c).
bool has_language(std::string_view of_file, const std::vector<std::string>& langs) {
  while (!of_file.empty()) {
    const std::string_view one = of_file.substr(0, of_file.find('|'));
    of_file.remove_prefix(std::min(one.size() + 1, of_file.size()));
    if (!one.empty() && std::any_of(langs.begin(), langs.end(),
                                    [&](const std::string& lang) { return std::string_view(lang).starts_with(one); })) {
      return true;
    }
  }
  return false;
}

bool keeps_all_languages(const KeptFiles& kept) {
  return std::find(kept.langs.begin(), kept.langs.end(), "all") != kept.langs.end();
}

template <class IsThere>
std::uint64_t size_of(Header header, IsThere is_there) {
  const Files files(rpmfilesNew(nullptr, header, 0, RPMFI_KEEPHEADER));
  std::uint64_t sum = 0;
  std::set<rpm_ino_t> linked;  // rpmbuild numbers them anew, in each package
  const int count = files ? static_cast<int>(rpmfilesFC(files.get())) : 0;
  for (int i = 0; i < count; ++i) {
    const bool ghost = (rpmfilesFFlags(files.get(), i) & RPMFILE_GHOST) != 0;
    if (ghost || !S_ISREG(rpmfilesFMode(files.get(), i)) || !is_there(files.get(), i)) continue;
    const bool several = rpmfilesFNlink(files.get(), i) > 1;
    if (several && !linked.insert(rpmfilesFInode(files.get(), i)).second) continue;
    sum += rpmfilesFSize(files.get(), i);
  }
  return sum;
}

/// The numbers of a tag as the header has them; empty where it has them in another type.
template <class Number>
class Numbers {
 public:
  Numbers(Header header, rpmTagVal tag, rpmTagType type) : data_(rpmtdNew()) {
    if (headerGet(header, tag, data_.get(), HEADERGET_MINMEM) == 0 || data_->type != type) return;
    values_ = {static_cast<const Number*>(data_->data), data_->count};
  }
  [[nodiscard]] std::size_t count() const { return values_.size(); }
  Number operator[](std::size_t at) const { return values_[at]; }

 private:
  TagValues data_;
  std::span<const Number> values_;
};

/// Size of an installed package's files, straight from the header: a fifth of the time that librpm's file list takes.
/// Nothing where only that can tell: there are hard links, or files of 4 GB.
std::optional<std::uint64_t> simple_size_of(Header header) {
  const Numbers<std::uint16_t> modes(header, RPMTAG_FILEMODES, RPM_INT16_TYPE);
  const Numbers<std::uint32_t> sizes(header, RPMTAG_FILESIZES, RPM_INT32_TYPE);
  const Numbers<std::uint32_t> flags(header, RPMTAG_FILEFLAGS, RPM_INT32_TYPE);
  const Numbers<std::uint32_t> inodes(header, RPMTAG_FILEINODES, RPM_INT32_TYPE);
  const Numbers<std::uint8_t> states(header, RPMTAG_FILESTATES, RPM_CHAR_TYPE);
  const std::size_t count = modes.count();
  if (sizes.count() != count || flags.count() != count || inodes.count() != count || states.count() != count) {
    return std::nullopt;
  }
  std::uint64_t sum = 0;
  std::vector<std::uint32_t> seen;
  for (std::size_t i = 0; i < count; ++i) {
    if ((flags[i] & RPMFILE_GHOST) != 0 || !S_ISREG(modes[i]) || !RPMFILE_IS_INSTALLED(states[i])) continue;
    seen.push_back(inodes[i]);
    sum += sizes[i];
  }
  std::sort(seen.begin(), seen.end());
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) return std::nullopt;
  return sum;
}

}  // namespace

std::uint64_t kept_size(Header package, const KeptFiles& kept) {
  const bool all_languages = keeps_all_languages(kept);
  return size_of(package, [&](rpmfiles files, int i) {
    if (!kept.docs && (rpmfilesFFlags(files, i) & RPMFILE_DOC) != 0) return false;
    const std::string langs = copied(rpmfilesFLangs(files, i));
    return all_languages || langs.empty() || has_language(langs, kept.langs);
  });
}

std::uint64_t kept_size(Header installed) {
  if (headerIsEntry(installed, RPMTAG_FILESTATES) == 0) return headerGetNumber(installed, RPMTAG_LONGSIZE);
  if (const auto size = simple_size_of(installed)) return *size;
  return size_of(installed, [](rpmfiles files, int i) { return RPMFILE_IS_INSTALLED(rpmfilesFState(files, i)); });
}

}  // namespace rootlet::rpm
