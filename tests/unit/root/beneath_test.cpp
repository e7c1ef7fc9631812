#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "root/beneath.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

/// A root with links of all kinds.
class BeneathFixture {
 public:
  BeneathFixture() {
    make_dirs(path("usr/bin"));
    write_file(path("usr/bin/bash"), "x");
    for (const auto& [name, target] :
         {std::pair{"bin", "usr/bin"}, std::pair{"usr/bin/sh", "bash"}, std::pair{"up", "../../../.."},
          std::pair{"loop", "loop"}, std::pair{"dead", "/nowhere"}, std::pair{"absolute", "/usr/bin"}}) {
      fs::create_symlink(target, path(name));
    }
    REQUIRE(mkfifo(path("pipe").c_str(), 0600) == 0);
  }
  [[nodiscard]] fs::path path(const std::string& inside) const { return dir_.path() / inside; }
  [[nodiscard]] root::Root root() const { return root::Root(dir_.path()); }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

}  // namespace

TEST_CASE("paths are resolved as if the root were the whole system") {
  const BeneathFixture fixture;
  const root::Root root = fixture.root();
  const auto leads_to = [&](const std::string& path, const std::string& inside) {
    struct stat found {};
    struct stat wanted {};
    const Fd fd = root.find(path, O_PATH);
    return fd && fstat(fd.get(), &found) == 0 && stat(fixture.path(inside).c_str(), &wanted) == 0 &&
           found.st_ino == wanted.st_ino;
  };
  CHECK(leads_to("/bin/sh", "usr/bin/bash"));
  CHECK(leads_to("/absolute/", "usr/bin"));
  CHECK(leads_to("/up/bin", "usr/bin"));
  CHECK(leads_to("/", ""));
  CHECK(leads_to("/up", ""));
  for (const char* nowhere : {"/none", "/loop", "/dead", "/usr/bin/bash/x"}) CHECK_FALSE(root.find(nowhere, O_PATH));
  CHECK_FALSE(root.find(std::string(5000, 'x'), O_PATH));
}

TEST_CASE("what stands at a path is examined, not what it leads to") {
  const BeneathFixture fixture;
  const root::Root root = fixture.root();
  CHECK(S_ISLNK(root.examine("/bin/sh")->st_mode));
  CHECK(S_ISLNK(root.examine("/loop")->st_mode));
  CHECK_FALSE(root.examine("/bin/none"));
  CHECK(root.link_target("/bin/sh") == "bash");
  CHECK_THROWS_WITH(root.link_target("/none"), "cannot read the link '/none' in the root: No such file or directory");
  CHECK(root.find_file("/bin/sh"));
  CHECK_FALSE(root.find_file("/pipe"));
  CHECK_FALSE(root.find_file("/usr"));
  CHECK(root.names("/bin") == std::vector<std::string>{"bash", "sh"});
  CHECK(root.names("/none").empty());
  CHECK(root.head("/bin/sh", 10) == "x");
  CHECK(root.head("/pipe", 10).empty());
}

TEST_CASE("a file that no root has need of so large is not read") {
  const BeneathFixture fixture;
  REQUIRE(truncate(fixture.path("usr/bin/bash").c_str(), off_t{1} << 40) == 0);
  CHECK_THROWS_WITH(fixture.root().read("/bin/sh"), "cannot read '/bin/sh' in the root: it has more than 16.0 MB");
  CHECK(fixture.root().head("/bin/sh", 3).size() == 3);
}

TEST_CASE("files, links and empty directories are removed, full directories are not") {
  const BeneathFixture fixture;
  const root::Root root = fixture.root();
  CHECK(root.remove("/bin/sh"));
  CHECK(root.remove("/up"));
  CHECK_FALSE(root.remove("/usr/bin"));
  CHECK(root.remove("/absolute/bash"));
  CHECK(root.remove("/usr/bin"));
  CHECK(root.remove("/pipe"));
  CHECK_FALSE(fs::exists(fixture.path("usr/bin")));
  CHECK_THROWS_WITH(root.remove("/none/x"), "cannot remove '/none/x' in the root: No such file or directory");
}
