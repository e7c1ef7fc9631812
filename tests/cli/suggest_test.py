"""`rootlet suggest`: how a recipe could lead to less, in whole outputs."""
from harness import DATA, Case, main, needs_data
from invented import package, repository


@needs_data
class RealRepositories(Case):
    """The images that people make by hand: with these two packages they say what DNF would not choose."""

    def setUp(self):
        super().setUp()
        self.image = self.nginx_recipe("objective: dnf\n")

    def test_text(self):
        self.assertEqual(self.run_rootlet("suggest", self.image, "-q").stdout, """\
What it weighs
  DNF's answer                        87 packages      116,145,518 bytes
  the best set                        85 packages       99,804,473 bytes  the smallest set that the recipe allows, proved by metadata
  without what only scriptlets need   22 packages       31,968,141 bytes  the smallest set that the recipe allows, proved by metadata

What each choice saves
    228 MB  glibc-minimal-langpack over glibc-all-langpacks, for glibc-langpack = 2.34-21.el9
            lacks locales other than C, POSIX and C.UTF-8
            next best of 199: glibc-langpack-km, 382 kB more
   16.3 MB  coreutils-single over coreutils, DNF's choice, for coreutils
            lacks translations, and a binary of its own for each command (one has them all)

What each line brings that no other line needs
   71.5 MB  DIR/image.yaml:6:12: nginx (53 packages)
             12.6 MB  nginx requires systemd [scriptlet], systemd
             11.2 MB  nginx requires systemd [scriptlet], systemd requires util-linux, util-linux
             9.82 MB  nginx requires systemd [scriptlet], systemd requires libpam.so.0()(64bit), pam requires \
libpwquality >= 0.9.9, libpwquality requires cracklib-dicts >= 2.8, cracklib-dicts
       0 B  DIR/image.yaml:6:19: ca-certificates (0 packages)

For the recipe
objective: smallest
scriptlet_deps: drop   # 63 packages and 67.8 MB less
# With these in `packages`, DNF, too, comes to 85 packages and 99,804,473 bytes:
#   coreutils-single
""")

    def test_json(self):
        found = self.json("suggest", self.image, "-q")
        self.assertEqual(found["dnf"]["installed_size"], 116_145_518)
        self.assertEqual({k: found["best"][k] for k in ("packages", "installed_size", "objective", "proved_smallest", "value",
                                                        "bound")},
                         {"packages": 85, "installed_size": 99_804_473, "objective": "smallest", "proved_smallest": True,
                          "value": 99_804_473, "bound": 99_804_473})
        staying = found["without_scriptlet_deps"]
        self.assertEqual((staying["packages"], staying["installed_size"], len(staying["leaving"])), (22, 31_968_141, 63))
        self.assertEqual(staying["leaving"], sorted(staying["leaving"]))
        langpack, coreutils = found["decisions"][:2]
        self.assertEqual(langpack, {
            "chosen": "glibc-minimal-langpack-0:2.34-21.el9.x86_64", "capabilities": ["glibc-langpack = 2.34-21.el9"],
            "others": 199, "over": "glibc-all-langpacks-0:2.34-21.el9.x86_64", "over_dnf": False, "saved": langpack["saved"],
            "next": "glibc-langpack-km-0:2.34-21.el9.x86_64", "next_costs": langpack["next_costs"],
            "lacks": "locales other than C, POSIX and C.UTF-8"})
        self.assertEqual(coreutils["chosen"], "coreutils-single-0:8.32-31.el9.x86_64")
        self.assertTrue(coreutils["over_dnf"])
        self.assertEqual(coreutils["over"], "coreutils-0:8.32-31.el9.x86_64")
        self.assertEqual(coreutils["saved"], 116_145_518 - 99_804_473)
        self.assertEqual(found["packages"], ["coreutils-single"])
        self.assertEqual(found["dnf_with_packages"]["installed_size"], 99_804_473)

    def test_what_is_suggested_comes_to_what_is_promised(self):
        """Each advice, followed, has the effect that it names; each choice, undone, has its price."""
        found = self.json("suggest", self.image, "-q")
        text = self.image.read_text()

        def size(changed):
            summary = self.json("solve", self.recipe(changed, "changed.yaml"), "-q")["summary"]
            return summary["packages"], summary["installed_size"]

        smallest = text.replace("objective: dnf", "objective: smallest")
        self.assertEqual(size(smallest), (85, 99_804_473))
        self.assertEqual(size(smallest + "scriptlet_deps: drop\n"), (22, 31_968_141))
        added = ", ".join(found["packages"])
        self.assertEqual(size(text.replace("[nginx,", f"[{added}, nginx,")), (85, 99_804_473))
        for decision in found["decisions"]:
            chosen, over, other = (decision[key].rpartition("-")[0].rpartition("-")[0] for key in ("chosen", "over", "next"))
            without = smallest + f"exclude: [{chosen}]\n"
            with self.subTest(chosen):
                self.assertEqual(size(without.replace("[nginx,", f"[{over}, nginx,"))[1], 99_804_473 + decision["saved"])
                self.assertEqual(size(without)[1], 99_804_473 + decision["next_costs"])
                names = {p["name"] for p in self.json("solve", self.recipe(without, "changed.yaml"), "-q")["packages"]}
                self.assertIn(other, names)
        for line in found["lines"]:
            rest = [spec for spec in ("nginx", "ca-certificates") if spec != line["spec"]]
            packages, installed = size(smallest.replace("[nginx, ca-certificates]", f"[{rest[0]}]"))
            # Another choice may be the best then: at least what no other line needs leaves.
            self.assertLessEqual(installed, 99_804_473 - line["retained"]["installed_size"])


class Invented(Case):
    def suggest(self, packages, code=0, more=""):
        repository(self.dir / "repo", packages)
        recipe = self.recipe("arch: x86_64\nrepos: [{id: r, baseurl: repo, gpgcheck: false}]\npackages: [app]\n" + more)
        return self.run_rootlet("suggest", recipe, "-q", code=code)

    def test_nothing_to_suggest(self):
        self.assertEqual(self.suggest([package("app", installed=1000)]).stdout, """\
What it weighs
  DNF's answer                        1 package            1,000 bytes
  the best set                        1 package            1,000 bytes  the smallest set that the recipe allows, proved by metadata
  without what only scriptlets need   1 package            1,000 bytes  the smallest set that the recipe allows, proved by metadata

What each line brings that no other line needs
   1.00 kB  DIR/image.yaml:3:12: app (1 package)

There is nothing to add to the recipe.
""")

    def test_one_conflict_forbids_less(self):
        text = self.suggest([
            package("app", requires=["lib", "tool"], installed=1000),
            package("lib-large", provides=["lib"], installed=50_000),
            package("lib-small", provides=["lib"], installed=2000),
            package("tool", conflicts=["lib-small"], installed=1000)]).stdout
        self.assertIn("""
What would be possible but for one conflict
   48.0 kB  tool conflicts with lib-small, which lib-small provides
            without it, lib-small in place of lib-large
""", text)

    def test_no_solution(self):
        done = self.suggest([package("app", requires=["nothing"])], 3)
        self.assertEqual((done.stdout, done.stderr), ("", """\
rootlet: error: DIR/image.yaml: no set of packages satisfies the recipe
DIR/image.yaml:3:12: the recipe asks for app
└─ app-1-1.x86_64 requires nothing, which no package provides
"""))


if __name__ == "__main__":
    main()
