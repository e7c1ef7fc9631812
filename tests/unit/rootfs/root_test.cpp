#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "rootfs/beneath.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

/// A root with links of all kinds.
class Fixture {
 public:
  Fixture() {
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
  [[nodiscard]] rootfs::Root root() const { return rootfs::Root(dir_.path()); }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

}  // namespace

TEST_CASE("paths are resolved as if the root were the whole system") {
  const Fixture fixture;
  const rootfs::Root root = fixture.root();
  CHECK(root.resolve("/bin/sh") == "/usr/bin/bash");
  CHECK(root.resolve("/absolute/") == "/usr/bin");
  CHECK(root.resolve("/up/bin") == "/usr/bin");
  CHECK(root.resolve("/") == "/");
  CHECK(root.resolve("/up") == "/");
  for (const char* nowhere : {"/none", "/loop", "/dead", "/usr/bin/bash/x"}) {
    CHECK_FALSE(root.resolve(nowhere));
    CHECK_FALSE(root.find(nowhere, O_PATH));
  }
  CHECK_FALSE(root.find(std::string(5000, 'x'), O_PATH));
}

TEST_CASE("what stands at a path is examined, not what it leads to") {
  const Fixture fixture;
  const rootfs::Root root = fixture.root();
  CHECK(S_ISLNK(root.examine("/bin/sh")->st_mode));
  CHECK(S_ISLNK(root.examine("/loop")->st_mode));
  CHECK_FALSE(root.examine("/bin/none"));
  CHECK(root.link_target("/bin/sh") == "bash");
  CHECK_THROWS_WITH(root.link_target("/none"),
                    "cannot read the symbolic link '/none' in the root: No such file or directory");
  CHECK(root.find_file("/bin/sh"));
  CHECK_FALSE(root.find_file("/pipe"));
  CHECK_FALSE(root.find_file("/usr"));
  CHECK(root.names("/bin") == std::vector<std::string>{"bash", "sh"});
  CHECK_THROWS_WITH(root.names("/none"), "cannot open the directory '/none' in the root: No such file or directory");
}

TEST_CASE("files, links and empty directories are removed, full directories are not") {
  const Fixture fixture;
  const rootfs::Root root = fixture.root();
  CHECK(root.remove("/bin/sh"));
  CHECK(root.remove("/up"));
  CHECK_FALSE(root.remove("/usr/bin"));
  CHECK(root.remove("/absolute/bash"));
  CHECK(root.remove("/usr/bin"));
  CHECK(root.remove("/pipe"));
  CHECK_FALSE(fs::exists(fixture.path("usr/bin")));
  CHECK_THROWS_WITH(root.remove("/none/x"), "cannot remove '/none/x' in the root: No such file or directory");
}
