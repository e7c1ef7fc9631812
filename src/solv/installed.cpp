#include "installed.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "header_guard.hpp"
#include "libsolvext.hpp"
#include "rootlet/error.hpp"
#include "rootlet/package.hpp"
#include "solv_file.hpp"

namespace rootlet::solv {
namespace {

const std::string cookie_of_installed = "installed";

/// A package file without a payload: the lead, no signatures, the header. libsolv reads nothing else of one.
std::string as_package_file(const std::string& header) {
  using namespace std::literals;
  constexpr std::size_t size_of_lead = 96;
  constexpr std::size_t place_of_signature_type = 79;
  constexpr auto magic = "\x8e\xad\xe8\x01\0\0\0\0"sv;  // of a header in a file
  std::string file = "\xed\xab\xee\xdb\x03"s;
  file.resize(size_of_lead, '\0');
  file[place_of_signature_type] = 5;  // signatures in a header
  return file.append(magic).append("\0\0\0\0\0\0\0\0"sv).append(magic).append(header);
}

std::string parse(const std::vector<std::string>& headers) {
  const PoolHandle pool = make_pool("noarch");
  ::Repo* repo = repo_create(pool.get(), std::string(base_repo_id).c_str());
  for (const std::string& header : headers) {
    const Fd file(memfd_create("header", MFD_CLOEXEC));
    if (!file) throw system_error("memfd_create");
    write_all(file.get(), as_package_file(header), "a header");
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    refuse_long_dependencies(path);
    if (repo_add_rpm(repo, path.c_str(), REPO_REUSE_REPODATA | REPO_NO_LOCATION) == 0) {
      throw Error(std::string("one of its headers is damaged: ") + pool_errstr(pool.get()));
    }
  }
  repo_internalize(repo);
  return to_solv(*repo, cookie_of_installed, nullptr);
}

}  // namespace

void load_installed(::Pool& pool, const std::vector<std::string>& headers) try {
  std::string solv = run_isolated("libsolv", [&] { return parse(headers); });
  ::Repo* repo = repo_create(&pool, std::string(base_repo_id).c_str());
  if (!read_solv(*repo, solv, cookie_of_installed, 0)) throw Error(pool_errstr(&pool));
  pool_set_installed(&pool, repo);
} catch (const Error& error) {
  throw Error(std::string("cannot read the packages of the base: ") + error.what(), error.hint(), error.kind());
}

}  // namespace rootlet::solv
