#include <algorithm>
#include <catch2/catch.hpp>

#include "make/own_files.hpp"

using namespace rootlet;

namespace {

constexpr ElfMachine x86_64{2, 1, 62};
constexpr ElfMachine i386{1, 1, 3};
constexpr ElfMachine aarch64{2, 1, 183};
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";

TreeFile file(const std::string& path, std::uint32_t mode = 0755) {
  TreeFile made;
  made.path = path;
  made.mode = mode;
  return made;
}

TreeFile program(const std::string& path, const std::vector<std::string>& needed,
                 const std::string& interpreter = loader, const ElfMachine& machine = x86_64) {
  TreeFile made = file(path);
  made.elf = ElfFile{machine, interpreter, "", needed, {}};
  return made;
}

TreeFile script(const std::string& path, const std::string& interpreter, std::uint32_t mode = 0755) {
  TreeFile made = file(path, mode);
  made.interpreter = interpreter;
  return made;
}

TreeFile linked(const std::string& path, const std::string& target) {
  TreeFile made = file(path, 0777);
  made.type = FileType::symlink;
  made.target = target;
  return made;
}

/// What the files of one tree require: "capability: path (how many)".
std::vector<std::string> required(std::vector<TreeFile> files, const std::string& arch = "x86_64") {
  std::sort(files.begin(), files.end(), [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  Recipe recipe;
  recipe.selection.arch = arch;
  recipe.files.push_back({.path = "/"});
  recipe.files.back().tree.emplace();
  recipe.files.back().requirements = true;
  std::vector<make::OwnTree> trees;
  trees.push_back({0, std::move(files), nullptr});
  Progress silent;
  std::vector<std::string> texts;
  for (const FileRequirement& each : make::requirements_of(recipe, trees, silent)) {
    texts.push_back(each.item.text + ": " + each.path + " (" + std::to_string(each.files) + ")");
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("libraries are required as rpm writes them, by width") {
  TreeFile app = program("/app", {"libz.so.1", "libc.so.6"});
  app.elf->versions = {{"libc.so.6", "GLIBC_2.14"}};
  app.elf->gnu_hash_only = true;
  CHECK(required({app}) == Texts{"ld-linux-x86-64.so.2()(64bit): /app (1)", "libc.so.6()(64bit): /app (1)",
                                 "libc.so.6(GLIBC_2.14)(64bit): /app (1)", "libz.so.1()(64bit): /app (1)",
                                 "rtld(GNU_HASH): /app (1)"});
  TreeFile small = program("/app", {"libc.so.6"}, "/lib/ld-linux.so.2", i386);
  small.elf->versions = {{"libc.so.6", "GLIBC_2.0"}};
  CHECK(required({small}) == Texts{"ld-linux.so.2: /app (1)", "libc.so.6: /app (1)", "libc.so.6(GLIBC_2.0): /app (1)"});
}

TEST_CASE("what the files have themselves is not required") {
  TreeFile library = program("/lib/libown.so.1.2", {"libz.so.1"}, "");
  library.elf->soname = "libown.so.1";
  TreeFile app = program("/app", {"libown.so.1", "libnamed.so", "libz.so.1"}, "");
  app.elf->versions = {{"libown.so.1", "OWN_1"}};
  TreeFile named = program("/x/libother.so", {}, "");
  CHECK(required({library, app, named, linked("/y/libnamed.so", "/x/libother.so")}) ==
        Texts{"libz.so.1()(64bit): /app (2)"});
  // A library for another machine does not meet it.
  library.elf->machine = i386;
  CHECK(required({library, app, named, linked("/y/libnamed.so", "/x/libother.so")}) ==
        Texts{"libown.so.1()(64bit): /app (1)", "libown.so.1(OWN_1)(64bit): /app (1)",
              "libz.so.1: /lib/libown.so.1.2 (1)", "libz.so.1()(64bit): /app (1)"});
}

TEST_CASE("what nobody links with, what is static, foreign or for debuggers requires nothing") {
  TreeFile pie = program("/static-pie", {}, "");
  pie.elf->gnu_hash_only = true;
  CHECK(required({pie, program("/arm", {"libc.so.6"}, "/lib/ld-linux-aarch64.so.1", aarch64),
                  program("/usr/lib/debug/app.debug", {"libc.so.6"}),
                  program("/plugin", {"mod_x.so", "odd name.so"}, "")})
            .empty());
  CHECK(required({program("/arm", {"libc.so.6"}, "", aarch64)}, "aarch64") == Texts{"libc.so.6()(64bit): /arm (1)"});
}

TEST_CASE("scripts require their interpreters, and env what it looks for") {
  CHECK(required({script("/a", "/bin/sh -e"), script("/b", "/bin/sh"), script("/c", "/usr/bin/env -S python3 -u"),
                  script("/d", "/bin/bash", 0644), script("/e", "perl")}) ==
        Texts{"/bin/sh: /a (2)", "/usr/bin/env: /c (1)", "/usr/bin/python3: /c (1)"});
  CHECK(required({script("/a", "/usr/bin/env tool"), file("/usr/local/bin/tool"), file("/usr/bin/env")}).empty());
}

TEST_CASE("an interpreter that is a link of the files is required where it leads") {
  CHECK(required({script("/venv/bin/app", "/venv/bin/python"), linked("/venv/bin/python", "python3"),
                  linked("/venv/bin/python3", "/usr/bin/python3.11")}) ==
        Texts{"/usr/bin/python3.11: /venv/bin/app (1)"});
  CHECK(required({script("/app", "/loop"), linked("/loop", "loop")}) == Texts{"/loop: /app (1)"});
}

TEST_CASE("another loader than glibc's is required by its path") {
  CHECK(required({program("/app", {}, "/opt/loader")}) == Texts{"/opt/loader: /app (1)"});
  CHECK(required({program("/app", {}, "/opt/loader"), file("/opt/loader")}).empty());
}

TEST_CASE("single files are asked only where the entry says so, and what is written later counts") {
  Recipe recipe;
  recipe.selection.arch = "x86_64";
  recipe.files.push_back({.path = "/run", .content = "#!/bin/sh\n", .mode = 0755});
  Progress silent;
  CHECK(make::requirements_of(recipe, {}, silent).empty());
  recipe.files.back().requirements = true;
  REQUIRE(make::requirements_of(recipe, {}, silent).size() == 1);
  CHECK(make::requirements_of(recipe, {}, silent)[0].item.text == "/bin/sh");
  recipe.files.push_back({.path = "/bin/sh", .content = "mine", .mode = 0755});
  CHECK(make::requirements_of(recipe, {}, silent).empty());
}
