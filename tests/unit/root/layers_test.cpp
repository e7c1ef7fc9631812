#include "root/layers.hpp"

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;
using namespace made;
using Catch::Contains;
using root::LayerTree;
using Names = std::vector<std::string>;

namespace {

image::LayerEntry entry_of(const TarFile& file) {
  using Kind = image::LayerEntry::Kind;
  image::LayerEntry entry;
  entry.path = file.path;
  entry.kind = file.type == '1'   ? Kind::hard_link
               : file.type == '2' ? Kind::symlink
               : file.type == '3' ? Kind::char_device
               : file.type == '5' ? Kind::directory
                                  : Kind::regular;
  entry.mode = file.mode;
  entry.uid = static_cast<std::uint32_t>(file.uid);
  entry.size = file.content.size();
  entry.mtime = file.mtime;
  entry.target = file.target;
  return entry;
}

using Layers = std::vector<std::vector<TarFile>>;

std::unique_ptr<LayerTree> tree_of(const Layers& layers) {
  auto tree = std::make_unique<LayerTree>();
  for (const auto& layer : layers) {
    tree->begin_layer();
    for (const TarFile& file : layer) tree->apply(entry_of(file));
  }
  return tree;
}

/// Paths; directories end with a slash, files tell their size, links their target.
Names listed(const Layers& layers) {
  Names names;
  for (const TreeFile& file : tree_of(layers)->files()) {
    names.push_back(file.path +
                    (file.type == FileType::directory ? "/"
                     : file.type == FileType::symlink ? " -> " + file.target
                                                      : " " + std::to_string(file.size)) +
                    (file.first_link.empty() ? "" : " = " + file.first_link));
  }
  return names;
}

std::string error_of(const Layers& layers) {
  try {
    tree_of(layers);
  } catch (const Error& error) {
    return error.what();
  }
  FAIL("accepted");
  return {};
}

TarFile sized(const std::string& path, std::size_t size) { return file(path, std::string(size, 'x')); }

}  // namespace

TEST_CASE("a later layer's file takes the place of an earlier one's") {
  CHECK(listed({{sized("a", 1), sized("b", 2)}, {sized("a", 3)}}) == Names{"/a 3", "/b 2"});
  CHECK(listed({{sized("a", 1), sized("a", 2)}}) == Names{"/a 2"});
}

TEST_CASE("however an entry writes its path, it is the same") {
  for (const std::string path : {"d/a", "/d/a", "./d/a", "d//a", "x/../d/a", "../../d/a", "d/./a"}) {
    CHECK(listed({{directory("d"), sized(path, 1), sized("d/a", 2)}}) == Names{"/d/", "/d/a 2"});
  }
}

TEST_CASE("directories that no entry tells of are there") {
  CHECK(listed({{sized("a/b/c", 1)}}) == Names{"/a/", "/a/b/", "/a/b/c 1"});
  const auto files = tree_of({{sized("a/b", 1)}, {directory("a", 0700)}})->files();
  CHECK(files[0].mode == 0700);
  CHECK(files.size() == 2);
  CHECK(tree_of({{sized("a/b", 1)}})->files()[0].mode == 0755);
}

TEST_CASE("a directory that comes again keeps what is in it and takes the new mode") {
  const auto files = tree_of({{directory("a", 0755), sized("a/b", 1)}, {directory("a", 01777)}})->files();
  REQUIRE(files.size() == 2);
  CHECK(files[0].mode == 01777);
}

TEST_CASE("a file takes the place of a directory with all in it, and the other way round") {
  CHECK(listed({{sized("a/b/c", 1), sized("ab", 1)}, {sized("a", 2)}}) == Names{"/a 2", "/ab 1"});
  CHECK(listed({{sized("a", 1)}, {directory("a"), sized("a/b", 2)}}) == Names{"/a/", "/a/b 2"});
  CHECK(listed({{sized("a/b", 1)}, {soft_link("a", "c")}}) == Names{"/a -> c"});
  // A directory replaces a link to one, as runtimes do.
  CHECK(listed({{sized("d/x", 1), soft_link("a", "d")}, {directory("a"), sized("a/b", 2)}}) ==
        Names{"/a/", "/a/b 2", "/d/", "/d/x 1"});
}

