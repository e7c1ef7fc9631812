"""The pages of `rootlet report` and `rootlet history report`, in Chromium: clicked through, filtered, sorted, compared, used
with keys alone; what they say against `rootlet diff --json`. And the charts as files of their own.
"""
import html
import json
import re
import xml.etree.ElementTree as ET

from browser import By, Keys, PageCase
from harness import DATA, main, needs_data
from invented import package, repository

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\"'&"
SHOWN = HOSTILE.replace("\u202e", "\\u{202e}")

# Three releases: a requirement is new, a provider is swapped, one is dropped, one is renamed, one only grows.
RELEASES = {
    "one": [package("app", "1-1", requires=["lib", "shell", "old", "tool"], installed=50_000),
            package("lib", "1-1", installed=400_000), package("ash", "1-1", provides=["shell"], installed=90_000),
            package("old", "1-1", requires=["rest"], installed=70_000), package("rest", "1-1", installed=5_000),
            package("tool", "1-1", installed=30_000)],
    "two": [package("app", "2-1", requires=["lib", "shell", "net"], installed=52_000),
            package("lib", "1-2", installed=500_000), package("bash", "1-1", provides=["shell"], installed=190_000),
            package("net", "1-1", requires=["crypto"], installed=30_000), package("crypto", "3-1", installed=700_000),
            package("tool", "1-1", installed=30_000)],
    "three": [package("app", "2-1", requires=["lib", "shell", "net"], installed=52_000),
              package("lib", "1-1", installed=400_000), package("bash", "1-1", provides=["shell"], installed=190_000),
              package("net", "2-1", requires=["cipher", "tool"], installed=31_000),
              package("cipher", "4-1", obsoletes=["crypto"], installed=710_000), package("tool", "1-1", installed=31_000)],
}


class HistoryCase(PageCase):
    def release(self, label, packages, wanted="app", image="image"):
        folder = self.dir / f"{image}-{label}"
        repository(folder, packages)
        return self.recipe(f"""\
            name: {image}
            arch: x86_64
            objective: dnf
            repos: [{{id: x, baseurl: {folder}, gpgcheck: false}}]
            packages: [{wanted}]
            """, f"{image}-{label}.yaml")

    def add(self, recipe, label, date="2026-01-01", *options):
        self.run_rootlet("history", "add", recipe, "--label", label, "--date", date, "--history", self.dir / "history",
                         "-q", *options)

    def three(self):
        recipes = [self.release(label, packages) for label, packages in RELEASES.items()]
        for month, (label, recipe) in enumerate(zip(RELEASES, recipes), 1):
            self.add(recipe, label, f"2026-0{month}-01")
        return recipes

    def report(self, *images):
        self.run_rootlet("history", "report", *images, "--history", self.dir / "history", "-o", self.dir / "page.html", "-q")
        self.show()

    def title(self):
        return self.one("#changes-title").text

    def click(self, selector):
        self.driver.execute_script(
            "arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", self.one(selector))

    def step(self, place, before, after):
        """Chooses the step to a release in the chart."""
        self.click(f".target[data-release='{place}']")
        self.wait(self.title, f"What changed from {before} to {after}")

    def causes(self):
        """(bytes, words) of all causes that the page shows; the changes listed under them."""
        for button in self.all("#causes button"):
            button.click()
        return self.driver.execute_script("""
            return [...document.querySelectorAll('#causes tr.cause')].map((row) => [Number(row.dataset.bytes),
              row.querySelector('.sentence').textContent, [...row.querySelectorAll('.changes li .text')].map((one) => one.textContent)])""")

    def check_against(self, diff):
        """The page's causes of the step that it shows are those of `rootlet diff`, in the same order."""
        causes = self.causes()
        self.assertEqual([[bytes_, words] for bytes_, words, _ in causes],
                         [[c["bytes"], c["sentence"]] for c in diff["causes"]])
        for (_, words, changes), cause in zip(causes, diff["causes"]):
            names = [c["after"] or c["before"] for c in cause["changes"]]
            if changes:
                self.assertEqual(len(changes), len(names), words)
                for text, name in zip(changes, names):
                    self.assertIn(name.rsplit("-", 2)[0], text)
        self.assertEqual(sum(c[0] for c in causes), diff["bytes"])
        self.assertIn(f"{abs(diff['bytes']):,} bytes", self.one("#difference-summary").text)

    def rows(self):
        return self.driver.execute_script("""
            return [...document.querySelectorAll('#packages-table tbody tr')].filter((row) => !row.hidden).map((row) =>
              [row.cells[0].dataset.value, row.cells[1].dataset.value, Number(row.cells[2].dataset.value),
               Number(row.cells[3].dataset.value), row.cells[4].dataset.value])""")


