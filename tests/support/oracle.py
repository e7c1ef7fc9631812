"""A program that is asked line by line: each line that it gets is a JSON document, and so is each answer."""
import json
import os
import pathlib
import subprocess
import tempfile

PYTHON = "/usr/bin/python3"  # the one that the distribution's python3-dnf belongs to


class Oracle:
    """A script of this directory, in a process of its own that ends with the test. `world`: its first line."""

    def __init__(self, test, script, world):
        # Debian's librpm keeps its database in the home directory otherwise.
        home = tempfile.TemporaryDirectory(prefix="rootlet-test-home-")
        test.addCleanup(home.cleanup)
        (pathlib.Path(home.name) / ".rpmmacros").write_text("%_dbpath /var/lib/rpm\n")
        self.process = subprocess.Popen([PYTHON, pathlib.Path(__file__).parent / script], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        env={**os.environ, "HOME": home.name})
        test.addCleanup(self.end)
        self._say(world)

    def _say(self, document):
        self.process.stdin.write(json.dumps(document) + "\n")
        self.process.stdin.flush()

    def ask(self, document):
        self._say(document)
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)
