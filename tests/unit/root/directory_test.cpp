#include "root/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "../elf/make_elf.hpp"
#include "model/path_walk.hpp"
#include "rootfs/test/touched.hpp"

using namespace rootlet;
using root::Contents;

namespace {

struct DirectoryFixture {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  [[nodiscard]] fs::path path(const std::string& inside) const { return dir.path() / inside; }
  [[nodiscard]] FileTree read(Contents contents) const {
    Progress silent;
    return root::read_files(root::Root(dir.path()), contents, silent);
  }
};

/// A path of a few parts, most of them there in some directory.
std::string random_path(std::mt19937& random) {
  const std::vector<std::string> names{"a", "b", "c", "d", "..", ".", "", "none"};
  std::string path = random() % 2 == 0 ? "/" : "";
  for (auto parts = 1 + random() % 4; parts > 0; --parts) path += names[random() % names.size()] + "/";
  if (random() % 4 != 0) path.pop_back();
  return path.empty() ? "a" : path;
}

/// Directories, files and links of few names, so that links lead to each other.
void fill(const DirectoryFixture& root, const std::string& directory, int deeper, std::mt19937& random) {
  for (const std::string name : {"a", "b", "c", "d"}) {
    const std::string place = directory + name;
    switch (random() % 4) {
      case 0: write_file(root.path(place), "x"); break;
      case 1:
        fs::create_directory(root.path(place));
        if (deeper > 0) fill(root, place + "/", deeper - 1, random);
        break;
      case 2: fs::create_symlink(random_path(random), root.path(place)); break;
      default: break;
    }
  }
}

/// The place that a path leads to in a root, as Linux has it.
std::optional<std::string> place_of(const root::Root& root, const std::string& path) {
  const auto path_of = [](int fd) { return fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).string(); };
  const Fd fd = root.find(path, O_PATH);
  if (!fd) return std::nullopt;
  const std::string inside = path_of(fd.get()).substr(path_of(root.descriptor()).size());
  return inside.empty() ? "/" : inside;
}

}  // namespace

TEST_CASE("a tree knows where paths lead as well as Linux does") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    const DirectoryFixture fixture;
    fill(fixture, "", 2, random);
    const FileTree tree = fixture.read(Contents::none);
    const root::Root root(fixture.dir.path());
    for (int i = 0; i < 100; ++i) {
      const std::string path = "/" + random_path(random);
      INFO("seed " << seed << ", " << path);
      const auto place = place_of(root, path);
      const PathWalk way = tree.way(path);
      CHECK((way.end == PathWalk::End::there) == place.has_value());
      if (place) CHECK(way.place == *place);
      CHECK((way.file != nullptr) == (place && *place != "/"));
      if (way.end == PathWalk::End::missing) CHECK_FALSE((way.rest.empty() && root.examine(way.place)));
    }
  }
}

TEST_CASE("a walk tells what is on its way, in a tree as in an open root") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    const DirectoryFixture fixture;
    fill(fixture, "", 2, random);
    const FileTree tree = fixture.read(Contents::none);
    const root::Root root(fixture.dir.path());
    for (int i = 0; i < 100; ++i) {
      const std::string path = "/" + random_path(random);
      const bool last_too = random() % 2 == 0;
      INFO("seed " << seed << ", " << path);
      std::vector<const TreeFile*> on_way;
      const PathWalk way = walk_path(tree, path, last_too, on_way);
      std::map<std::string, const TreeFile*> places;
      for (const TreeFile* file : on_way) places.emplace(file->path, file);
      auto links = std::count_if(on_way.begin(), on_way.end(),
                                 [](const TreeFile* file) { return file->type == FileType::symlink; });
      if (way.file != nullptr && way.file->type == FileType::symlink) --links;  // which was not followed
      if (way.end == PathWalk::End::there) CHECK(links == way.links);
      const bool has_end = way.end == PathWalk::End::there && way.place != "/";
      CHECK(has_end == (way.file != nullptr && places.contains(way.place)));

      rootfs::Trace trace;
      trace.paths[{path, last_too}].opened = true;
      std::map<std::string, bool> opened;
      for (const auto& [place, how] : rootfs::touched_in(root, trace).in_root) opened.emplace(place, how.opened);
      std::map<std::string, bool> expected;
      for (const auto& [place, file] : places) expected.emplace(place, has_end && place == way.place);
      CHECK(opened == expected);
    }
  }
}

TEST_CASE("what programs made is noted where they made it") {
  const DirectoryFixture fixture;
  fs::create_directories(fixture.path("proc"));
  fs::create_directories(fixture.path("var/run"));
  fs::create_symlink("var/run", fixture.path("run"));
  rootfs::Trace trace;
  trace.paths[{"/run/new/./a//../b/", false}].written = true;
  trace.paths[{"/proc/self/fd/../maps", true}].opened = true;
  trace.paths[{"/usr/none", true}].opened = true;
  const auto traced = rootfs::touched_in(root::Root(fixture.dir.path()), trace);
  std::vector<std::string> elsewhere;
  for (const auto& [place, how] : traced.elsewhere) elsewhere.push_back(place);
  CHECK(elsewhere == std::vector<std::string>{"/proc/self/maps", "/var/run/new/b"});
  CHECK(traced.in_root.size() == 4);
}

TEST_CASE("as code, no more is read of a file than what it is to the kernel and the loader") {
  const DirectoryFixture fixture;
  write_file(fixture.path("library"), made::elf({"", "libx.so.1", {"liby.so.1"}, "", ""}));
  write_file(fixture.path("script"), "#! /bin/sh -e\n", 0755);
  write_file(fixture.path("text"), "#!/bin/sh\n", 0644);
  fs::create_hard_link(fixture.path("library"), fixture.path("name"));
  REQUIRE(mkfifo(fixture.path("pipe").c_str(), 0755) == 0);
  const FileTree tree = fixture.read(Contents::code);
  CHECK_FALSE(tree.contents_read);
  CHECK(tree.find("/script")->interpreter == "/bin/sh -e");
  CHECK(tree.find("/text")->interpreter.empty());
  CHECK(tree.find("/library")->sha256.empty());
  for (const char* path : {"/library", "/name"}) {
    REQUIRE(tree.find(path)->elf);
    CHECK(tree.find(path)->elf->needed == std::vector<std::string>{"liby.so.1"});
  }
  CHECK(tree.find("/name")->first_link == "/library");
  CHECK(tree.find("/pipe")->type == FileType::fifo);
  const FileTree all = fixture.read(Contents::all);
  CHECK(all.find("/text")->interpreter == "/bin/sh");
  CHECK(all.find("/library")->elf->soname == "libx.so.1");
  CHECK(all.find("/text")->sha256.size() == 64);
}
