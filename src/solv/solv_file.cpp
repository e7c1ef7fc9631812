#include "solv_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "rootlet/error.hpp"

namespace rootlet::solv {

bool read_solv(::Repo& repo, std::string& solv, const std::string& cookie, int flags) {
  const File file{fmemopen(solv.data(), solv.size(), "r")};
  if (!file) return false;
  unsigned char* data = nullptr;
  int size = 0;
  if (solv_read_userdata(file.get(), &data, &size) != 0) return false;
  const Handle<unsigned char, solv_free> owned{data};
  if (data == nullptr ||
      std::string_view(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)) != cookie) {
    return false;
  }
  std::rewind(file.get());
  return repo_add_solv(&repo, file.get(), flags) == 0;
}

std::string to_solv(::Repo& repo, const std::string& cookie, const ::Repodata* only) {
  char* bytes = nullptr;
  std::size_t size = 0;
  File memory{open_memstream(&bytes, &size)};
  if (!memory) throw system_error("cannot allocate memory");
  const Handle<::Repowriter, repowriter_free> writer{repowriter_create(&repo)};
  repowriter_set_userdata(writer.get(), cookie.data(), static_cast<int>(cookie.size()));
  if (only != nullptr) {
    repowriter_set_repodatarange(writer.get(), only->repodataid, only->repodataid + 1);
    repowriter_set_flags(writer.get(), REPOWRITER_NO_STORAGE_SOLVABLE);
  }
  const int failed = repowriter_write(writer.get(), memory.get());
  memory.reset();  // now `bytes` and `size` are set
  const Handle<char, std::free> owned{bytes};
  if (failed != 0)
    throw Error(std::string("repository '") + repo.name + "': cannot index it: " + pool_errstr(repo.pool));
  return {bytes, size};
}

}  // namespace rootlet::solv