class Invented(HistoryCase):
    def test_steps_are_what_diff_says(self):
        recipes = self.three()
        self.report()
        self.wait(self.title, "What changed from two to three")
        self.check_against(self.json("diff", recipes[1], recipes[2], "-q"))
        self.step(1, "one", "two")
        self.check_against(self.json("diff", recipes[0], recipes[1], "-q"))
        words = [c[1] for c in self.causes()]
        self.assertIn("app-0:2-1.x86_64 now requires net", words)
        self.assertIn("bash-0:1-1.x86_64 in place of ash-0:1-1.x86_64 for app-0:2-1.x86_64, which requires shell", words)
        self.assertIn("app-0:1-1.x86_64 required old, its successor does not", words)
        self.assertIn("upgraded: lib 0:1-1 -> 0:1-2", words)
        self.assertEqual(self.texts("#difference p:nth-of-type(2)"),
                         ["3 came: +920 kB; 4 went: -195 kB; 2 changed: +102 kB"])

    def test_the_last_one_is_the_target_as_it_is(self):
        recipes = self.three()
        now = self.release("now", [package("app", "3-1", installed=1000)])
        self.run_rootlet("report", now, "--history", self.dir / "history", "-o", self.dir / "page.html", "-q")
        self.show()
        self.wait(self.title, "What changed from three to now")
        self.check_against(self.json("diff", recipes[2], now, "-q"))
        self.assertEqual(len(self.all(".target")), 4)
        self.assertEqual(self.all("#images-table tbody tr"), [])

    def test_a_target_without_history(self):
        recipe = self.release("one", RELEASES["one"])
        self.run_rootlet("report", recipe, "-o", self.dir / "page.html", "--label", "first", "-q")
        self.show()
        self.assertEqual(self.title(), "What is in first")
        self.assertIn("the only release", self.one("#difference").text)
        self.assertEqual(len(self.all("#treemap .area")), 6)
        self.assertEqual(sum(row[2] for row in self.rows()), 645_000)

    def test_two_releases_that_are_no_neighbours(self):
        recipes = self.three()
        self.report()
        self.one("#from option[value='0']").click()
        self.wait(self.title, "What changed from one to three")
        diff = self.json("diff", recipes[0], recipes[2], "-q")
        causes = self.causes()
        self.assertEqual(sum(c[0] for c in causes), diff["bytes"])
        self.assertIn(f"{diff['bytes']:,} bytes", self.one("#difference-summary").text)
        words = {c[1]: c for c in causes}
        # lib went up and down again: it is not there. crypto came, and cipher took its place: that is the last step of both.
        self.assertFalse([w for w in words if "lib 0" in w])
        self.assertEqual(words["cipher-0:4-1.x86_64 takes the place of crypto-0:3-1.x86_64"][0], 710_000)
        # tool went in the first step and came back, larger, in the second.
        self.assertEqual(words["net-0:2-1.x86_64 now requires tool"][0], 1000)
        self.assertEqual(words["net-0:2-1.x86_64 now requires tool"][2], ["resized: tool-0:1-1.x86_64 (changed in 2 steps; this is the last)"])
        self.assertEqual(len([t for t in self.texts("#causes .cause a") if t == "two to three"]), 3)
        self.one("#causes .cause a").click()
        self.wait(lambda: "one to three" in self.title(), False)
        self.driver.back()
        self.wait(self.title, "What changed from one to three")
        self.driver.back()
        self.wait(self.title, "What changed from two to three")

    def test_the_table_sorts_and_filters(self):
        self.three()
        self.report()
        names = lambda: [row[0] for row in self.rows()]
        self.assertEqual(names(), ["cipher", "lib", "bash", "app", "net", "tool"])
        heads = self.all("#packages-table th button")
        heads[0].click()
        self.assertEqual(names(), ["app", "bash", "cipher", "lib", "net", "tool"])
        heads[0].click()
        self.assertEqual(names(), ["tool", "net", "lib", "cipher", "bash", "app"])
        heads[3].click()
        self.assertEqual([row[3] for row in self.rows()], [31_000, 10_000, 1000, 0, 0, -100_000])
        heads[2].click()
        heads[2].click()
        self.assertEqual(names(), ["net", "tool", "app", "bash", "lib", "cipher"])
        box = self.one("#packages-filter")
        box.send_keys("requires ci")
        self.assertEqual(names(), ["cipher"])
        self.assertEqual(self.one("#packages-found").text, "1 package found")
        # What is sorted and filtered stays so with another release.
        box.clear()
        box.send_keys("lib")
        self.step(1, "one", "two")
        self.assertEqual(names(), ["lib"])
        box.clear()
        box.send_keys(Keys.SPACE, Keys.BACKSPACE)
        self.assertEqual(names(), ["net", "app", "bash", "lib", "crypto"])

    def test_a_package_and_the_way_to_it(self):
        self.three()
        self.report()
        self.one("#packages-table tbody tr a").click()
        self.wait(lambda: self.texts("#chosen"), ["cipher 0:4-1.x86_64"])
        self.assertEqual(self.texts("#package .chain li"), ["app", "app\nrequires net", "net\nrequires cipher", "cipher"])
        self.assertEqual(self.focused().get_attribute("id"), "chosen")
        self.assertEqual(self.texts("#package .lives li"), ["three: 0:4-1.x86_64, 710 kB"])
        self.assertEqual(len(self.all("#treemap .area.chosen")), 1)
        self.step(1, "one", "two")
        self.wait(lambda: self.texts("#package .note"), ["It is not in two."])
        self.driver.back()
        self.driver.back()
        self.wait(lambda: self.texts("#chosen"), [])

    def test_only_the_keyboard(self):
        self.three()
        self.report()
        for _ in range(12):
            self.keys(Keys.TAB)
            if self.driver.execute_script("return document.activeElement.closest('#chart') !== null"):
                break
        self.assertEqual(self.focused().get_attribute("aria-label"), "two to three: -58.0 kB, to 1.41 MB")
        self.keys(Keys.ARROW_LEFT)
        self.assertEqual(self.focused().get_attribute("aria-label"), "one to two: +827 kB, to 1.47 MB")
        self.keys(Keys.ENTER)
        self.wait(self.title, "What changed from one to two")
        self.assertEqual(self.focused().get_attribute("data-release"), "1")
        self.keys(Keys.ARROW_RIGHT, Keys.ENTER)
        self.wait(self.title, "What changed from two to three")
        self.keys("/")
        self.assertEqual(self.focused().get_attribute("id"), "packages-filter")
        self.keys(*"tool", Keys.TAB, Keys.TAB)
        self.assertEqual(self.focused().text, "package")
        self.keys(Keys.ENTER)
        self.assertEqual(self.one("#packages-table th").get_attribute("aria-sort"), "ascending")
        for _ in range(5):
            self.keys(Keys.TAB)
        self.assertEqual(self.focused().text, "tool")
        self.keys(Keys.ENTER)
        self.wait(lambda: self.texts("#chosen"), ["tool 0:1-1.x86_64"])

    def test_by_what_asked_for_it(self):
        more = [package("extra", "1-1", requires=["lib"], installed=10_000)]
        self.add(self.release("a", RELEASES["one"] + more, "app, extra"), "a", "2026-01-01")
        self.add(self.release("b", RELEASES["two"] + more, "app, extra"), "b", "2026-02-01")
        self.report()
        legend = lambda: [t.text.split() for t in self.all("#legend tbody tr")]
        self.assertEqual(len(legend()), 10)
        self.one("input[value=root]").click()
        self.wait(lambda: len(self.all("#legend tbody tr")), 2)
        self.assertEqual(legend(), [["extra", "10.0", "kB"], ["app", "1.47", "MB", "+827", "kB"]])
        self.assertIn("by=root", self.driver.current_url)
        self.driver.back()
        self.wait(lambda: len(self.all("#legend tbody tr")), 10)

    def test_several_images(self):
        self.three()
        for number in range(1, 4):
            recipe = self.release("x", [package("app", installed=1000 * number)], image=f"other-{number}")
            self.add(recipe, "x")
        self.report()
        table = lambda: [t.text.split("\n")[0] for t in self.all("#images-table tbody tr") if t.is_displayed()]
        self.assertEqual(table(), ["image", "other-1", "other-2", "other-3"])
        self.one("#images-filter").send_keys("other 3")
        self.assertEqual(table(), ["other-3"])
        self.click("#images-table tbody tr:nth-child(4)")
        self.wait(lambda: self.one("#chosen-image").text, "other-3 x86_64")
        self.assertEqual(self.all("#images-table .chosen a")[0].get_attribute("aria-current"), "true")
        self.driver.back()
        self.wait(lambda: self.one("#chosen-image").text, "image x86_64")
        # A link leads to the same view.
        self.driver.get(f"file://{self.dir}/page.html#image=image&release=two&package=crypto")
        self.wait(self.title, "What changed from one to two")
        self.assertEqual(self.texts("#chosen"), ["crypto 0:3-1.x86_64"])
        # Only what is named, and what is not there.
        self.run_rootlet("history", "report", "other-1", "other-1", "--history", self.dir / "history", "-o", self.dir / "one.html", "-q")
        self.assertNotIn("other-2", (self.dir / "one.html").read_text())
        self.assertIn(">1 release<", (self.dir / "one.html").read_text())
        done = self.run_rootlet("history", "report", "other-9", "--history", self.dir / "history", "-o", "x.html", code=1)
        self.assertIn("there are no records of 'other-9' in 'DIR/history' (did you mean 'other-1'?)", done.stderr)

    def test_without_scripts(self):
        self.three()
        self.report()
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.driver.get(f"file://{self.dir}/page.html?static")
        tree = self.driver.execute_cdp_cmd("DOMSnapshot.captureSnapshot", {"computedStyles": ["display"]})
        strings = tree["strings"]
        nodes = [strings[i] for i in tree["documents"][0]["nodes"]["nodeName"]]
        self.assertEqual(nodes.count("svg"), 2)
        visible = {strings[i] for i in tree["documents"][0]["layout"]["text"] if i >= 0}
        for text in ("one to two: +827 kB", "two to three: -58.0 kB", "app-0:2-1.x86_64 now requires net", "net requires cipher"):
            self.assertIn(text, visible)
        self.assertNotIn("Find a package", visible)

    def test_damaged_lines_are_warned_about(self):
        self.three()
        file = self.dir / "history/image.jsonl"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([lines[0], "{]", lines[1]]) + "\n")
        done = self.run_rootlet("history", "report", "--history", self.dir / "history", "-o", self.dir / "page.html")
        self.assertIn("DIR/history/image.jsonl:2: no record, passed over: it is not JSON", done.stderr)
        self.show()
        self.assertEqual(len(self.all(".target")), 2)
        file.write_text("nothing\n")
        done = self.run_rootlet("history", "report", "--history", self.dir / "history", "-o", "x.html", code=1)
        self.assertIn("there are no records in 'DIR/history'", done.stderr)
        recipe = self.dir / "image-one.yaml"
        done = self.run_rootlet("report", recipe, "--history", self.dir / "history", "-o", self.dir / "one.html", "-q")
        self.assertIn("DIR/history/image.jsonl:1: no record, passed over", done.stderr)
        self.assertIn("Size of image</title>", (self.dir / "one.html").read_text())
        done = self.run_rootlet("history", "report", "--history", self.dir / "none", "-o", "x.html", code=1)
        self.assertIn("there are no records in 'DIR/none'", done.stderr)

    def record(self, label, month, packages, **more):
        """A line of a history, as src/history/record.hpp has it, of packages without requirements."""
        return json.dumps({"version": 1, "image": "made", "label": label, "date": f"2026-{month:02}-01", "arch": "x86_64",
                           "summary": {"packages": len(packages), "installed_size": sum(p[-1] for p in packages)},
                           "packages": packages, **more})

    def test_packages_of_one_name(self):
        """One package becomes two of its name and one again, and one is there twice: all still adds up."""
        (self.dir / "history").mkdir()
        (self.dir / "history/made.jsonl").write_text("\n".join([
            self.record("a", 1, [["k-1-1", 100], ["lib-1-1", 50], ["z-1-1", 7], ["z-1-1", 7]]),
            self.record("b", 2, [["k-1-1", 100], ["k-2-1", 120], ["lib-1-1", "i686", 40], ["lib-1-1", 50], ["z-1-1", 7]]),
            self.record("c", 3, [["k-2-1", 120], ["k-3-1", 130], ["lib-2-1", 55], ["z-2-1", 9], ["z-2-1", 9]]),
            self.record("d", 4, [["k-3-1", 130], ["lib-2-1", 55]])]) + "\n")
        self.report()
        sizes = [164, 317, 323, 185]
        for to in range(1, 4):
            for since in range(to):
                self.driver.get(f"file://{self.dir}/page.html#release={'abcd'[to]}&from={'abcd'[since]}")
                self.wait(self.title, f"What changed from {'abcd'[since]} to {'abcd'[to]}")
                self.assertEqual(sum(c[0] for c in self.causes()), sizes[to] - sizes[since], (since, to))
                self.assertEqual(sum(row[2] for row in self.rows()), sizes[to])

    def test_charts_as_files(self):
        self.three()
        made = []
        for name in ("a", "b"):
            self.run_rootlet("history", "report", "--history", self.dir / "history", "-o", self.dir / f"{name}.html",
                             "--svg", self.dir / name, "-q")
            files = sorted((self.dir / name).iterdir())
            made.append([(file.name, file.read_bytes()) for file in files] + [(self.dir / f"{name}.html").read_bytes()])
        self.assertEqual(made[0], made[1])
        self.assertEqual([file[0] for file in made[0][:-1]],
                         ["image.x86_64.packages.svg", "image.x86_64.roots.svg", "image.x86_64.treemap.svg"])
        for _, text in made[0][:-1]:
            self.assertTrue(ET.fromstring(text).tag.endswith("svg"))


