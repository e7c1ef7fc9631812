#include "rootlet/recipe_file.hpp"

#include <sys/utsname.h>

#include <catch2/catch.hpp>

#include "recipes.hpp"

using namespace rootlet;
using namespace rootlet::test;

TEST_CASE("a small recipe is filled in with defaults") {
  const Recipes recipes;
  recipes.put("web-1.yaml", repos + "packages: [bash]\n");
  const Recipe recipe = recipes.load("web-1.yaml");
  utsname host{};
  REQUIRE(uname(&host) == 0);
  CHECK(recipe.path == recipes.path("web-1.yaml"));
  CHECK(recipe.name == "web-1");
  CHECK(recipe.selection.arch == host.machine);
  CHECK(recipe.rpmdb == "auto");
  CHECK(recipe.localpkg_gpgcheck);
  CHECK_FALSE(recipe.selection.weak_deps.all);
  CHECK_FALSE(recipe.selection.docs);
  CHECK(recipe.selection.goal.scriptlet_deps == ScriptletDeps::keep);
  CHECK(recipe.selection.goal.os_release);
  CHECK(recipe.selection.goal.package_penalty == 0);
  CHECK_FALSE(recipe.selection.goal.guard_rails);
  CHECK(texts(recipe.selection.packages) == Strings{"bash"});
  CHECK(recipe.selection.packages.front().mark.str() == recipes.path("web-1.yaml:2:12"));
  REQUIRE(recipe.repos.size() == 1);
  CHECK(recipe.repos[0].priority == 99);
  CHECK(recipe.repos[0].cost == 1000);
  CHECK(recipes.load("web-1.yaml", "s390x").selection.arch == "s390x");
}

