#include "rootlet/needed.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "analysis/needs.hpp"
#include "invented.hpp"

using namespace rootlet;
using namespace invented;
using namespace std::string_literals;

namespace {

/// A root with contents, all of which may go.
struct Rooted {
  World world;
  std::map<std::string, std::string> contents;
  analysis::NeededRequest request;

  void add(TreeFile file, const std::string& content = {}) {
    if (file.type == FileType::regular) file.size = content.size();
    world.add({file});
    contents[file.path] = content;
  }
  void script(const std::string& path, const std::string& interpreter, const std::string& content = {}) {
    TreeFile one = file(path, 0755);
    one.interpreter = interpreter;
    add(one, content);
  }
  analysis::NeededFiles needed(const std::vector<std::string>& commands) {
    world.complete();
    for (const std::string& one : commands) request.roots.push_back({one, "command", "a test"});
    request.may_go.assign(world.tree.files.size(), true);
    request.shall_go.resize(world.tree.files.size());
    const auto owners = analysis::owners_of(world.tree, world.installed);
    return analysis::needed_files(world.tree, owners, request, [&](const TreeFile& file, std::size_t most) {
      return contents[file.path].substr(0, most);
    });
  }
  /// "PATH: RULE BY AS" of files and links, no directories.
  Lines told(const std::vector<std::string>& commands) {
    Lines lines;
    for (const auto& [path, why] : needed(commands).files) {
      if (world.tree.find(path)->type == FileType::directory) continue;
      lines.push_back(path + ": " + std::string(why.rule->id) + (why.by.empty() ? "" : " " + why.by) +
                      (why.as.empty() ? "" : " " + why.as));
    }
    return lines;
  }
};

const TreeFile loader = elf("/usr/lib64/ld-linux-x86-64.so.2", "ld-linux-x86-64.so.2");

}  // namespace

TEST_CASE("a program needs its loader, its libraries, and the links on the way") {
  Rooted root;
  root.add(link_to("/lib64", "usr/lib64"));
  root.add(loader);
  root.add(elf("/usr/bin/app", "", {"liba.so.1"}),
           "text\0/etc/app.conf\0libplug.so /usr/share/none\0"
           "/usr/share/app/data.\0"s);
  root.add(elf("/usr/lib64/liba.so.1.2", "liba.so.1", {"libb.so.1"}));
  root.add(link_to("/usr/lib64/liba.so.1", "liba.so.1.2"));
  root.add(elf("/usr/lib64/libb.so.1", "libb.so.1"));
  root.add(elf("/usr/lib64/libc.so.1", "libc.so.1"));
  root.add(elf("/usr/lib64/app/libplug.so", "libplug.so"));
  root.add(file("/etc/app.conf"));
  root.add(file("/usr/share/app/data"));
  root.add(file("/usr/share/app/other"));
  CHECK(root.told({"/bin/app", "/usr/bin/app"}) ==
        Lines{"/etc/app.conf: named-path /usr/bin/app /etc/app.conf",
              "/lib64: way /usr/bin/app /lib64/ld-linux-x86-64.so.2", "/usr/bin/app: command a test",
              "/usr/lib64/app/libplug.so: named-library /usr/bin/app libplug.so",
              "/usr/lib64/ld-linux-x86-64.so.2: loader /usr/bin/app /lib64/ld-linux-x86-64.so.2",
              "/usr/lib64/liba.so.1: library /usr/bin/app liba.so.1",
              "/usr/lib64/liba.so.1.2: link /usr/lib64/liba.so.1 liba.so.1.2",
              "/usr/lib64/libb.so.1: library /usr/lib64/liba.so.1.2 libb.so.1",
              "/usr/share/app/data: named-path /usr/bin/app /usr/share/app/data"});
}

TEST_CASE(
    "a script needs its interpreter and the programs that it names by path; configuration comes with the package") {
  Rooted root;
  root.script("/usr/bin/start", "/usr/bin/env -S sh", "exec /usr/sbin/daemon -c /etc/daemon.conf # not daemon2\n");
  root.add(elf("/usr/bin/env", ""));
  root.add(elf("/usr/bin/sh", ""));
  root.add(elf("/usr/sbin/daemon", ""));
  root.add(elf("/usr/sbin/daemon2", ""));
  root.add(loader);
  root.add(file("/etc/daemon.conf"), "Include conf.d/*.conf\nModule /usr/lib64/m.so\n");
  root.add(file("/etc/conf.d/a.conf"), "Load modules/x.so\n");
  root.add(file("/etc/conf.d/b.txt"));
  root.add(elf("/usr/lib64/daemon/x.so", ""));
  root.add(elf("/usr/lib64/m.so", ""));
  root.add(elf("/usr/lib64/n.so", ""));
  CHECK(root.told({"/usr/bin/start"}) ==
        Lines{"/etc/conf.d/a.conf: named-path /etc/daemon.conf conf.d/*.conf",
              "/etc/daemon.conf: named-path /usr/bin/start /etc/daemon.conf",
              "/usr/bin/env: interpreter /usr/bin/start /usr/bin/env", "/usr/bin/sh: interpreter /usr/bin/start sh",
              "/usr/bin/start: command a test", "/usr/lib64/daemon/x.so: named-library /etc/conf.d/a.conf modules/x.so",
              "/usr/lib64/m.so: named-path /etc/daemon.conf /usr/lib64/m.so",
              "/usr/sbin/daemon: named-path /usr/bin/start /usr/sbin/daemon"});
}