TEST_CASE("a whiteout removes what lower layers brought") {
  CHECK(listed({{sized("a", 1), sized("b", 1)}, {whiteout("a")}}) == Names{"/b 1"});
  CHECK(listed({{sized("d/a", 1), sized("d/e/b", 1), sized("da", 1)}, {whiteout("d")}}) == Names{"/da 1"});
  CHECK(listed({{sized("d/a", 1)}, {whiteout("d/a")}}) == Names{"/d/"});
  CHECK(listed({{sized("a", 1)}, {whiteout("nothing"), whiteout("x/y/z")}}) == Names{"/a 1"});
  CHECK(listed({{sized("a", 1)}, {whiteout("a")}, {sized("a", 2)}}) == Names{"/a 2"});
  // Of any type.
  TarFile odd = directory(".wh.a");
  CHECK(listed({{sized("a", 1)}, {odd}}).empty());
}

TEST_CASE("a whiteout leaves what its own layer brings, in either order") {
  CHECK(listed({{sized("a", 1)}, {whiteout("a"), sized("a", 2)}}) == Names{"/a 2"});
  CHECK(listed({{sized("a", 1)}, {sized("a", 2), whiteout("a")}}) == Names{"/a 2"});
  const Names expected{"/d/", "/d/new 2"};
  const TarFile made = directory("d", 0700);
  CHECK(listed({{sized("d/old", 1)}, {whiteout("d"), made, sized("d/new", 2)}}) == expected);
  CHECK(listed({{sized("d/old", 1)}, {made, sized("d/new", 2), whiteout("d")}}) == expected);
  CHECK(listed({{sized("d/old", 1)}, {made, whiteout("d"), sized("d/new", 2)}}) == expected);
  // Whatever the directory was, it is new.
  for (const auto& layer :
       {std::vector{whiteout("d"), sized("d/new", 2)}, std::vector{sized("d/new", 2), whiteout("d")}}) {
    CHECK(listed({{directory("d", 0700), sized("d/old", 1)}, layer}) == expected);
    CHECK(tree_of({{directory("d", 0700), sized("d/old", 1)}, layer})->files()[0].mode == 0755);
  }
}

TEST_CASE("an opaque whiteout removes all that lower layers put into a directory") {
  const std::vector lower{directory("d", 0700), sized("d/a", 1), sized("d/e/b", 1), sized("x", 1)};
  CHECK(listed({lower, {opaque("d")}}) == Names{"/d/", "/x 1"});
  CHECK(tree_of({lower, {opaque("d")}})->files()[0].mode == 0700);
  const Names expected{"/d/", "/d/e/", "/d/e/new 2", "/x 1"};
  CHECK(listed({lower, {opaque("d"), sized("d/e/new", 2)}}) == expected);
  CHECK(listed({lower, {sized("d/e/new", 2), opaque("d")}}) == expected);
  CHECK(listed({lower, {opaque(".")}}).empty());
  CHECK(listed({lower, {opaque("x"), opaque("nowhere")}}) == Names{"/d/", "/d/a 1", "/d/e/", "/d/e/b 1", "/x/"});
}

TEST_CASE("improper whiteouts are errors") {
  CHECK(error_of({{file("d/.wh.")}}) == "'d/.wh.' is no proper whiteout");
  CHECK(error_of({{file(".wh..")}}) == "'.wh..' is no proper whiteout");
  CHECK(error_of({{file("d/.wh...")}}) == "'d/.wh...' is no proper whiteout");
}

