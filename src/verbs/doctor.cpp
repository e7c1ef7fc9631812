#include "rootlet/doctor.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <sstream>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "graph/drawing.hpp"
#include "repo/cache.hpp"
#include "repo/key_copies.hpp"
#include "rights/find_way.hpp"
#include "rootfs/foreign.hpp"
#include "rootlet/cache.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::verbs {
namespace {

constexpr std::array foreign_architectures{"aarch64", "ppc64le", "s390x", "x86_64"};

/// Where TLS libraries look for authorities on Debian, Fedora, openSUSE and Alpine.
constexpr std::array authorities{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                 "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

std::string install(const std::string& package) {
  return fmt::format("apt-get install {0}, or dnf install {0}", package);
}

/// A program's file, as execvp(3) finds it; empty: there is none.
std::string program_file(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const std::string file = (directory.empty() ? "." : directory) + "/" + name;
    if (access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file)) return file;
  }
  return {};
}

HostCheck program(const std::string& name, const std::string& purpose, const std::string& hint) {
  HostCheck check{name, purpose};
  check.found = program_file(name);
  if (!check.found.empty()) return check;
  check.problem = fmt::format("there is no program '{}'", name);
  check.hint = hint;
  return check;
}

HostCheck rights_check() {
  HostCheck check{"rights", "build", true};
  try {
    check.found = rights::way_name(rights::find_way());
  } catch (const Error& error) {
    check.problem = error.what();
    check.hint = error.hint();
  }
  return check;
}

/// Of "6.1.0-13-amd64".
std::pair<int, int> version_of(std::string_view release) {
  std::pair<int, int> version;
  const auto [end, error] = std::from_chars(release.data(), release.data() + release.size(), version.first);
  if (error == std::errc() && end + 1 < release.data() + release.size()) {
    std::from_chars(end + 1, release.data() + release.size(), version.second);
  }
  return version;
}

HostCheck kernel_check() {
  constexpr std::pair oldest{5, 12};
  HostCheck check{"kernel", "build", true};
  utsname system{};
  uname(&system);
  check.found = fmt::format("{} {}", system.sysname, system.release);
  if (version_of(system.release) >= oldest) return check;
  check.problem = fmt::format("Linux {}.{} or newer is needed for mounts", oldest.first, oldest.second);
  check.hint = "build on a newer host; all but build works on this one";
  return check;
}

HostCheck cache_check(const fs::path& directory) {
  HostCheck check{"cache", "build, solve, lock, fetch", true};
  try {
    check.found = directory.string();
    cache_parts(directory);
    fs::path there = directory;
    while (!fs::exists(there)) there = there.parent_path();
    struct statvfs info {};
    if (!fs::is_directory(there)) throw Error("'" + there.string() + "' is no directory");
    repo::require_own_cache(directory);
    if (access(there.c_str(), W_OK) != 0 || statvfs(there.c_str(), &info) != 0) {
      throw system_error("cannot write to '" + there.string() + "'");
    }
    check.found += fmt::format(", {} free", human_size(std::uint64_t{info.f_bavail} * info.f_frsize));
  } catch (const Error& error) {
    check.problem = error.what();
    check.hint = error.hint().empty() ? "give another place: --cache-dir DIR" : error.hint();
  } catch (const std::exception& error) {
    check.problem = error.what();
    check.hint = "give another place: --cache-dir DIR";
  }
  return check;
}

HostCheck authorities_check() {
  HostCheck check{"certificates", "https: repositories, keys, registries"};
  const char* given = std::getenv("SSL_CERT_FILE");
  if (given != nullptr && *given != '\0') {
    check.found = given;
  } else {
    for (const char* file : authorities) {
      if (check.found.empty() && fs::exists(file)) check.found = file;
    }
  }
  if (check.found.empty() || !fs::exists(check.found)) {
    check.problem = "there are no certificates of authorities" + (check.found.empty() ? "" : " at " + check.found);
    check.hint = install("ca-certificates");
  }
  return check;
}

HostCheck keys_check() {
  HostCheck check{"keys", "distro: keys of distributions without the network"};
  if (fs::is_directory(repo::key_copies)) {
    check.found = repo::key_copies;
    return check;
  }
  check.problem = fmt::format("there is no {}; keys come from their publishers' addresses", repo::key_copies);
  check.hint = install("distribution-gpg-keys");
  return check;
}

HostCheck drawings_check() {
  HostCheck check{"drawings", "graph, report"};
  try {
    graph::require_graphviz();
    check.found = "Graphviz";
  } catch (const Error& error) {
    check.problem = error.what();
    check.hint = error.hint();
  }
  return check;
}

HostCheck open_files_check() {
  constexpr rlim_t enough = 4096;
  HostCheck check{"open files", "build of many packages"};
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const bool unlimited = limit.rlim_max == RLIM_INFINITY;
  check.found = unlimited ? "no limit" : fmt::format("{} at most", grouped(limit.rlim_max));
  if (unlimited || limit.rlim_max >= enough) return check;
  check.problem = fmt::format("no more than {} files can be open, and each package is one", grouped(limit.rlim_max));
  check.hint = fmt::format("ulimit -Hn {0}; for a container: --ulimit nofile={0}", enough);
  return check;
}

HostCheck emulators_check() {
  HostCheck check{"emulators", "build for other architectures, unless scriptlets: none"};
  std::vector<std::string> run;
  std::vector<std::string> missing;
  for (const char* arch : foreign_architectures) {
    if (arch == recipe::host_arch()) continue;
    (rootfs::why_not_run(arch) ? missing : run).emplace_back(arch);
  }
  check.found = join(run, ", ");
  if (missing.empty()) return check;
  check.problem = "programs of " + join(missing, ", ") + " do not run on this machine";
  check.hint = rootfs::emulator_hint;
  return check;
}

}  // namespace

std::vector<HostCheck> check_host(const make::Environment& environment) {
  std::vector<HostCheck> checks = {rights_check(), kernel_check(), cache_check(environment.cache_dir)};
  checks.push_back(
      program("clasp", "objective: smallest, suggest", install("clasp") + "; without it: --objective dnf"));
  checks.push_back(authorities_check());
  checks.push_back(keys_check());
  checks.push_back(drawings_check());
  checks.push_back(open_files_check());
  checks.push_back(program("cosign", "build --sign-key", "install cosign, version 3 or later"));
  checks.push_back(emulators_check());
  return checks;
}

}  // namespace rootlet::verbs