TEST_CASE("name services, PAM and character sets") {
  Rooted root;
  root.add(loader);
  root.add(elf("/usr/lib64/libc.so.6", "libc.so.6"), "/etc/nsswitch.conf\0"s);
  root.add(elf("/usr/lib64/libpam.so.0", "libpam.so.0"));
  root.add(elf("/usr/lib64/libnss_files.so.2", "libnss_files.so.2"));
  root.add(elf("/usr/lib64/libnss_ldap.so.2", "libnss_ldap.so.2"));
  root.add(file("/etc/nsswitch.conf"), "passwd: files [NOTFOUND=return] # ldap\n");
  root.add(file("/etc/pam.d/login"), "auth include system-auth\naccount required pam_a.so\n");
  root.add(file("/etc/pam.d/system-auth"), "auth [success=1] pam_b.so nullok\n");
  root.add(file("/etc/pam.d/sudo"), "auth required pam_c.so\n");
  for (const char* name : {"pam_a.so", "pam_b.so", "pam_c.so"})
    root.add(elf(std::string("/usr/lib64/security/") + name, ""));
  root.add(file("/usr/lib64/gconv/gconv-modules"),
           "alias LATIN9// ISO-8859-15//\nmodule KOI8-R// INTERNAL KOI8-R 1\nmodule INTERNAL ISO-8859-15// L9 1\n"
           "module EUC-JP// INTERNAL EUC-JP 1\n");
  for (const char* name : {"KOI8-R.so", "L9.so", "EUC-JP.so"})
    root.add(elf(std::string("/usr/lib64/gconv/") + name, ""));
  root.add(elf("/usr/bin/login", "", {"libc.so.6", "libpam.so.0"}), "iconv_open\0koi8-r\0"s);
  const Lines told = root.told({"/usr/bin/login"});
  const auto has = [&](const std::string& line) { return std::find(told.begin(), told.end(), line) != told.end(); };
  CHECK(has("/usr/lib64/libnss_files.so.2: name-service /etc/nsswitch.conf libnss_files.so.2"));
  CHECK(has("/etc/pam.d/login: pam /usr/bin/login login"));
  CHECK(has("/etc/pam.d/system-auth: pam /etc/pam.d/login system-auth"));
  CHECK(has("/usr/lib64/security/pam_a.so: named-library /etc/pam.d/login pam_a.so"));
  CHECK(has("/usr/lib64/security/pam_b.so: named-library /etc/pam.d/system-auth pam_b.so"));
  CHECK(has("/usr/lib64/gconv/KOI8-R.so: character-set /usr/bin/login koi8-r"));
  CHECK(has("/usr/lib64/gconv/L9.so: character-set /usr/bin/login ISO-8859-15"));
  for (const std::string& line : told) {
    CAPTURE(line);
    CHECK((line.find("ldap") == std::string::npos && line.find("pam_c") == std::string::npos &&
           line.find("sudo") == std::string::npos && line.find("EUC-JP") == std::string::npos));
  }
}