TEST_CASE("what AUFS kept for itself is not in the root, but may be linked to") {
  CHECK(listed({{directory(".wh..wh.plnk"), sized(".wh..wh.plnk/1.2", 7), hard_link("a", ".wh..wh.plnk/1.2"),
                 hard_link("b", ".wh..wh.plnk/1.2"), file(".wh..wh.aufs")},
                {sized("c", 1)}}) == Names{"/a 7", "/b 7 = /a", "/c 1"});
  CHECK(listed({{sized(".wh..wh.plnk/1", 1), sized("c", 1)}}) == Names{"/c 1"});
}

TEST_CASE("links in an entry's directories are followed beneath the root") {
  CHECK(listed({{soft_link("bin", "usr/bin"), sized("bin/a", 1)}}) ==
        Names{"/bin -> usr/bin", "/usr/", "/usr/bin/", "/usr/bin/a 1"});
  CHECK(listed({{directory("d"), soft_link("l", "/d"), sized("l/a", 1)}}) == Names{"/d/", "/d/a 1", "/l -> /d"});
  CHECK(listed({{directory("d"), soft_link("l", "../../../d"), sized("l/a", 1)}}) ==
        Names{"/d/", "/d/a 1", "/l -> ../../../d"});
  CHECK(listed({{soft_link("x/l", "../y"), soft_link("y/m", "/z"), sized("x/l/m/a", 1)}}) ==
        Names{"/x/", "/x/l -> ../y", "/y/", "/y/m -> /z", "/z/", "/z/a 1"});
  // The last part is not.
  CHECK(listed({{soft_link("l", "/etc/passwd")}, {sized("l", 1)}}) == Names{"/l 1"});
  CHECK(listed({{sized("d/a", 1)}, {soft_link("l", "d"), whiteout("l/a")}}) == Names{"/d/", "/l -> d"});
  CHECK(listed({{sized("d/a", 1)}, {soft_link("l", "d"), opaque("l")}}) == Names{"/d/", "/l -> d"});
  CHECK(listed({{sized("d/e/a", 1)}, {soft_link("x/l", "/d"), whiteout("x/l/e/a")}}) ==
        Names{"/d/", "/d/e/", "/x/", "/x/l -> /d"});
  CHECK(listed({{sized("d/a", 1), soft_link("l", "d")}, {whiteout("l")}}) == Names{"/d/", "/d/a 1"});
}

TEST_CASE("what lower layers have in the way becomes a directory, and that is told") {
  const auto covered = [](const Layers& layers) {
    Names names;
    for (const Covered& one : tree_of(layers)->covered()) {
      names.push_back(std::to_string(one.layer) + " " + one.path + " -> " + one.target);
    }
    return names;
  };
  const std::vector base{sized("usr/bin/bash", 1), soft_link("bin", "usr/bin"), soft_link("run", "/usr/run")};
  const Layers link{base, {sized("bin/foo", 2), sized("bin/bar", 3)}};
  CHECK(listed(link) ==
        Names{"/bin/", "/bin/bar 3", "/bin/foo 2", "/run -> /usr/run", "/usr/", "/usr/bin/", "/usr/bin/bash 1"});
  CHECK(covered(link) == Names{"2 /bin -> usr/bin"});
  // Deeper, through a file, by a deletion.
  CHECK(listed({{sized("d/e/f", 1), soft_link("d/l", "e")}, {sized("d/l/x/y", 2)}}) ==
        Names{"/d/", "/d/e/", "/d/e/f 1", "/d/l/", "/d/l/x/", "/d/l/x/y 2"});
  const Layers file{{sized("a", 1)}, {sized("a/b", 2)}};
  CHECK(listed(file) == Names{"/a/", "/a/b 2"});
  CHECK(covered(file) == Names{"2 /a -> "});
  CHECK(listed({{sized("a", 1)}, {whiteout("a/b")}}) == Names{"/a/"});
  for (const TarFile& deletion : {whiteout("bin/bash"), opaque("bin")}) {
    const Layers deleted{base, {deletion}, {sized("run/x", 1)}};
    CHECK(listed(deleted) == Names{"/bin/", "/run/", "/run/x 1", "/usr/", "/usr/bin/", "/usr/bin/bash 1"});
    CHECK(covered(deleted) == Names{"2 /bin -> usr/bin", "3 /run -> /usr/run"});
  }
  CHECK(listed({base, {whiteout("nothing/x"), whiteout("usr/nothing/x")}}).size() == 5);
  // An entry for the directory leaves no doubt; nor does a link of the layer's own, or a directory.
  CHECK(covered({base, {directory("bin"), sized("bin/foo", 2)}}).empty());
  CHECK(covered({base, {soft_link("bin", "usr/bin"), sized("bin/foo", 2)}}).empty());
  CHECK(covered({base, {whiteout("bin"), sized("bin/foo", 2)}}) == covered({base, {whiteout("bin")}}));
  CHECK(covered({base, {sized("usr/bin/foo", 2)}}).empty());
}

