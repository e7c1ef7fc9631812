#include "make/own_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

/// A recipe with a tree, and a root that it is added to.
class World {
 public:
  World() {
    make_dirs(at("tree/bin"));
    make_dirs(at("root/srv"));
    write("tree/bin/one", "one");
    write("tree/two", "two");
    RecipeFile& file = recipe_.files.emplace_back();
    file.path = "/srv/app";
    file.uid = getuid();
    file.gid = getgid();
    file.tree.emplace();
    file.tree->source = at("tree");
    recipe_.selection.arch = "x86_64";
    recipe_.digest = "before";
  }

  [[nodiscard]] fs::path at(const std::string& path) const { return dir_.path() / path; }
  void write(const std::string& path, const std::string& text) const { write_file(at(path), text); }
  make::OwnFiles open() { return make::open_own_files(recipe_, {}, silent_); }
  std::string digest() {
    open();
    return recipe_.files.front().tree->digest;
  }
  void add(const make::OwnFiles& own) { make::add_own_files(root::Root(at("root")), recipe_, own, silent_); }
  Recipe& recipe() { return recipe_; }
  RecipeTree& tree() { return *recipe_.files.front().tree; }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
  Recipe recipe_;
  Progress silent_;
};

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a tree is added below its path") {
  World world;
  const make::OwnFiles own = world.open();
  CHECK(make::sizes_of_files(world.recipe()) == std::vector<OtherFiles>{{"tree tree", 2, 6}});
  world.add(own);
  CHECK(read_file(world.at("root/srv/app/bin/one")) == "one");
  CHECK(read_file(world.at("root/srv/app/two")) == "two");
}

TEST_CASE("content that is not what was looked into is an error") {
  World world;
  const make::OwnFiles own = world.open();
  const auto add = [&] { world.add(own); };
  world.write("tree/bin/one", "ONE");
  CHECK(failure(add).find("'/srv/app/bin/one' is no longer what it was when the build began") != std::string::npos);
  CHECK_FALSE(fs::exists(world.at("root/srv/app/bin/one")));
  fs::remove(world.at("tree/bin/one"));
  CHECK(failure(add).find("'/bin/one' in the root: No such file or directory") != std::string::npos);
  fs::create_symlink("/etc/passwd", world.at("tree/bin/one"));
  CHECK(failure(add) != "none");
  CHECK_FALSE(fs::exists(world.at("root/srv/app/bin/one")));
}

TEST_CASE("directories that are there stay, files give way, and nothing takes a directory's place") {
  World world;
  make_dirs(world.at("root/usr/bin"));
  fs::create_directory_symlink("usr/bin", world.at("root/bin"));
  fs::create_symlink("/nowhere", world.at("root/two"));
  fs::permissions(world.at("root/usr/bin"), fs::perms{0700});
  world.recipe().files.front().path = "/";
  world.add(world.open());
  CHECK(read_file(world.at("root/usr/bin/one")) == "one");  // through the link, within the root
  CHECK(fs::is_symlink(world.at("root/bin")));
  CHECK(fs::status(world.at("root/usr/bin")).permissions() == fs::perms{0700});
  CHECK(fs::is_regular_file(fs::symlink_status(world.at("root/two"))));
  fs::remove(world.at("root/two"));
  make_dirs(world.at("root/two"));
  CHECK(failure([&] { world.add(world.open()); }).find("a directory stands there") != std::string::npos);
}

TEST_CASE("a tree's digest is that of what comes of it") {
  World world;
  const std::string before = world.digest();
  CHECK(world.digest() == before);
  chmod(world.at("tree/two").c_str(), 0600);  // its owner's right to execute alone counts
  CHECK(world.digest() == before);
  chmod(world.at("tree/two").c_str(), 0700);
  CHECK(world.digest() != before);
  chmod(world.at("tree/two").c_str(), 0644);
  world.write("tree/more", "more");
  CHECK(world.digest() != before);
  world.tree().exclude = {"mo*"};
  CHECK(world.digest() == before);
  world.recipe().files.front().uid = 4711;
  CHECK(world.digest() != before);
}

TEST_CASE("a recipe's digest takes those of its trees once") {
  World world;
  world.open();
  const std::string digest = world.recipe().digest;
  CHECK(digest != "before");
  world.open();
  CHECK(world.recipe().digest == digest);
}