TEST_CASE("every key of a recipe is read") {
  const fs::path fixtures = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures";
  const Recipe recipe = recipe::load(fixtures / "valid/full.yaml");
  CHECK(recipe.name == "full-1.0");
  CHECK(recipe.base == "oci:" + (fixtures / "images/os:9").string());
  CHECK(recipe.selection.upgrade == Upgrade::security);
  CHECK(recipe.selection.releasever == "9");
  CHECK(recipe.selection.vars == std::map<std::string, std::string>{{"stream", "9-stream"}});
  CHECK(texts(recipe.selection.packages) == Strings{"coreutils", "bash", "nginx", "/usr/bin/env", "glibc-langpack-*",
                                                    "389-ds", "@core", "@nodejs:20/minimal"});
  CHECK(texts(recipe.selection.exclude) == Strings{"perl*"});
  CHECK(texts(recipe.selection.modules.enable) == Strings{"nodejs:20", "redis:7"});
  CHECK(texts(recipe.selection.modules.disable) == Strings{"perl"});
  CHECK(recipe.selection.modules.platform == "platform:el9");
  CHECK(recipe.selection.group_package_types == Strings{"mandatory", "optional"});
  CHECK(recipe.selection.weak_deps.all);
  CHECK(recipe.selection.docs);
  CHECK(recipe.selection.langs == Strings{"de", "pt_BR"});
  CHECK(texts(recipe.scriptlets_may_fail) == Strings{"vendor-agent", "kernel*"});
  CHECK(recipe.scriptlets == Scriptlets::none);
  CHECK(texts(recipe.scriptlets_left_out) == Strings{"glibc", "glibc-*"});
  CHECK_FALSE(recipe.localpkg_gpgcheck);
  CHECK(recipe.rpmdb == "/usr/lib/sysimage/rpm");
  CHECK(recipe.content_sets == Strings{"ubi-9-appstream-rpms", "ubi-9-baseos-rpms"});
  CHECK(recipe.sboms == Strings{"cyclonedx-1.6", "spdx-2.3"});
  CHECK(recipe.owners == UnknownOwners::strict);
  CHECK(recipe.trim == Trim::untouched);
  CHECK(recipe.keep == Strings{"/usr/share/zoneinfo/**", "/etc/protocols"});
  CHECK(recipe.without ==
        std::map<std::string, Strings>{{"bash", {"/usr/bin/bashbug*"}}, {"glibc-common", {"/usr/share/i18n/**"}}});
  CHECK(recipe.layers == RecipeLayers{12, fixtures / "parts/no-history.jsonl", {}, true});
  REQUIRE(recipe.repos.size() == 4);
  const RepoSpec& repo = recipe.repos[0];
  CHECK(repo.baseurl == Strings{"https://mirror.example/9/x86_64/os", "https://other.example/9/x86_64"});
  CHECK(repo.mirrorlist.empty());  // the included one's address went as a whole
  CHECK(repo.gpgkey == Strings{"file://" + (fixtures / "valid/keys/").string() + "missing%20until%20built.asc",
                               "http://keys.example/k.asc"});
  CHECK(repo.fingerprints ==
        std::map<std::string, Strings>{{"http://keys.example/k.asc", {"6f17c4d9b4f80d75e875f2c12f0abfbf0f93a289"}}});
  CHECK(repo.weak_signatures == Strings{"rsa1024", "sha1"});
  CHECK(repo.max_age == 30 * 86400);
  CHECK(repo.gpgcheck);
  CHECK(repo.repo_gpgcheck);
  CHECK(repo.priority == 10);
  CHECK(repo.cost == 500);
  CHECK(recipe.repos[1].metalink == "https://mirror.example/metalink?repo=a&arch=x86_64");
  CHECK(recipe.repos[2].mirrorlist == "https://mirror.example/list");
  CHECK(recipe.repos[3].baseurl == Strings{"file://" + (fixtures / "parts/repo%20dir").string()});
  CHECK(recipe.repos[3].module_hotfixes);
  CHECK_FALSE(recipe.repos[0].module_hotfixes);
  REQUIRE(recipe.users.size() == 2);
  CHECK(recipe.users[0].gid == 0);
  CHECK(recipe.users[0].home == "/home/app");
  CHECK(recipe.users[0].shell == "/bin/bash");
  CHECK(recipe.users[1].gid == 1002);
  CHECK(recipe.users[1].shell == "/sbin/nologin");
  REQUIRE(recipe.files.size() == 8);
  CHECK(recipe.files[0].content == "hi\n");
  CHECK_FALSE(recipe.files[0].target);
  CHECK(recipe.files[0].mode == 0600);
  CHECK(recipe.files[0].uid == 1001);
  CHECK(recipe.files[1].target == "../motd");
  CHECK(recipe.files[2].directory);
  CHECK(recipe.files[2].mode == 0755);
  CHECK(recipe.files[3].source == fixtures / "parts/content.txt");
  CHECK_FALSE(recipe.files[3].tree);
  CHECK_FALSE(recipe.files[3].requirements);
  REQUIRE(recipe.files[4].tree);
  CHECK(recipe.files[4].tree->kind == RecipeTree::Kind::directory);
  CHECK(recipe.files[4].tree->source == fixtures / "parts");
  CHECK(recipe.files[4].tree->exclude == std::vector<std::string>{"sub/", "*.txt"});
  CHECK(recipe.files[4].tree->mode == 0640U);
  CHECK(recipe.files[4].uid == 1001);
  CHECK(recipe.files[4].requirements);
  CHECK(recipe.files[5].tree->kind == RecipeTree::Kind::tar);
  CHECK(recipe.files[5].tree->subpath == "/app");
  CHECK(recipe.files[5].tree->keep_owners);
  CHECK_FALSE(recipe.files[5].tree->mode);
  CHECK(recipe.files[6].tree->kind == RecipeTree::Kind::image);
  CHECK(recipe.files[6].tree->source == "docker://example.com/tool:1");
  CHECK_FALSE(recipe.files[6].requirements);
  CHECK(recipe.files[7].tree->source == "oci:" + (fixtures / "parts/sub:tag:1").string());
  const ImageConfig& image = recipe.image;
  CHECK(image.entrypoint == Strings{"nginx", "-g", "daemon off;"});
  CHECK(image.cmd == Strings{"sleep", "10"});
  CHECK(image.env ==
        std::map<std::string, std::string>{{"LANG", "C.UTF-8"}, {"LEVEL", "3"}, {"DEBUG", "true"}, {"EMPTY", ""}});
  CHECK(image.user == "1001");
  CHECK(image.workdir == "/srv");
  CHECK(image.ports == Strings{"8080/tcp", "8443/tcp", "53/udp"});
  CHECK(image.volumes == Strings{"/srv/data"});
  CHECK(image.labels.at("version") == "1.10");
  CHECK(image.annotations.at("a") == "b");
  CHECK(image.stop_signal == "SIGQUIT");
  REQUIRE(recipe.tests.size() == 3);
  CHECK(recipe.tests[0].run == Strings{"nginx", "-t"});
  CHECK(recipe.tests[0].title() == "nginx -t");
  const RootTest& test = recipe.tests[1];
  CHECK(test.title() == "serves pages");
  CHECK(test.start_image);
  REQUIRE(test.probes.size() == 5);
  const auto& page = std::get<HttpProbe>(test.probes[0].ask);
  CHECK((page.host == "www.example.com" && page.port == 8080 && page.path == "/a?b" && page.status == 301));
  CHECK(page.headers.at("location").at(0).text == "/b");
  CHECK((page.body.size() == 2 && page.body[0].is_regex && page.body[1].must_lack));
  const auto& head = std::get<HttpProbe>(test.probes[1].ask);
  CHECK((head.method == "HEAD" && head.port == 8080 && head.request_headers.at("Accept") == "text/plain"));
  CHECK((test.probes[1].retries == 3 && test.probes[1].interval == std::chrono::milliseconds(500)));
  CHECK((std::get<TcpProbe>(test.probes[2].ask).port == 8080 && std::get<TcpProbe>(test.probes[3].ask).port == 8081));
  CHECK(std::get<ExecProbe>(test.probes[4].ask).command == Strings{"test", "-e", "/run/nginx.pid"});
  CHECK((test.expect.exit_status == 3 && test.expect.out.size() == 1 && test.expect.err.size() == 2));
  CHECK((test.expect.err[0].is_regex && test.expect.err[0].must_lack && !test.expect.err[1].must_lack));
  REQUIRE(test.expect.files.size() == 2);
  CHECK_FALSE(test.expect.files[0].exists);
  CHECK((test.expect.files[1].mode == 0600U && test.expect.files[1].executable_by == "any"));
  CHECK((test.timeout == 20U && test.user == "1001:0" && test.workdir == "/srv" && test.env.at("LEVEL") == "4"));
  CHECK(recipe.tests[2].start == std::vector<Strings>{{"a", "b"}, {"c"}});
}

