"""The smallest sets that `rootlet solve` finds are as small as those that z3 finds in the metadata, with rules of our own
(tests/support/least.py). ROOTLET_TEST_REQUESTS says how many requests (default 2)."""
import json
import random

import least
import rpm_metadata
from harness import main, needs, needs_data
from smallest_test import COUNT, SmallestCase, places


@needs_data
@needs("zstd", "z3")
class SecondOpinion(SmallestCase):
    def test_debian_bookworm(self):
        repos = places({"bookworm": "debian/bookworm"})
        repo = rpm_metadata.repository("bookworm", str(repos["bookworm"]))
        world, chance = least.World(repo), random.Random(31)
        names = sorted(world.by_name)
        for number in range(COUNT):
            specs = chance.sample(names, 1 + number % 3)
            for drop in (False, True):
                with self.subTest(specs=specs, drop=drop):
                    code, text = self.solve(repos, {"specs": specs, "weak_deps": False}, "--objective", "smallest",
                                            *(("--scriptlet-deps", "drop") if drop else ()), recipe="guard_rails: []")
                    size = json.loads(text)["summary"]["installed_size"] if code == 0 else None
                    self.assertEqual(size, world.smallest(specs, drop))


if __name__ == "__main__":
    main()
