#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "rootfs/install.hpp"

namespace small {

namespace fs = std::filesystem;

/// Whether this machine can build and install packages; says why not.
bool possible();

/// The real packages' folder, if there is one.
std::optional<fs::path> real_data();

/// Builds a noarch package `name`-1-1 with rpmbuild: `sections` is what follows %description in its spec, `tags` are
/// lines such as "Requires: x".
fs::path build(const fs::path& dir, const std::string& name, const std::string& sections, const std::string& tags = "");

/// The packages as a build that checks no signatures has them.
std::vector<rootlet::rpm::VerifiedPackage> verified(const std::vector<fs::path>& packages);

/// Options for a root with its database in /var/lib/rpm.
rootlet::rootfs::InstallOptions options();

/// A root that packages can be installed into, gone afterwards.
class Root {
 public:
  Root();
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] rootlet::root::Root open() const { return rootlet::root::Root(path_); }
  [[nodiscard]] bool has(const std::string& name) const { return fs::exists(fs::symlink_status(path_ / name)); }
  rootlet::rootfs::InstallResult install(const std::vector<fs::path>& packages) const;

 private:
  rootlet::TempDir dir_;
  fs::path path_;
};

/// The packages of el7 that make bash run.
std::vector<fs::path> bash_packages(const fs::path& data);

}  // namespace small