class Hostile(HistoryCase):
    WIDTH, HEIGHT = 400, 800

    def test_names_from_outside_only_show(self):
        name = html.escape(HOSTILE)
        label = HOSTILE + " — a label that is rather long, and goes on"
        for month, size in enumerate((2000, 3000), 1):
            recipe = self.release(month, [package("app", requires=[name, "lib"], installed=5000),
                                          package(name, f"{month}-1", requires=["lib"], installed=size), package("lib", installed=1000)])
            self.add(recipe, f"{month} {label}", f"2026-0{month}-01")
        self.report()
        self.assertIn(SHOWN, self.title())
        self.assertEqual(self.all("img"), [])
        self.assertIn(SHOWN, [row[0] for row in self.rows()])
        self.assertIn(f"upgraded: {SHOWN} 0:1-1 -> 0:2-1", [c[1] for c in self.causes()])
        self.click("#treemap .area:nth-of-type(2)")
        self.wait(lambda: len(self.all("#package .chain li")) > 1, True)
        self.click(".target[data-release='0']")
        self.wait(lambda: "What is in 1" in self.title(), True)
        self.assertLessEqual(self.driver.execute_script("return document.documentElement.scrollWidth"), 400)
        text = (self.dir / "page.html").read_text()
        self.assertEqual(text.count("</script>"), 3)
        self.assertNotIn("<img", text)
        self.assertNotIn("\u202e", text)


