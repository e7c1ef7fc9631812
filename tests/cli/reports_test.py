"""reports/ is what tools/reports makes, and a report that is stale is told."""
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import DATA, ROOTLET, Case, has_pages, main, needs_data

TOP = pathlib.Path(__file__).resolve().parents[2]


@needs_data
class Reports(Case):
    SHARES_CACHE = True

    def setUp(self):
        super().setUp()
        if not has_pages():
            self.skipTest("this build has no D3")

    def check(self, reports):
        """tools/reports --check over a directory: its exit code and what it said."""
        done = subprocess.run([TOP / "tools/reports", "--check"], capture_output=True, text=True, timeout=600,
                              stdin=subprocess.DEVNULL, cwd=self.dir,
                              env={**os.environ, "ROOTLET": ROOTLET, "ROOTLET_TEST_DATA": str(DATA),
                                   "ROOTLET_REPORTS": str(reports), "ROOTLET_REPORTS_CACHE": str(self.cache)})
        self.assertEqual(done.stdout, "")
        return done.returncode, done.stderr

    @unittest.skipUnless(has_pages(), "this build has no D3")
    def test_they_are_fresh(self):
        self.assertEqual(self.check(TOP / "reports"), (0, ""))

    @unittest.skipUnless(has_pages(), "this build has no D3")
    def test_stale_ones_are_told(self):
        copy = self.dir / "reports"
        shutil.copytree(TOP / "reports", copy)
        git = copy / "history/debian-git.jsonl"
        git.write_text(git.read_text().replace("2023-06-10", "2023-06-11"))
        (copy / "history/debian-curl.jsonl").unlink()
        code, said = self.check(copy)
        self.assertEqual(code, 1)
        self.assertIn("debian-curl.jsonl", said)
        self.assertIn("debian-git.jsonl", said)
        self.assertIn("is stale: run tools/reports", said)

    def test_nothing_names_a_place_of_this_machine(self):
        for file in [TOP / "reports/index.html", *(TOP / "reports/history").glob("*.jsonl")]:
            text = file.read_text()
            self.assertNotIn(str(DATA), text)
            self.assertNotIn(str(TOP), text)
            self.assertNotIn("/tmp/", text)
            for line in text.splitlines() if file.suffix == ".jsonl" else ():
                self.assertLess(len(line), 20_000)


if __name__ == "__main__":
    main()
