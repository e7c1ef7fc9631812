"""Modules and groups as the user sees them: whole messages of the real binary."""
import json
import re
import unittest

from harness import DATA, DISTRO, Case, main, needs_data, needs_distro
from invented import defaults, package, repository, stream


@needs_distro
class Modules(Case):
    def solve(self, packages, more="", code=0, repos=("base", "modular")):
        return self.run_rootlet("solve", self.distro_recipe(packages, more, repos), "-q", code=code)

    def test_a_stream_is_enabled_and_its_profile_installed(self):
        done = self.solve(['"@nodejs:20"'])
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()[:2]],
                         ["nodejs-1:20.16.0-1.module_t1+20.noarch", "npm-1:20.16.0-1.module_t1+20.noarch"])
        self.assertIn("recipe: @nodejs:20", done.stdout)
        self.assertEqual(done.stderr, "")

    def test_a_stream_that_is_not_there(self):
        done = self.solve(["bash"], 'modules: {enable: ["nodejs:21"]}', code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml:9:20: modules.enable: the module nodejs has no "
                                      "stream '21'\nhint: its streams: 18, 20\n")

    def test_a_module_that_is_not_there(self):
        done = self.solve(["bash"], "modules: {disable: [nodjs]}", code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml:9:21: modules.disable: there is no module 'nodjs' "
                                      "(did you mean 'nodejs'?)\nhint: the repositories have nodejs\n")

    def test_a_profile_that_is_not_there(self):
        done = self.solve(['"@nodejs:18/tiny"'], code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml:8:12: packages: '@nodejs:18/tiny': the module "
                                      "stream nodejs:18 has no profile 'tiny'\n"
                                      "hint: there are @nodejs:18/common, @nodejs:18/minimal\n")

    def test_a_stream_of_another_platform(self):
        done = self.solve(["nodejs"], 'modules: {enable: ["nodejs:20"], platform: "platform:other"}', code=3)
        self.assertEqual(done.stderr,
                         "rootlet: error: DIR/image.yaml: no set of packages satisfies the recipe\n"
                         "DIR/image.yaml:9:20: the recipe enables the module stream nodejs:20\n"
                         "└─ the module stream nodejs:20 requires platform:t1, which nothing provides\n"
                         "hint: the platform is platform:other; modules.platform in the recipe sets another\n")

    def test_a_damaged_document(self):
        repo = repository(self.dir / "repo", [package("a")], modules="---\ndocument: modulemd\nversion: 2\ndata: [\n")
        recipe = self.recipe(f"repos: [{{id: r, baseurl: {repo}, gpgcheck: false}}]\npackages: [a]\n")
        done = self.run_rootlet("solve", recipe, "-q", code=1)
        self.assertRegex(done.stderr, r"^rootlet: error: cannot read the modules of 'DIR/cache/metadata/files/sha256-"
                                      r"[0-9a-f]{64}-modules.xml': .*\nhint: the repository's metadata is damaged: "
                                      r"ask who publishes it\n$")

    def mixed(self, *bad):
        """A repository of modules in which some documents are malformed; what rootlet says on stderr."""
        good = stream("good", "1", artifacts=["a-0:1-1.x86_64"], profiles={"common": ["a"]})
        repo = repository(self.dir / "mixed", [package("a"), package("b")],
                          modules=good + "".join(bad) + stream("more", "2", artifacts=["b-0:1-1.x86_64"]))
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: r, baseurl: {repo}, gpgcheck: false}}]\n"
                             "packages: ['@good:1/common']\n")
        outputs = [self.run_rootlet("solve", recipe, "-q") for _ in range(2)]  # the second time from the cache
        self.assertEqual(outputs[0].stderr, outputs[1].stderr)
        self.assertIn("a-0:1-1.x86_64", outputs[0].stdout)
        return outputs[0].stderr

    def test_one_malformed_document_is_told_and_passed_over(self):
        said = self.mixed(stream("bad", "1", artifacts=["b-0:1-1.x86_64"]).replace(
            "  artifacts:", "  components: {rpms: {b: {rationale: r, buildorder: 18446744073709551615}}}\n  artifacts:"))
        self.assertRegex(said, r"^warning: repository 'r': of its modules, 1 malformed document is passed over: bad:1 "
                               r"\(.+\)\n$")

    def test_many_malformed_documents(self):
        bad = [stream(f"bad{i}", "1").replace("  version: 1", "  version: -1") for i in range(4)]
        bad.append("---\ndocument: modulemd\nversion: 77\ndata: {}\n...\n")
        said = self.mixed(*bad)
        self.assertRegex(said, r"^warning: repository 'r': of its modules, 5 malformed documents are passed over: .* and 2 "
                               r"more\n$")

    @needs_data
    def test_rhel_8(self):
        data = DATA / "metadata-extras/rhel8-modules-repo"
        recipe = self.recipe(f"name: m\narch: x86_64\nrepos: [{{id: m, baseurl: {data}, gpgcheck: false}}]\n"
                             "packages: [placeholder]\n")
        done = self.run_rootlet("solve", recipe, "-q")
        self.assertIn("placeholder-0:1-1.noarch", done.stdout)
        self.assertRegex(done.stderr, r"^warning: repository 'm': of its modules, 4 malformed documents are passed over: "
                                      r"container-tools:.*\n$")

    def test_the_lock_knows_what_was_enabled(self):
        recipe = self.distro_recipe(["nodejs"], 'modules: {enable: ["nodejs:20"]}', ("base", "modular"))
        self.run_rootlet("lock", recipe, "-q")
        locked = json.loads((self.dir / "image.lock.json").read_text())
        self.assertEqual(locked["recipe"]["modules"], {"enable": ["nodejs:20"]})
        self.distro_recipe(["nodejs"], "modules: {enable: ['nodejs:18']}\ngroup_package_types: [mandatory]",
                           ("base", "modular"))
        done = self.run_rootlet("build", recipe, "-o", self.dir / "out", "--locked", "-q", code=2)
        self.assertIn("group_package_types changed from conditional, default, mandatory to mandatory; "
                      "module to enable 'nodejs:18' was added; module to enable 'nodejs:20' was removed", done.stderr)

    def test_releasever_says_the_platform_where_no_package_does(self):
        repo = repository(self.dir / "repo", [package("a", "2-1"), package("a", "1-1")],
                          modules=stream("m", "1", requires={"platform": ["el9"]}, artifacts=["a-0:1-1.x86_64"])
                          + defaults("m", "1"))
        answers = []
        for release in ("9", "9.4", "41"):
            recipe = self.recipe(f"releasever: {json.dumps(release)}\narch: x86_64\n"
                                 f"repos: [{{id: r, baseurl: {repo}, gpgcheck: false}}]\npackages: [a]\n"
                                 "objective: dnf\n")
            answers += [p["nevra"] for p in self.json("solve", recipe, "-q")["packages"]]
        self.assertEqual(answers, ["a-0:1-1.x86_64", "a-0:1-1.x86_64", "a-0:2-1.x86_64"])