TEST_CASE("entries and repositories can be for some architectures only, and weak dependencies for some packages") {
  const fs::path path = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures/valid/conditions.yaml";
  const Recipe recipe = recipe::load(path);
  CHECK(texts(recipe.selection.packages) == Strings{"nginx", "grub2-efi-aa64"});
  CHECK(texts(recipe.selection.exclude) == Strings{"perl*"});
  CHECK_FALSE(recipe.selection.weak_deps.all);
  CHECK(texts(recipe.selection.weak_deps.of) == Strings{"nginx"});
  REQUIRE(recipe.repos.size() == 2);
  CHECK(recipe.repos[0].id == "base");
  CHECK(texts(recipe.repos[0].includepkgs) == Strings{"nginx*"});
  CHECK(recipe.repos[1].id == "arm");
  CHECK(texts(recipe.repos[1].excludepkgs) == Strings{"nginx-mod-*"});
  const Recipe intel = recipe::load(path, {"x86_64"});
  CHECK(texts(intel.selection.packages) == Strings{"nginx", "grub2-efi-x64"});
  CHECK(texts(intel.selection.exclude) == Strings{"microcode_ctl", "perl*"});
  CHECK(texts(intel.repos[0].includepkgs) == Strings{"nginx*", "extra"});
  CHECK(intel.repos[1].id == "intel");
  CHECK(intel.digest != recipe.digest);
}