class FilesAlone(PageCase):
    """Nothing tells the packages of the target: the page is about its files, and has no scripts."""

    def files(self):
        root = self.dir / "root"
        for path, text in (("usr/bin/tool", "#!/bin/sh\n" + "x" * 3990), ("usr/bin/copy", "#!/bin/sh\n" + "x" * 3990),
                           ("usr/share/doc/README", "y" * 2000), ("etc/conf", "z" * 500), ("top", "w" * 30)):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        (root / f"usr/{HOSTILE}".replace("</", "<")).write_text("h" * 20)
        return root

    def test_a_root_without_packages(self):
        done = self.run_rootlet("report", self.files(), "-o", self.dir / "page.html", "--svg", self.dir / "charts")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.show()
        self.assertEqual(self.texts("h1"), ["Files of root"])
        self.assertEqual(self.texts("header p"), [
            "6 files, 10.6 kB (10,550 bytes)", "Not looked at: packages: nothing tells which ones the files are of",
            "Not looked at: releases: what is recorded of an image is its packages"])
        self.assertEqual(self.texts("h2"), ["Directories", "Kinds", "Largest files", "Same contents"])
        directories, kinds, largest, same = ([[cell.text for cell in row.find_elements(By.TAG_NAME, "td")]
                                              for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
                                             for table in self.all("table"))
        self.assertEqual(directories, [["8.00 kB", "2", "/usr/bin"], ["2.00 kB", "1", "/usr/share"], ["500 B", "1", "/etc"],
                                       ["30 B", "1", "/"], ["20 B", "1", "/usr"]])
        self.assertEqual(kinds, [["8.00 kB", "2", "scripts"], ["2.00 kB", "1", "documentation"], ["550 B", "3", "other"]])
        self.assertEqual(largest[:2], [["4.00 kB", "/usr/bin/copy"], ["4.00 kB", "/usr/bin/tool"]])
        self.assertEqual(same, [["4.00 kB", "/usr/bin/copy = /usr/bin/tool"]])
        self.assertEqual([area.find_element(By.TAG_NAME, "text").text for area in self.all(".cells > g")[:2]],
                         ["/usr/bin", "/usr/share"])
        self.assertEqual(self.all("img"), [])
        self.assertNotIn("<script", (self.dir / "page.html").read_text())
        self.assertEqual([chart.name for chart in (self.dir / "charts").iterdir()], ["root.files.svg"])
        self.assertIn("<title>Files of root</title>", (self.dir / "charts/root.files.svg").read_text())


@needs_data
class RealReleases(HistoryCase):
    SHARES_CACHE = True

    def test_nginx_over_debian(self):
        recipes = []
        for year, release in ((2021, "bullseye"), (2023, "bookworm"), (2025, "trixie")):
            recipe = self.recipe(f"""\
                name: nginx
                arch: x86_64
                objective: dnf
                weak_deps: false
                repos: [{{id: debian, baseurl: {DATA / 'debian' / release}, gpgcheck: false}}]
                packages: [nginx-light]
                """, f"{release}.yaml")
            self.add(recipe, release, f"{year}-07-01")
            recipes.append(recipe)
        self.report()
        names = ["bullseye", "bookworm", "trixie"]
        for before, after in ((1, 2), (0, 1)):
            self.step(after, names[before], names[after])
            diff = self.json("diff", recipes[before], recipes[after], "-q")
            causes = self.causes()
            # A record keeps capabilities without versions.
            plain = lambda words: re.sub(r" (>=|<=|<|=) [^ ,]+", "", words)
            self.assertEqual([[c[0], c[1]] for c in causes], [[c["bytes"], plain(c["sentence"])] for c in diff["causes"]])
        self.one("#to option[value='2']").click()
        self.wait(self.title, "What changed from bookworm to trixie")
        self.one("#from option[value='0']").click()
        self.wait(self.title, "What changed from bullseye to trixie")
        self.assertEqual(sum(c[0] for c in self.causes()), self.json("diff", recipes[0], recipes[2], "-q")["bytes"])
        sizes = {p["nevra"]: p["installed_size"] for p in self.json("solve", recipes[2], "-q")["packages"]}
        self.assertEqual({f"{row[0]}-{row[1]}": row[2] for row in self.rows()}, {n.rsplit(".", 1)[0]: s for n, s in sizes.items()})


if __name__ == "__main__":
    main()
