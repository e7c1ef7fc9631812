"""The HTML page of `rootlet graph`, in Chromium: searched, clicked through, switched and used with keys alone."""
import html
import re

from browser import By, Keys, PageCase
from harness import DATA, main, needs_data, needs_distro, part
from invented import package, repository

HOSTILE = "</script><img src=x onerror=alert(1)>"


class GraphPage(PageCase):
    def open(self, target, *options):
        self.run_rootlet("graph", target, "-o", self.dir / "page.html", "-q", *options)
        self.show()

    def chosen(self):
        return self.driver.execute_script("return document.getElementById('chosen').firstChild.textContent")

    def choose(self, name):
        box = self.one("#search")
        box.send_keys(name)
        box.send_keys(Keys.ENTER)
        self.wait(self.chosen, name)

    def lit(self, drawing):
        """The packages that are lit in a drawing."""
        if drawing == "neighbours":
            return sorted(e.get_attribute("data-package") for e in self.all("#neighbours-drawing .neighbour.lit[data-package]"))
        return sorted(e.get_attribute("id") for e in self.all("#overview-drawing .node.lit"))

    def check_all(self, image, step=1):
        """What the page says of every package, or of every so-manieth, is what `size` and `why` say."""
        costs = {p["package"]: p for p in self.json("size", image, "-q")["packages"]}
        rows = self.driver.execute_script("""
            return [...document.querySelectorAll('#all-packages tbody tr')].map((row) =>
              [...row.cells].map((cell) => cell.dataset.value).concat([row.querySelector('a').getAttribute('href')]))""")
        self.assertEqual(len(rows), len(costs))
        ids = {f"{row[0]}-{row[1]}.{row[2]}": row[-1].removeprefix("#") for row in rows}
        for name, evr, arch, own, exclusive, shared, _, _, link in part(rows, step):
            cost = costs[f"{name}-{evr}.{arch}"]
            self.assertEqual([int(own), int(exclusive), int(shared)],
                             [cost["own"], cost["exclusive"], cost["shared"]], name)
            self.driver.execute_script("location.hash = arguments[0]", link)
            self.wait(self.chosen, name)
            why = self.json("why", image, f"{name}-{evr}.{arch}", "-q")["packages"][0]
            cut, said, chains = self.driver.execute_script("""
                const all = (selector) => [...document.querySelectorAll(selector)];
                return [all("#cut > li > a").map((a) => a.getAttribute("href").slice(1)),
                        document.getElementById("lose").textContent,
                        all("#why .chain").map((chain) => chain.children.length - 1)]""")
            lose = why["to_lose_it"]
            self.assertEqual(sorted(cut), sorted(ids[one] for one in lose["cut"]), name)
            self.assertEqual("it may just go" in said, not lose["needed"], name)
            self.assertEqual("Only scriptlets need it" in said, why["only_through"]["scriptlet"], name)
            self.assertEqual("Only weak" in said, why["only_through"]["weak"], name)
            self.assertEqual(chains, sorted({c["root"]: len(c["packages"]) for c in why["chains"]}.values())[:5], name)