TEST_CASE("a link that changes leads elsewhere from then on") {
  CHECK(listed({{soft_link("l", "a"), sized("l/1", 1), soft_link("l", "b"), sized("l/2", 1)}}) ==
        Names{"/a/", "/a/1 1", "/b/", "/b/2 1", "/l -> b"});
  CHECK(listed({{soft_link("l", "a"), sized("l/1", 1)}, {whiteout("l"), sized("l/2", 1)}}) ==
        Names{"/a/", "/a/1 1", "/l/", "/l/2 1"});
  CHECK(listed({{sized("a/b/1", 1), soft_link("a", "c"), sized("a/b/2", 1)}}) ==
        Names{"/a -> c", "/c/", "/c/b/", "/c/b/2 1"});
  CHECK(listed({{sized("a/b/1", 1), sized("a/b/2", 1)}, {sized("a/b/3", 1), whiteout("a"), sized("a/b/4", 1)}}) ==
        Names{"/a/", "/a/b/", "/a/b/3 1", "/a/b/4 1"});
}

TEST_CASE("a way that leads nowhere is an error") {
  CHECK(error_of({{soft_link("a", "b"), soft_link("b", "a"), sized("a/x", 1)}}) == "'/a': links lead in a circle");
  CHECK(error_of({{soft_link("a", "a/a"), sized("a/x", 1)}}) == "'/a': links lead in a circle");
  CHECK(error_of({{sized("a", 1), sized("a/b", 1)}}) == "'/a' is no directory, but has files in it");
  CHECK(error_of({{sized("a", 1), soft_link("l", "a"), sized("l/b", 1)}}) ==
        "'/a' is no directory, but has files in it");
  CHECK(error_of({{{"d", '3'}, sized("d/b", 1)}}) == "'/d' is no directory, but has files in it");
  CHECK(error_of({{soft_link(".", "/etc")}}) == "an entry would make the root something else than a directory");
  CHECK(error_of({{sized("x/..", 1)}}) == "an entry would make the root something else than a directory");
  CHECK(listed({{directory("./"), directory("/")}}).empty());
  std::string deep;
  for (int i = 0; i < 2100; ++i) deep += "d/";
  CHECK_THAT(error_of({{sized(deep + "x", 1)}}), Contains("a path in it is longer than 4,096 bytes"));
  // Link by link, it could go on for ever.
  std::vector<TarFile> files{soft_link("l", std::string(2000, 'd'))};
  std::string path = "l";
  for (int i = 0; i < 3; ++i) files.push_back(soft_link(path += "/l", std::string(2000, 'd')));
  CHECK_THAT(error_of({files}), Contains("a path in it is longer than 4,096 bytes"));
  CHECK_THAT(error_of({{soft_link("l", std::string(5000, 't'))}}), Contains("the target of the link is too long"));
}

TEST_CASE("hard links share a file, across layers too") {
  CHECK(listed({{sized("b", 5), hard_link("a", "b"), hard_link("c", "/b")}}) ==
        Names{"/a 5", "/b 5 = /a", "/c 5 = /a"});
  CHECK(listed({{sized("d/b", 5), soft_link("l", "d")}, {hard_link("a", "l/b")}}) ==
        Names{"/a 5", "/d/", "/d/b 5 = /a", "/l -> d"});
  CHECK(listed({{sized("a", 5), hard_link("b", "a")}, {whiteout("a")}}) == Names{"/b 5"});
  CHECK(listed({{sized("a", 5), hard_link("b", "a")}, {sized("a", 6)}}) == Names{"/a 6", "/b 5"});
  CHECK(listed({{soft_link("l", "x"), hard_link("m", "l")}}) == Names{"/l -> x", "/m -> x = /l"});
}