TEST_CASE("a recipe for several architectures is one for each, or for the one that is chosen") {
  const fs::path path = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures/valid/arches.yaml";
  const std::vector<Recipe> each = recipe::load_each(path);
  REQUIRE(each.size() == 2);
  CHECK(each[0].selection.arch == "aarch64");
  CHECK(each[1].selection.arch == "x86_64");
  CHECK(each[0].arches == Strings{"aarch64", "x86_64"});
  CHECK(each[0].arch_drift == ArchDrift::forbid);
  CHECK(each[0].tests.size() == 1);
  CHECK(each[0].digest != each[1].digest);
  CHECK(recipe::load_each(path, {"x86_64"}).empty());
  CHECK(recipe::load(path, {"aarch64"}).digest == each[0].digest);
  const Recipes recipes;
  recipes.put("one.yaml", repos + "packages: [a]\narch: x86_64\ntests: [{run: [a]}]\n");
  recipes.put("several.yaml", repos + "packages: [a]\nname: one\narches: [x86_64, s390x]\ntests: [{run: [a]}]\n");
  CHECK(recipe::load_each(recipes.path("one.yaml")).empty());
  CHECK(recipes.load("several.yaml", "x86_64").digest == recipes.load("one.yaml").digest);
  CHECK_THROWS_WITH(recipes.load("several.yaml", "ppc64le"),
                    Catch::EndsWith("several.yaml:4:9: arches: the recipe is for s390x, x86_64, and not for ppc64le"));
  recipes.put("other.yaml", repos + "packages: [a]\narches: [mips64]\n");
  CHECK(recipes.load("other.yaml").selection.arch == "mips64");
}

TEST_CASE("a recipe may follow some weak dependencies where an included one follows all") {
  const Recipes recipes;
  recipes.put("base.yaml", "weak_deps: true\n");
  recipes.put("top.yaml", repos + "include: base.yaml\npackages: [a]\nweak_deps: [a]\n");
  const Recipe recipe = recipes.load("top.yaml");
  CHECK_FALSE(recipe.selection.weak_deps.all);
  CHECK(texts(recipe.selection.weak_deps.of) == Strings{"a"});
}

TEST_CASE("the fixtures of the schema are accepted and refused by the loader, with whole messages") {
  const fs::path fixtures = fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures";
  for (const auto& entry : fs::directory_iterator(fixtures / "valid")) {
    INFO(entry.path().string());
    CHECK_NOTHROW(recipe::load(entry.path()));
  }
  int refused = 0;
  for (const char* folder : {"invalid", "semantic"}) {
    for (const auto& entry : fs::directory_iterator(fixtures / folder)) {
      INFO(entry.path().string());
      const std::string text = read_file(entry.path());
      const std::string begin = "# error: ";
      REQUIRE(text.starts_with(begin));
      const std::string expected = text.substr(begin.size(), text.find('\n') - begin.size());
      std::string message = "no error";
      try {
        recipe::load(entry.path());
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        message = error.what();
        const std::string file = entry.path().string() + ":";
        if (message.starts_with(file)) message.erase(0, file.size());
        const std::string directory = (fixtures / folder).string() + "/";
        for (std::size_t at = 0; (at = message.find(directory)) != std::string::npos;) {
          message.erase(at, directory.size());
        }
      }
      CHECK(message == expected);
      ++refused;
    }
  }
  CHECK(refused > 60);
}

TEST_CASE("the example recipes load") {
  const fs::path examples = fs::path(ROOTLET_SOURCE_DIR) / "recipes";
  for (const auto& entry : fs::directory_iterator(examples)) {
    // The demo's packages are built by its own script.
    if (entry.path().extension() != ".yaml" || entry.path().stem() == "demo") continue;
    INFO(entry.path().string());
    CHECK_NOTHROW(recipe::load(entry.path()));
  }
}

TEST_CASE("a repository without keys is told where keys are found") {
  const Recipes recipes;
  std::string hint;
  CHECK(recipes.error_of("packages: [a]\nrepos:\n  - id: base\n    baseurl: https://example.com/\n", &hint) ==
        "r.yaml:3:5: repository 'base' has gpgcheck on, but no gpgkey");
  CHECK(hint ==
        "add gpgkey: with the address of the keys that sign its packages: gpgkey= in the publisher's .repo file names "
        "it");
}

