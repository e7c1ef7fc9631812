"""`rootlet graph`: drawings and graphs of the real binary: what they hold, what is to scale, and that nothing in a
package's name becomes markup."""
import html
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

from harness import DATA, Case, has_pages, main, needs, needs_data, needs_distro
from invented import package, repository

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title></script><script>alert(1)</script><b onclick='alert(2)'>\"&amp;\\N\\G</b>"


class GraphCase(Case):
    def draw(self, target, name, *options, code=0, **kwargs):
        out = self.dir / name
        self.run_rootlet("graph", target, "-o", out, "-q", *options, code=code, **kwargs)
        return out.read_text()

    def drawn(self, target, *options):
        """The SVG as a tree."""
        return ElementTree.fromstring(self.draw(target, "drawn.svg", *options))

    def graph(self, target, *options):
        return json.loads(self.draw(target, "graph.json", *options))

    def no_drawing(self, *args, code=2):
        return self.run_rootlet("graph", *args, "-q", code=code).stderr


def elements(svg, tag, css):
    return [e for e in svg.iter(SVG + tag) if css in e.get("class", "").split()]


def names(graph):
    return sorted(p["name"] for p in graph["packages"])


@needs_distro
class TestDistribution(GraphCase):
    def setUp(self):
        super().setUp()
        self.image = self.distro_recipe(["httpd", "test-release"], "arch: x86_64\nscriptlet_deps: drop\n", objective=None)

    def test_dot(self):
        text = re.sub(r"[0-9.]+ [kM]?B\b", "SIZE", self.draw(self.image, "x.dot", "--focus", "mailcap"))
        text = re.sub(r"installed_size=[0-9]+", "installed_size=SIZE", text)
        self.assertEqual(text, """\
digraph packages {
	graph [rankdir=LR];
	"r-httpd"	[class=root,
		id="r-httpd",
		label=httpd,
		shape=oval,
		tooltip="httpd-0:2.4.62-2.t1.x86_64"];
	"p-httpd_2ex86_5f64"	[class=package,
		id="p-httpd_2ex86_5f64",
		installed_size=SIZE,
		label="httpd\\nSIZE",
		shape=box,
		tooltip="httpd-0:2.4.62-2.t1.x86_64"];
	"r-httpd" -> "p-httpd_2ex86_5f64"	[class=root,
		id="e-r-httpd_-p-httpd_2ex86_5f64",
		style=bold];
	"p-mailcap_2enoarch"	[class=package,
		id="p-mailcap_2enoarch",
		installed_size=SIZE,
		label="mailcap\\nSIZE",
		shape=box,
		tooltip="mailcap-0:2.1.54-2.t1.noarch"];
	"p-httpd_2ex86_5f64" -> "p-mailcap_2enoarch"	[class=runtime,
		id="e-p-httpd_2ex86_5f64_-p-mailcap_2enoarch",
		style=solid,
		tooltip="/etc/mime.types"];
}
""")

    def test_svg_and_json_agree(self):
        svg, graph = self.drawn(self.image), self.graph(self.image)
        nodes = {n.get("id"): n for n in elements(svg, "g", "node") if n.get("id")}
        self.assertEqual(sorted(nodes), sorted([p["id"] for p in graph["packages"]] + [r["id"] for r in graph["roots"]]))
        edges = {e.get("id"): e.get("class").split()[1] for e in elements(svg, "path", "edge") if e.get("id")}
        expected = {f"e-{e['from']}_-{e['to']}": e["class"] for e in graph["edges"]}
        expected |= {f"e-{r['id']}_-{p}": "from-root" for r in graph["roots"] for p in r["packages"]}
        self.assertEqual(edges, expected)
        self.assertEqual(sorted(c.get("id") for c in elements(svg, "rect", "cluster") if c.get("id")),
                         sorted(g["id"] for g in graph["groups"]))
        ids = [e.get("id") for e in svg.iter() if e.get("id")]
        self.assertEqual(len(ids), len(set(ids)))

    def test_areas_are_to_scale(self):
        svg, graph = self.drawn(self.image), self.graph(self.image)
        size = {p["id"]: p["installed_size"] for p in graph["packages"]}
        scale = set()
        for node in elements(svg, "g", "package"):
            if not node.get("id"):
                continue
            side = float(node.find(SVG + "rect").get("width"))
            if "least" in node.get("class"):
                self.assertEqual(side, 4)
            else:
                scale.add(round(side / size[node.get("id")] ** 0.5, 4))
        self.assertLessEqual(max(scale) - min(scale), 0.001)

    def test_json_is_what_solve_says(self):
        graph = self.graph(self.image)
        answer = self.json("solve", self.image, "-q")
        self.assertEqual([p["nevra"] for p in graph["packages"]], [p["nevra"] for p in answer["packages"]])
        nevra = {p["id"]: p["nevra"] for p in graph["packages"]}
        edges = {(nevra[e["from"]], r["capability"], nevra[e["to"]]) for e in graph["edges"] for r in e["requirements"]}
        stays = set(nevra.values())
        needed = {(use["package"], use["capability"], p["nevra"]) for p in answer["packages"]
                  for use in p["reason"]["required_by"] if use["package"] in stays}
        self.assertLessEqual(needed, edges)

    def test_focus_depth_kinds_and_groups(self):
        whole = names(self.graph(self.image))
        self.assertEqual(names(self.graph(self.image, "--focus", "libgcc", "--depth", "1")),
                         ["glibc", "libgcc"])
        self.assertEqual(names(self.graph(self.image, "--depth", "1")), ["httpd", "test-release"])
        self.assertEqual(names(self.graph(self.image, "--collapse")), whole)
        collapsed = self.graph(self.image, "--collapse")
        self.assertEqual({g["collapsed"] for g in collapsed["groups"]}, {True})
        scriptlets = self.graph(self.image, "--only", "scriptlet")
        self.assertEqual({e["class"] for e in scriptlets["edges"]}, {"scriptlet"})
        two = self.graph(self.image, "--only", "scriptlet", "--only", "runtime")
        self.assertEqual({r["kind"] for e in two["edges"] for r in e["requirements"]}, {"runtime", "scriptlet"})
        self.assertEqual(self.graph(self.image, "--reduce")["implied"] + len(self.graph(self.image, "--reduce")["edges"]),
                         len(self.graph(self.image)["edges"]))

    def test_a_focus_is_marked(self):
        marked = elements(self.drawn(self.image, "--focus", "libgcc"), "g", "focus")
        self.assertEqual([n.get("id") for n in marked], ["p-libgcc_2ex86_5f64"])

    def test_wrong_usage(self):
        self.assertEqual(self.no_drawing(self.image, "-o", "x.png"), """\
rootlet: error: 'x.png': what it becomes follows from its suffix, and '.png' is none that is known
hint: give -o FILE.svg, FILE.html, FILE.dot or FILE.json, or say --format
""")
        self.assertIn("(did you mean 'libgcc'?)", self.no_drawing(self.image, "-o", "x.svg", "--focus", "libgc"))
        self.assertIn("--output is required", self.no_drawing(self.image))
        self.assertIn("--only", self.no_drawing(self.image, "-o", "x.svg", "--only", "hard"))
        self.assertIn("--depth", self.no_drawing(self.image, "-o", "x.svg", "--depth", "0"))
        self.assertIn("No such file or directory", self.no_drawing(self.image, "-o", "none/x.svg", code=1))
        self.assertEqual(self.left_in(self.dir), ["cache", "image.yaml"])

    def test_the_host_has_no_part_in_it(self):
        before = self.draw(self.image, "a.svg")
        after = self.draw(self.image, "b.svg", env={
            "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "GVBINDIR": str(self.dir / "none"), "HOME": str(self.dir),
            "DOTFONTPATH": str(self.dir), "GV_FILE_PATH": str(self.dir)})
        self.assertEqual(before, after)

    @needs("dot")
    def test_graphviz_reads_the_dot(self):
        self.draw(self.image, "x.dot")
        done = subprocess.run(["dot", "-Tsvg", self.dir / "x.dot"], capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        svg = ElementTree.fromstring(done.stdout)
        self.assertIn("p-glibc_2ex86_5f64", {e.get("id") for e in svg.iter()})


class HostileNames(GraphCase):
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

    def test_svg(self):
        svg = self.drawn(self.image)
        self.assertEqual({e.tag.removeprefix(SVG) for e in svg.iter()},
                         {"svg", "title", "style", "defs", "marker", "path", "g", "rect", "text", "tspan"})
        self.assertEqual([e for e in svg.iter() if any(a.startswith("on") for a in e.attrib)], [])
        self.assertIn(f"{HOSTILE}-0:1-1.x86_64, 2.00 kB", [t.text for t in svg.iter(SVG + "title")])
        for identity in (e.get("id") for e in svg.iter() if e.get("id")):
            self.assertRegex(identity, r"^[A-Za-z][A-Za-z0-9_-]*$")

    @needs("dot")
    def test_dot(self):
        self.draw(self.image, "x.dot")
        done = subprocess.run(["dot", "-Tsvg", self.dir / "x.dot"], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(HOSTILE, [t.text for t in ElementTree.fromstring(done.stdout).iter(SVG + "text")])

    def test_page(self):
        if not has_pages():
            self.skipTest("this build has no D3")
        page = self.draw(self.image, "x.html")
        self.assertEqual(len(re.findall(r"<script\b", page)), 3)
        self.assertNotIn("<b onclick", page)
        data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
        self.assertIn(HOSTILE, [p["name"] for p in data["packages"]])


@needs_distro
class Page(GraphCase):
    def test_a_page_asks_for_nothing(self):
        image = self.distro_recipe(["httpd"], "arch: x86_64\n", objective=None)
        if not has_pages():
            self.assertEqual(self.no_drawing(image, "-o", "x.html", code=1), """\
rootlet: error: this build of rootlet has no D3, the visualization library that HTML pages need
hint: run tools/d3, which brings it with npm, and build again; SVG, DOT and JSON do without
""")
            self.skipTest("this build has no D3")
        page = self.draw(image, "x.html")
        self.assertEqual(re.findall(r"\b(?:src|href)=\"(?!#)[^\"]*\"", page), [])
        self.assertEqual(re.findall(r"@import|url\((?!#)", page), [])
        self.assertIn("default-src 'none'", page)
        self.assertEqual(page, self.draw(image, "y.html"))


@needs_data
class RealRepositories(GraphCase):
    SHARES_CACHE = True

    def real(self, repos, spec):
        lines = "".join(f"  - {{id: r{i}, baseurl: {DATA / path}, gpgcheck: false}}\n" for i, path in enumerate(repos))
        return self.recipe(f"arch: x86_64\nreleasever: \"9\"\nobjective: dnf\nweak_deps: false\n"
                           f"packages: [{spec}]\nrepos:\n{lines}")

    def test_a_large_one_is_drawn_reduced(self):
        image = self.real(["debian/bookworm"], "gnome")
        self.run_rootlet("solve", image, "-q")
        svg = self.drawn(image)
        graph = self.graph(image)
        self.assertEqual(len([n for n in elements(svg, "g", "node") if n.get("id")]), len(graph["packages"]) + 1)
        self.assertEqual(graph["implied"], 0)
        reduced = self.graph(image, "--reduce")
        drawn = len([e for e in elements(svg, "path", "edge") if e.get("id")])
        self.assertEqual(drawn, len(reduced["edges"]) + 1)
        self.assertIn(f"not drawn: {reduced['implied']:,} edges that a longer way says, too",
                      [t.text for t in svg.iter(SVG + "text")])

    def test_a_database(self):
        for form in ("", "-bdb"):
            place = self.dir / f"rpmdb{form}"
            shutil.copytree(DATA / "rpmdb" / f"ubi8-minimal-8.0{form}", place)
            graph = self.graph(place)
            self.assertEqual(len(graph["packages"]), 99)
            self.assertEqual(sum(p["installed_size"] for p in graph["packages"]), 114_536_921)
            self.drawn(place)


if __name__ == "__main__":
    main()
