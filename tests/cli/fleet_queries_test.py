"""The queries of docs/fleet.md, run by DuckDB over tables that `rootlet fleet` wrote, against counting their rows here."""
import collections
import csv
import json
import os
import pathlib
import re
import subprocess
import unittest

from harness import Case, main, needs, needs_distro, needs_root

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/fleet.md"
_CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
PLACE = pathlib.Path(os.environ.get("ROOTLET_DUCKDB") or _CACHE / "rootlet-build/duckdb")


@needs_root
@needs_distro
@needs("node")
@unittest.skipUnless((PLACE / "package").exists(), f"no DuckDB at {PLACE}: tools/duckdb brings it")
class Queries(Case):
    def queries(self):
        [block] = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.S)
        return [one.strip() for one in re.sub(r"--.*", "", block).split(";") if one.strip()]

    def run_sql(self, statements):
        (self.dir / "statements.json").write_text(json.dumps(statements))
        done = subprocess.run(["node", pathlib.Path(__file__).parent.parent / "support/duckdb.mjs", PLACE, "statements.json"],
                              cwd=self.dir, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_queries_of_the_page(self):
        self.distro_recipe(["bash", "coreutils"], "name: os\n", name="os.yaml")
        self.run_rootlet("build", "os.yaml", "-o", "os")
        for name in ("grep", "perl-libs", "httpd"):
            self.distro_recipe([name], f"name: {name}\nbase: os\n", name=f"{name}.yaml")
            self.run_rootlet("build", f"{name}.yaml", "-o", name)
        for format in ("jsonl", "csv-tables"):
            self.run_rootlet("fleet", "os", "grep", "perl-libs", "httpd", "--format", format, "-o", "tables")
        rows = lambda table: [json.loads(line) for line in (self.dir / f"tables/{table}.jsonl").read_text().splitlines()]
        packages, layers, libraries = rows("packages"), rows("layers"), rows("libraries")
        versions, again, common, parquet = self.queries()
        found = self.run_sql([versions, versions.replace("'openssl'", "'glibc'"), again, common, parquet,
                              "SELECT count(*) AS n, sum(size) AS bytes FROM 'packages.parquet'"])

        def where(library):
            images = collections.defaultdict(set)
            for row in libraries:
                if row["library"] == library:
                    images[row["version"]].add(row["image"])
            return [{"version": v, "images": str(len(n)), "where_": ", ".join(sorted(n))} for v, n in sorted(images.items())]

        self.assertEqual(found[0], where("openssl"))
        self.assertEqual(found[1], where("glibc"))
        self.assertTrue(found[1])
        sizes = collections.defaultdict(list)
        with open(self.dir / "tables/packages.csv", newline="") as table:
            for row in csv.DictReader(table):
                sizes[tuple(row[key] for key in ("name", "epoch", "version", "release", "arch"))].append(int(row["size"]))
        most = sorted(((-(len(all_) - 1) * max(all_), key[0], len(all_)) for key, all_ in sizes.items() if len(all_) > 1))[:10]
        self.assertEqual([(int(row["again"]), row["name"], int(row["images"])) for row in found[2]],
                         [(-bytes_, name, count) for bytes_, name, count in most])
        images, size = collections.defaultdict(set), {}
        for row in layers:
            images[row["digest"]].add(row["image"])
            size[row["digest"]] = row["size"]
        self.assertEqual([(row["digest"], int(row["size"]), int(row["images"])) for row in found[3]],
                         sorted(((d, size[d], len(n)) for d, n in images.items() if len(n) > 1), key=lambda row: (-row[2], -row[1])))
        self.assertTrue(found[3])
        self.assertEqual([(int(row["n"]), int(row["bytes"])) for row in found[5]], [(len(packages), sum(row["size"] for row in packages))])


if __name__ == "__main__":
    main()
