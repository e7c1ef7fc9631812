#include <catch2/catch.hpp>

#include "rootfs/install.hpp"
#include "rootlet/error.hpp"
#include "small_packages.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

/// A package that brings a librpm of this number, which links these.
class Librpm {
 public:
  Librpm(const std::string& number, const std::string& links)
      : file_(small::build(dir_.path(), "librpm",
                           "%install\nmkdir -p %{buildroot}/usr/lib64\ntouch %{buildroot}/usr/lib64/librpm.so." +
                               number + "\n%files\n/usr/lib64/librpm.so." + number + "\n",
                           links.empty() ? "" : "Requires: " + links)) {}
  [[nodiscard]] const fs::path& file() const { return file_; }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
  fs::path file_;
};

constexpr const char* berkeley = "libdb-5.3.so()(64bit)";
constexpr const char* sqlite = "libsqlite3.so.0()(64bit)";

/// "bdb", "bdb+" with later indexes; then what the foreign ones read.
std::string chosen(const std::vector<fs::path>& files) {
  const auto verified = small::verified(files);
  std::vector<rootfs::PackageInRoot> packages;
  for (const rpm::VerifiedPackage& package : verified) packages.push_back({&package, false});
  const rootfs::RpmdbChoice choice = rootfs::choose_rpmdb_format(packages);
  std::string text(rpmdb_format_name(choice.format));
  if (choice.format == RpmdbFormat::berkeley && choice.later_indexes) text += "+";
  for (const ForeignLibrpm& one : choice.foreign) text += " " + std::string(rpmdb_format_name(one.reads));
  return text;
}

}  // namespace

TEST_CASE("a database has the form that every librpm of the root reads, and SQLite's where there is none") {
  if (!small::possible()) return;
  const Librpm el6("1", "libdb-4.7.so()(64bit)");
  const Librpm el7("3", berkeley);
  const Librpm el8("8", std::string(berkeley) + "\nRequires: " + sqlite);
  const Librpm el9("9.4.0", std::string(berkeley) + "\nRequires: " + sqlite);
  const Librpm suse("9", "");
  CHECK(chosen({}) == "sqlite");
  CHECK(chosen({el6.file()}) == "sqlite bdb");
  CHECK(chosen({el7.file()}) == "bdb");
  CHECK(chosen({el8.file()}) == "bdb+");
  CHECK(chosen({el7.file(), el8.file()}) == "bdb+");
  CHECK(chosen({el9.file()}) == "sqlite");
  CHECK(chosen({suse.file()}) == "sqlite ndb");
  CHECK(chosen({el7.file(), el9.file()}) == "sqlite bdb");
  CHECK(chosen({el7.file(), suse.file()}) == "sqlite bdb ndb");
}

TEST_CASE("a database in Berkeley DB's form replaces whatever stands in its place") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const small::Root root;
  root.install({small::build(dir.path(), "one", "%files\n")});
  const fs::path place = root.path() / "var/lib/rpm";
  fs::create_directories(place / "Packages/deeper");
  write_file(root.path() / "other", "other");
  fs::create_symlink("../../../other", place / "Name");
  rootfs::rewrite_rpmdb_as_berkeley(root.open(), "/var/lib/rpm", false, {}, {{"one", 0, "1", "1", "noarch"}});
  CHECK(fs::is_regular_file(fs::symlink_status(place / "Packages")));
  CHECK(fs::is_regular_file(fs::symlink_status(place / "Name")));
  CHECK(read_file(root.path() / "other") == "other");
  CHECK_FALSE(root.has("var/lib/rpm/rpmdb.sqlite"));
  CHECK_FALSE(root.has("var/lib/rpm/Recommendname"));
}

TEST_CASE("a database that a scriptlet exchanged is no image's") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path one = small::build(dir.path(), "one", "%files\n");
  const fs::path two = small::build(dir.path(), "two", "%files\n");
  const small::Root other;
  other.install({one, two});
  const small::Root root;
  root.install({two, small::build(dir.path(), "three", "%files\n")});
  fs::copy_file(other.path() / "var/lib/rpm/rpmdb.sqlite", root.path() / "var/lib/rpm/rpmdb.sqlite",
                fs::copy_options::overwrite_existing);
  const std::vector<Nevra> installed{{"two", 0, "1", "1", "noarch"}, {"three", 0, "1", "1", "noarch"}};
  CHECK_THROWS_WITH(rootfs::rewrite_rpmdb_as_berkeley(root.open(), "/var/lib/rpm", true, {}, installed),
                    "the RPM database in the root is not the one that the installation wrote: it lacks "
                    "three-0:1-1.noarch, and has one-0:1-1.noarch");
  write_file(root.path() / "var/lib/rpm/rpmdb.sqlite", "no database");
  CHECK_THROWS_WITH(rootfs::rewrite_rpmdb_as_berkeley(root.open(), "/var/lib/rpm", true, {}, installed),
                    Contains("cannot read the RPM database"));
}