TEST_CASE("a hard link to what is not there is an error") {
  CHECK(error_of({{hard_link("a", "b")}}) == "'a' is a hard link to 'b', which is not there");
  CHECK(error_of({{hard_link("a", "a")}}) == "'a' is a hard link to 'a', which is not there");
  CHECK(error_of({{sized("a", 1), hard_link("a", "a")}}) == "'a' is a hard link to 'a', which is not there");
  CHECK(error_of({{directory("d"), hard_link("a", "d")}}) == "'a' is a hard link to the directory 'd'");
  CHECK(error_of({{hard_link("a", "..")}}) == "'a' is a hard link to the directory '..'");
  CHECK(error_of({{soft_link("a", "b"), soft_link("b", "a"), hard_link("c", "a/x")}}) ==
        "'c' is a hard link to 'a/x', which is not there");
}

TEST_CASE("an entry's attributes are a file's") {
  TarFile full = sized("x", 3);
  full.mode = 04755;
  full.uid = 12;
  full.mtime = -5;
  const auto files = tree_of({{full, soft_link("y", "t"), {"z", '3'}}})->files();
  CHECK(files[0].mode == 04755);
  CHECK(files[0].uid == 12);
  CHECK(files[0].mtime == -5);
  CHECK(files[1].mode == 0777);
  CHECK(files[1].size == 0);
  CHECK(files[2].type == FileType::char_device);
}

TEST_CASE("files are found by path, links followed") {
  const auto tree =
      tree_of({{sized("usr/lib/x", 3), soft_link("lib", "usr/lib"), soft_link("l", "/lib/x"), soft_link("c", "c")}});
  for (const char* path : {"/usr/lib/x", "/lib/x", "/l", "lib/../lib/x"}) {
    REQUIRE(tree->find_file(path) != nullptr);
    CHECK(tree->find_file(path)->facts.size == 3);
  }
  for (const char* path : {"/usr/lib", "/nothing", "/c", "/l/x", "/", ""}) CHECK(tree->find_file(path) == nullptr);
  CHECK(tree->names("/lib") == Names{"x"});
  CHECK(tree->names("/") == Names{"c", "l", "lib", "usr"});
  CHECK(tree->names("/l").empty());
  CHECK(tree->names("/none").empty());
}

TEST_CASE("files are sorted by path as bytes") {
  CHECK(listed({{sized("a/b", 1), sized("a-b", 1), sized("a.b", 1), sized("\xc3\xa4", 1), sized("Z", 1)}}) ==
        Names{"/Z 1", "/a/", "/a-b 1", "/a.b 1", "/a/b 1", "/\xc3\xa4 1"});
}

TEST_CASE("the paths of all files have a limit", "[slow]") {
  LayerTree tree;
  tree.begin_layer();
  std::string deep;
  for (int i = 0; i < 16; ++i) deep += std::string(250, 'd') + "/";
  const auto fill = [&] {
    for (int i = 0; i < 300'000; ++i) {
      image::LayerEntry entry;
      entry.path = deep + std::to_string(i);
      tree.apply(entry);
    }
  };
  CHECK_THROWS_WITH(fill(), "the paths of all files have more than 1.00 GB");
}

TEST_CASE("files of all layers have a limit", "[slow]") {
  LayerTree tree;
  image::LayerEntry entry;
  entry.path = "file";
  tree.begin_layer();
  for (int i = 0; i < 5'000'000; ++i) tree.apply(entry);
  CHECK_THROWS_WITH(tree.apply(entry), "layers bring more than 5,000,000 files");
}
