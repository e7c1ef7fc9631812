#include "kept_size.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <string_view>

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
  return size_of(installed, [](rpmfiles files, int i) { return RPMFILE_IS_INSTALLED(rpmfilesFState(files, i)); });
}

}  // namespace rootlet::rpm