@needs_distro
class TestDistribution(GraphPage):
    def setUp(self):
        super().setUp()
        self.image = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\n", objective=None)

    def test_search_click_and_the_lit_chain(self):
        self.open(self.image)
        self.choose("libgcc")
        self.assertEqual(self.texts("#why .chain li.root")[0], f"{self.image}:5: httpd")
        chain = [t.split("\n")[0] for t in self.texts("#why .chain:first-of-type li")][1:]
        self.assertEqual(chain, ["httpd", "glibc", "libgcc"])
        expected = ["p-glibc_2ex86_5f64", "p-httpd_2ex86_5f64"]
        self.assertLessEqual(expected, self.lit("neighbours"))
        self.assertLessEqual({"p-glibc_2ex86_5f64", "p-httpd_2ex86_5f64", "p-libgcc_2ex86_5f64", "r-httpd"},
                             set(self.lit("overview")))
        edges = {e.get_attribute("id") for e in self.all("#overview-drawing .edge.lit")}
        self.assertLessEqual({"e-r-httpd_-p-httpd_2ex86_5f64", "e-p-httpd_2ex86_5f64_-p-glibc_2ex86_5f64",
                              "e-p-glibc_2ex86_5f64_-p-libgcc_2ex86_5f64"}, edges)
        self.one("#required-by a").click()
        self.wait(self.chosen, "glibc")
        self.assertIn("p-httpd_2ex86_5f64", self.lit("neighbours"))
        self.driver.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))",
                                   self.one("#neighbours-drawing [data-package='p-httpd_2ex86_5f64']"))
        self.wait(self.chosen, "httpd")
        self.driver.back()
        self.wait(self.chosen, "glibc")

    def test_a_kind_switched_off(self):
        self.open(self.image)
        size = self.json("size", self.image, "--without-kind", "scriptlet", "-q")
        first = self.texts("#avoidable-list li")[0].split("\n")
        self.assertEqual(first[0].split()[0], "systemd")
        self.assertEqual(first[-1], "only what scriptlets require bring it in")
        self.assertEqual(self.chosen(), "systemd")
        self.one("#kinds input[value=scriptlet]").click()
        found = re.match(r"Without the others ([0-9,]+) packages would remain", self.one("#remaining").text)
        gone = self.all("#all-packages tr.gone")
        total = len(self.all("#all-packages tbody tr"))
        self.assertEqual(int(found[1].replace(",", "")), total - len(gone))
        self.assertIn("systemd", [r.find_element(By.TAG_NAME, "a").text for r in gone])
        self.assertEqual(len(gone), len(size["leaving"]))
        self.assertGreater(len(self.all("#treemap .gone")), 0)
        self.one("#kinds input[value=scriptlet]").click()
        self.assertEqual(self.one("#remaining").text, "")
        self.assertEqual(self.all("#all-packages tr.gone"), [])

    def test_only_the_keyboard(self):
        self.open(self.image)
        self.keys("/")
        self.assertEqual(self.focused().get_attribute("id"), "search")
        self.keys(*"glibc")
        self.assertEqual(self.one("#search").get_attribute("aria-expanded"), "true")
        before = self.one("#found [aria-selected=true]").get_attribute("id")
        self.keys(Keys.ARROW_DOWN)
        self.assertNotEqual(self.one("#found [aria-selected=true]").get_attribute("id"), before)
        self.keys(Keys.ARROW_UP, Keys.ENTER)
        self.wait(self.chosen, "glibc")
        self.assertEqual(self.focused().get_attribute("id"), "chosen")
        # From there by tab to a link, and by Enter to a neighbour.
        self.keys(Keys.TAB)
        link = self.focused()
        self.assertEqual(link.tag_name, "a")
        name = link.text
        self.keys(Keys.ENTER)
        self.wait(self.chosen, name)
        # Tab comes to the drawing of neighbours, arrows move in it, Enter chooses.
        for _ in range(60):
            self.keys(Keys.TAB)
            if self.driver.execute_script("return document.activeElement.closest('#neighbours-drawing') !== null"):
                break
        start = self.focused().get_attribute("data-package")
        self.assertEqual(start, f"p-{name}_2ex86_5f64")
        self.keys(Keys.ARROW_DOWN)
        below = self.focused().get_attribute("aria-label")
        self.assertNotEqual(below, name)
        self.keys(Keys.ENTER)
        self.wait(self.chosen, below)
        self.assertTrue(self.driver.execute_script("return document.activeElement.closest('#neighbours-drawing') !== null"))

    def test_a_focus_is_where_it_starts(self):
        self.open(self.image, "--focus", "libgcc", "--only", "runtime")
        self.assertEqual(self.chosen(), "libgcc")
        self.assertEqual([e.get_attribute("value") for e in self.all("#kinds input:checked")], ["runtime"])

    def test_every_package_as_why_and_size_say(self):
        self.open(self.image)
        self.check_all(self.image)

    def test_without_scripts(self):
        self.open(self.image)
        # The document's own file, read with scripts off: the drawing and the table are there.
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.driver.get(f"file://{self.dir}/page.html?static")
        tree = self.driver.execute_cdp_cmd("DOMSnapshot.captureSnapshot", {"computedStyles": ["display"]})
        strings = tree["strings"]
        nodes = [strings[i] for i in tree["documents"][0]["nodes"]["nodeName"]]
        self.assertIn("svg", nodes)
        self.assertIn("TABLE", nodes)
        visible = {strings[i] for i in tree["documents"][0]["layout"]["text"] if i >= 0}
        self.assertIn("glibc", visible)
        self.assertNotIn("Largest avoidable packages", visible)

    def test_sizes_as_areas(self):
        self.open(self.image)
        areas = lambda: {e.get_attribute("aria-label").split(",")[0]: float(e.find_element(By.TAG_NAME, "rect").get_attribute("width")) *
                         float(e.find_element(By.TAG_NAME, "rect").get_attribute("height")) for e in self.all("#treemap .area")}
        own = areas()
        sizes = {p["package"]: p["own"] for p in self.json("size", self.image, "-q")["packages"]}
        largest = max(sizes, key=sizes.get)
        self.assertTrue(largest.startswith(max(own, key=own.get) + "-"), largest)
        self.one("#size-exclusive").click()
        self.assertIn("httpd", areas())
        self.assertGreater(len(self.all("#treemap .holder")), 0)