TEST_CASE("the file's name must do as the image's name unless one is given") {
  const Recipes recipes;
  recipes.put("My Recipe.yaml", repos + "packages: [a]\n");
  CHECK(recipes.error("My Recipe.yaml") == "My Recipe.yaml: the file's name 'My Recipe' is not a name of an image");
  recipes.put("My Recipe.yaml", repos + "packages: [a]\nname: mine\n");
  CHECK(recipes.load("My Recipe.yaml").name == "mine");
}

TEST_CASE("an architecture that RPM does not know is refused, with the name it may mean") {
  const Recipes recipes;
  recipes.put("r.yaml", repos + "packages: [a]\n");
  const auto refused = [&](const std::string& arch, const std::string& guess) {
    CHECK_THROWS_WITH(recipes.load("r.yaml", arch), "unknown architecture '" + arch + "'" + guess);
  };
  refused("x86", " (did you mean 'x86_64'?)");
  refused("arm64", " (did you mean 'aarch64'?)");
  refused("x86_46", " (did you mean 'x86_64'?)");
  refused("ppc64l", " (did you mean 'ppc64'?)");
  refused("x86/64", " (did you mean 'x86_64'?)");
  refused("nonsense", "");
  refused("noarch", "");
  for (const std::string arch : {"x86_64_v3", "i686", "armv7hl", "ppc64le", "loongarch64", "mips64el"}) {
    CHECK(recipes.load("r.yaml", arch).selection.arch == arch);
  }
  recipes.put("r.yaml", repos + "packages: [a]\narch: amd64\n");
  CHECK(recipes.error("r.yaml") == "r.yaml:3:7: arch: unknown architecture 'amd64' (did you mean 'x86_64'?)");
}

TEST_CASE("the digest depends on what decides the image and not on where the recipe lies") {
  const std::string text =
      "repos: [{id: base, baseurl: repo, gpgkey: key.asc}]\n"
      "packages: [bash, ./a.rpm]\narch: x86_64\nfiles: [{path: /a, source: a.txt}]\n";
  const auto digest_of_recipe = [](const std::string& recipe, const std::string& source, const std::string& rpm) {
    const Recipes recipes;
    recipes.put("r.yaml", recipe);
    recipes.put("a.txt", source);
    recipes.put("a.rpm", rpm);
    return recipes.load("r.yaml").digest;
  };
  const std::string digest = digest_of_recipe(text, "1", "2");
  CHECK(digest == "2ac257c2adf0a82311d89a3408fb0beb179593a315fccad28873fe38575e8656");
  CHECK(digest_of_recipe("# a comment\n" + text, "1", "2") == digest);
  CHECK(digest_of_recipe(text, "x", "2") != digest);
  CHECK(digest_of_recipe(text, "1", "x") != digest);
  CHECK(digest_of_recipe(text + "docs: true\n", "1", "2") != digest);
}

TEST_CASE("base architectures are DNF's") {
  CHECK(recipe::base_arch("x86_64") == "x86_64");
  CHECK(recipe::base_arch("i686") == "i386");
  CHECK(recipe::base_arch("athlon") == "i386");
  CHECK(recipe::base_arch("aarch64") == "aarch64");
  CHECK(recipe::base_arch("armv7hl") == "armhfp");
  CHECK(recipe::base_arch("ppc64le") == "ppc64le");
  CHECK(recipe::base_arch("s390x") == "s390x");
  CHECK(recipe::base_arch("riscv64") == "riscv64");
  CHECK(recipe::base_arch("x86_64_v2") == "x86_64");
  CHECK(recipe::base_arch("x86_64_v4") == "x86_64");
  CHECK(recipe::base_arch("loongarch64") == "loongarch64");
  CHECK(recipe::base_arch("noarch") == "noarch");
  CHECK(recipe::base_arch("") == "");
}