@needs_distro
class Groups(Case):
    def solve(self, packages, more="", code=0):
        return self.run_rootlet("solve", self.distro_recipe(packages, more), "-q", code=code)

    def test_what_is_missing_of_a_group_is_a_warning(self):
        done = self.solve(['"@small-environment"'])
        self.assertEqual(done.stderr,
                         "warning: '@small-environment': the environment 'Small Environment' names the group "
                         "'no-such-group', which no repository has\n"
                         "warning: '@small-environment': there is no package no-such-package, a default package of the "
                         "group 'Core' in the environment 'Small Environment'\n")
        self.assertIn("recipe: @small-environment", done.stdout)

    def test_a_group_that_is_not_there(self):
        done = self.solve(['"@cor"'], code=2)
        self.assertEqual(done.stderr,
                         "rootlet: error: DIR/image.yaml:5:12: packages: there is no group, environment or module 'cor' "
                         "(did you mean 'core'?)\nhint: the repositories have the groups and environments broken, core, "
                         "empty-group, german-support, small-environment, tools, web\n")

    def test_a_type_that_is_not_there(self):
        done = self.solve(['"@core/mandatry"'], code=2)
        self.assertEqual(done.stderr,
                         "rootlet: error: DIR/image.yaml:5:12: packages: '@core/mandatry': unknown type of packages "
                         "'mandatry' (did you mean 'mandatory'?)\n"
                         "hint: known are conditional, default, mandatory, optional\n")

    def test_types_of_one_entry(self):
        names = [p["name"] for p in self.json("solve", self.distro_recipe(['"@web/optional"']), "-q")["packages"]
                 if p["reason"]["requested"]]
        self.assertEqual(names, ["httpd-manual"])

    def test_a_group_that_cannot_be_installed_is_named(self):
        done = self.solve(['"@broken"'], code=3)
        self.assertIn("the recipe asks for @broken, mandatory package of the group 'Broken'", done.stderr)

    def test_the_order_of_groups_changes_nothing(self):
        def answer(packages):
            text = self.run_rootlet("solve", self.distro_recipe(packages), "-q", "--json").stdout
            return re.sub(r'"(line|column)": [0-9]+', "", text)

        self.assertEqual(answer(['"@core"', '"@web"', "bash"]), answer(["bash", '"@web"', '"@core"']))

    def test_comps_is_fetched_only_when_asked_for(self):
        self.solve(["bash"])
        self.assertEqual([p for p in (self.cache / "metadata/files").iterdir() if "group" in p.name], [])
        self.solve(['"@core"'])
        self.assertEqual(len([p for p in (self.cache / "metadata/files").iterdir() if "group" in p.name]), 1)

    def test_a_damaged_document(self):
        repo = repository(self.dir / "repo", [package("a")], group="<comps>\n<group></comps>\n")
        recipe = self.recipe(f"repos: [{{id: r, baseurl: {repo}, gpgcheck: false}}]\npackages: ['@a']\n")
        done = self.run_rootlet("solve", recipe, "-q", code=2)
        self.assertEqual(done.stderr, "rootlet: error: DIR/image.yaml:2:12: packages: there is no group, environment or "
                                      "module 'a'\n"
                                      "hint: repository 'r': cannot parse the groups: line 2: mismatched tag\n")

    def test_the_groups_of_other_repositories_count_where_one_document_is_damaged(self):
        group = ("<comps><group><id>web</id><name>W</name><packagelist><packagereq type='mandatory'>a</packagereq>"
                 "</packagelist></group></comps>")
        bad = repository(self.dir / "bad", [package("b")], group="<comps>\n<group></comps>\n")
        good = repository(self.dir / "good", [package("a")], group=group)
        recipe = self.recipe(f"arch: x86_64\nrepos: [{{id: bad, baseurl: {bad}, gpgcheck: false}}, "
                             f"{{id: good, baseurl: {good}, gpgcheck: false}}]\npackages: ['@web']\n")
        done = self.run_rootlet("solve", recipe, "-q")
        self.assertIn("a-0:1-1.x86_64", done.stdout)
        self.assertEqual(done.stderr, "warning: repository 'bad': cannot parse the groups: line 2: mismatched tag; none of "
                                      "its groups counts\n")


if __name__ == "__main__":
    main()