class Narrow(GraphPage):
    WIDTH, HEIGHT = 400, 800

    def setUp(self):
        super().setUp()
        name = html.escape(HOSTILE)
        repository(self.dir / "repo", [
            package("app", requires=[name, "lib"], installed=5000), package(name, requires=["lib"], installed=2000),
            package("lib", installed=1000)])
        self.image = self.recipe(f"""\
            arch: x86_64
            repos: [{{id: x, baseurl: {self.dir}/repo, gpgcheck: false}}]
            packages: [app]
            """)

    def test_hostile_names_stay_text_and_nothing_is_too_wide(self):
        self.open(self.image)
        self.one("#search").send_keys("onerror", Keys.ENTER)
        self.wait(lambda: self.one("#chosen").text.startswith(HOSTILE), True)
        self.assertEqual(self.all("img"), [])
        self.assertGreater(len(self.all("#treemap .chosen")), 0)
        self.assertLessEqual(self.driver.execute_script("return document.documentElement.scrollWidth"), 400)


@needs_data
class RealRepositories(GraphPage):
    SHARES_CACHE = True

    def real(self, repos, spec):
        lines = "".join(f"  - {{id: r{i}, baseurl: {DATA / path}, gpgcheck: false}}\n" for i, path in enumerate(repos))
        return self.recipe(f"arch: x86_64\nreleasever: \"9\"\nobjective: dnf\nweak_deps: false\n"
                           f"packages: [{spec}]\nrepos:\n{lines}")

    def test_every_package_as_why_and_size_say(self):
        image = self.real(["cs9-baseos-202202", "cs9-appstream-202501"], "nginx, nodejs")
        # A lock is read in no time, and many packages are asked for.
        lock = self.dir / "image.lock.json"
        self.run_rootlet("lock", image, "-o", lock, "-q")
        self.open(lock)
        self.check_all(lock, step=3)

    def test_a_thousand_packages(self):
        self.open(self.real(["debian/bookworm"], "gnome"))
        self.assertGreater(len(self.all("#avoidable-list li")), 3)
        self.assertLess(len(self.all("#neighbours-drawing .neighbour")), 60)
        self.assertEqual(self.all("#overview-drawing svg"), [])
        self.one("#overview summary").click()
        self.wait(lambda: len(self.all("#overview-drawing .node.chosen")), 1)
        self.assertLess((self.dir / "page.html").stat().st_size, 5_000_000)


if __name__ == "__main__":
    main()