TEST_CASE("imports of Python and modules of Perl") {
  Rooted root;
  root.script("/usr/bin/tool", "/usr/bin/python3.9 -s", "import json, a.b as c\nfrom app import (one,\n  two)\n");
  root.add(elf("/usr/bin/python3.9", ""));
  root.add(loader);
  const std::string lib = "/usr/lib64/python3.9/";
  for (const char* name :
       {"os.py", "json/__init__.py", "json/decoder.py", "a/__init__.py", "a/b.py", "__pycache__/os.cpython-39.pyc",
        "unused.py", "lib-dynload/_json.cpython-39-x86_64-linux-gnu.so"}) {
    root.add(file(lib + name), std::string(name) == "json/__init__.py" ? "from .decoder import X\nimport _json\n" : "");
  }
  const std::string site = "/usr/lib/python3.9/site-packages/";
  for (const char* name : {"app/__init__.py", "app/one.py", "app/two.py", "app/three.py", "app/data.txt", "x.pth"}) {
    root.add(file(site + name));
  }
  root.script("/usr/bin/pl", "/usr/bin/perl", "use strict;\nuse parent qw(Foo::Bar);\n");
  root.add(elf("/usr/bin/perl", ""));
  for (const char* name : {"strict.pm", "Foo/Bar.pm", "Foo/Baz.pm"})
    root.add(file(std::string("/usr/share/perl5/") + name));
  std::set<std::string> found;
  for (const auto& [path, why] : root.needed({"/usr/bin/tool", "/usr/bin/pl"}).files) found.insert(path);
  for (const char* name : {"os.py", "__pycache__/os.cpython-39.pyc", "json/decoder.py", "a/b.py",
                           "lib-dynload/_json.cpython-39-x86_64-linux-gnu.so"}) {
    CAPTURE(name);
    CHECK(found.contains(lib + name));
  }
  for (const char* name : {"app/one.py", "app/two.py", "app/data.txt", "x.pth"}) {
    CAPTURE(name);
    CHECK(found.contains(site + name));
  }
  CHECK_FALSE(found.contains(lib + "unused.py"));
  CHECK_FALSE(found.contains(site + "app/three.py"));
  CHECK(found.contains("/usr/share/perl5/Foo/Bar.pm"));
  CHECK_FALSE(found.contains("/usr/share/perl5/Foo/Baz.pm"));
}

TEST_CASE("what shall go and is needed for certain is told; what only may be asked for goes") {
  Rooted root;
  root.add(loader);
  root.add(link_to("/lib64", "usr/lib64"));
  root.add(elf("/usr/bin/app", "", {"liba.so.1"}), "/usr/bin/other\0"s);
  root.add(elf("/usr/lib64/liba.so.1", "liba.so.1"));
  root.add(elf("/usr/bin/other", "", {"libb.so.1"}));
  root.add(elf("/usr/lib64/libb.so.1", "libb.so.1"));
  root.world.complete();
  for (const TreeFile& file : root.world.tree.files) {
    root.request.shall_go.push_back(file.path == "/usr/lib64/liba.so.1" || file.path == "/usr/bin/other");
  }
  const auto needed = root.needed({"/usr/bin/app"});
  REQUIRE(needed.contradictions.size() == 1);
  CHECK(needed.contradictions[0].path == "/usr/lib64/liba.so.1");
  CHECK(analysis::reason_text(needed.contradictions[0].why) == "/usr/bin/app links with it as liba.so.1");
  CHECK_FALSE(needed.files.contains("/usr/bin/other"));
  CHECK_FALSE(needed.files.contains("/usr/lib64/libb.so.1"));
}

TEST_CASE("without what is not needed, all that stays finds what it found") {
  const unsigned seed = GENERATE(range(0U, 200U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  Rooted root;
  root.add(link_to("/lib64", "usr/lib64"));
  root.add(loader);
  const auto name = [](unsigned i) { return "lib" + std::to_string(i) + ".so"; };
  for (unsigned i = 0; i < 12; ++i) {
    std::vector<std::string> needs;
    for (unsigned k = 0; k < 12; ++k) {
      if (chance(12)) needs.push_back(name(k));
    }
    const std::string directory = chance(20) ? "/opt/x/" : "/usr/lib64/";
    root.add(elf(directory + name(i) + ".1", name(i), needs));
    if (chance(80)) root.add(link_to("/usr/lib64/" + name(i), directory + name(i) + ".1"));
    if (chance(30)) root.add(elf("/usr/bin/p" + std::to_string(i), "", needs));
    if (chance(30)) root.script("/usr/bin/s" + std::to_string(i), "/usr/bin/p" + std::to_string(random() % 12));
    if (chance(30)) root.add(link_to("/usr/bin/l" + std::to_string(i), "s" + std::to_string(random() % 12)));
  }
  const auto needed = root.needed({"/usr/bin/p1", "/usr/bin/s2", "/usr/bin/l3", "/usr/bin/p4"});
  const auto read = [](const TreeFile&, std::size_t) { return std::string(); };
  const FileTree& before = root.world.tree;
  FileTree after;
  for (const TreeFile& file : before.files) {
    if (file.type == FileType::directory || needed.files.contains(file.path)) after.files.push_back(file);
  }
  CHECK(analysis::lost_needs(analysis::file_needs(before, read), analysis::file_needs(after, read)).empty());
  for (const auto& [path, why] : needed.files) {
    const auto way = analysis::way_to(needed, path);
    CHECK((!way.empty() && way.back().why.by.empty()));
  }
}
