#include "small_packages.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

namespace small {

using rootlet::read_file;
using rootlet::write_file;

bool possible() {
  if (geteuid() != 0) WARN("skipped: not root");
  if (access("/usr/bin/rpmbuild", X_OK) != 0) WARN("skipped: there is no rpmbuild");
  return geteuid() == 0 && access("/usr/bin/rpmbuild", X_OK) == 0;
}

std::optional<fs::path> real_data() {
  const char* path = std::getenv("ROOTLET_TEST_DATA");
  if (path != nullptr) return fs::path(path);
  WARN("skipped: ROOTLET_TEST_DATA is not set");
  return std::nullopt;
}

fs::path build(const fs::path& dir, const std::string& name, const std::string& sections, const std::string& tags) {
  const fs::path spec = dir / (name + ".spec");
  write_file(spec, "Name: " + name +
                       "\nVersion: 1\nRelease: 1\nSummary: test\nLicense: MIT\nBuildArch: noarch\n"
                       "%global __os_install_post %{nil}\n%define debug_package %{nil}\nAutoReqProv: no\n" +
                       tags +
                       "\n"
                       "%description\ntest\n" +
                       sections);
  const fs::path log = dir / "log";
  const std::string command = "HOME=" + dir.string() + " rpmbuild -bb --define '_topdir " + dir.string() +
                              "' --define '_rpmdir " + dir.string() + "' --define '_rpmfilename %{NAME}.rpm' " +
                              spec.string() + " >" + log.string() + " 2>&1";
  const int status = std::system(command.c_str());
  INFO(read_file(log));
  REQUIRE(status == 0);
  return dir / (name + ".rpm");
}

std::vector<rootlet::rpm::VerifiedPackage> verified(const std::vector<fs::path>& packages) {
  std::vector<rootlet::rpm::VerifiedPackage> all;
  for (const fs::path& path : packages) {
    const rootlet::Fd fd = rootlet::open_read(path);
    const rootlet::Nevra nevra = rootlet::rpm::read_header({fd.get(), path.string()}).nevra;
    all.push_back(rootlet::rpm::verify_package(path, nullptr, nevra, {}));
  }
  return all;
}

rootlet::rootfs::InstallOptions options() {
  rootlet::rootfs::InstallOptions options;
  options.arch = "x86_64";
  options.dbpath = "/var/lib/rpm";
  options.source_date_epoch = 1700000000;
  return options;
}

Root::Root() : dir_(fs::temp_directory_path(), "rootlet-test-"), path_(dir_.path() / "root") {
  fs::create_directory(path_);
}

rootlet::rootfs::InstallResult Root::install(const std::vector<fs::path>& packages) const {
  rootlet::Progress silent;
  return rootlet::rootfs::install(open(), verified(packages), options(), silent);
}

std::vector<fs::path> bash_packages(const fs::path& data) {
  std::vector<fs::path> packages{data / "el7-stubs" / "glibc-common-2.17-317.el7.x86_64.rpm"};
  for (const char* name :
       {"basesystem-10.0-7.el7.centos.noarch", "bash-4.2.46-34.el7.x86_64",
        "centos-release-7-9.2009.1.el7.centos.x86_64", "filesystem-3.2-25.el7.x86_64", "glibc-2.17-317.el7.x86_64",
        "libgcc-4.8.5-44.el7.x86_64", "libstdc++-4.8.5-44.el7.x86_64", "ncurses-base-5.9-14.20130511.el7_4.noarch",
        "ncurses-libs-5.9-14.20130511.el7_4.x86_64", "nspr-4.25.0-2.el7_9.x86_64",
        "nss-softokn-freebl-3.53.1-6.el7_9.x86_64", "nss-util-3.53.1-1.el7_9.x86_64", "setup-2.8.71-11.el7.noarch"}) {
    packages.push_back(data / "el7" / (std::string(name) + ".rpm"));
  }
  return packages;
}

}  // namespace small
