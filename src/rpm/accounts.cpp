#include "accounts.hpp"

#include <rpm/rpmbase64.h>
#include <rpm/rpmfiles.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "dependencies.hpp"
#include "files.hpp"
#include "session.hpp"

namespace rootlet::rpm {
namespace {

/// The line that a provide holds. Padding with zero bytes keeps "=" out of the version; a line break may be there.
std::optional<std::string> line_of(rpmds provide) {
  if ((rpmdsFlags(provide) & RPMSENSE_EQUAL) == 0) return std::nullopt;
  const std::string name = copied(rpmdsN(provide));
  if (!name.starts_with("user(") && !name.starts_with("group(") && !name.starts_with("groupmember(")) {
    return std::nullopt;
  }
  // A version cannot hold "=": where the last group lacks characters, they stand for zero bytes.
  std::string encoded = copied(rpmdsEVR(provide));
  constexpr std::size_t group_size = 4;
  encoded.append((group_size - encoded.size() % group_size) % group_size, 'A');
  void* bytes = nullptr;
  std::size_t size = 0;
  if (rpmBase64Decode(encoded.c_str(), &bytes, &size) != 0) return std::nullopt;
  const Handle<char, std::free> owned(static_cast<char*>(bytes));
  std::string line(owned.get(), size);
  line.erase(std::min(line.find('\0'), line.size()));
  line.erase(std::min(line.find('\n'), line.size()));
  if (line.empty()) return std::nullopt;
  return line;
}

/// By the number of a provide, the file that it was found in.
std::map<int, std::string> files_of_provides(rpmfiles files) {
  constexpr std::uint32_t number_bits = 0x00ffffff;
  constexpr unsigned kind_shift = 24;
  std::map<int, std::string> found;
  for (int i = 0, count = static_cast<int>(rpmfilesFC(files)); i < count; ++i) {
    const std::uint32_t* entries = nullptr;
    const std::uint32_t depends = rpmfilesFDepends(files, i, &entries);
    for (std::uint32_t e = 0; e < depends; ++e) {
      if (entries[e] >> kind_shift != 'P') continue;
      const Handle<char, std::free> path(rpmfilesFN(files, i));
      found.emplace(static_cast<int>(entries[e] & number_bits), path.get());
    }
  }
  return found;
}

void read_sources(Header header, rpmfiles files, PackageAccounts& accounts) {
  const std::map<int, std::string> providers = files_of_provides(files);
  const Dependencies provides(rpmdsNew(header, RPMTAG_PROVIDENAME, 0));
  for (rpmds one = rpmdsInit(provides.get()); rpmdsNext(one) >= 0;) {
    const auto line = line_of(one);
    if (!line) continue;
    const auto provider = providers.find(rpmdsIx(one));
    const std::string file = provider == providers.end() ? std::string() : provider->second;
    auto source = std::find_if(accounts.sources.begin(), accounts.sources.end(),
                               [&](const PackageAccounts::Source& known) { return known.file == file; });
    if (source == accounts.sources.end()) source = accounts.sources.insert(source, {file, {}});
    source->lines.push_back(*line);
  }
}

void read_owners(rpmfiles files, bool docs, PackageAccounts& accounts) {
  for (int i = 0, count = static_cast<int>(rpmfilesFC(files)); i < count; ++i) {
    const auto flags = rpmfilesFFlags(files, i);
    if ((flags & RPMFILE_GHOST) != 0 || (!docs && (flags & RPMFILE_DOC) != 0)) continue;
    ++accounts.users[copied(rpmfilesFUser(files, i))];
    ++accounts.groups[copied(rpmfilesFGroup(files, i))];
  }
}

}  // namespace

PackageAccounts accounts_of(Header header, bool docs) {
  const Files files(rpmfilesNew(nullptr, header, RPMTAG_BASENAMES, RPMFI_KEEPHEADER));
  PackageAccounts accounts;
  accounts.package = nevra_of(header);
  read_sources(header, files.get(), accounts);
  read_owners(files.get(), docs, accounts);
  return accounts;
}

}  // namespace rootlet::rpm
