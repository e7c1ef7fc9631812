"""What the engines themselves say of files of jobs: by their own readers and schemas, where tools/job-schemas puts these, or
ROOTLET_JOB_SCHEMAS names."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

try:
    import yaml
except ImportError:
    yaml = None

_PLACE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "rootlet-build/job-schemas"
PLACE = pathlib.Path(os.environ.get("ROOTLET_JOB_SCHEMAS") or _PLACE)

needs_job_schemas = unittest.skipUnless(shutil.which("node") and (PLACE / "packages").exists(),
                                        f"no schemas at {PLACE}: tools/job-schemas brings them")


def faults(kind, text, directory):
    """What is wrong with a job's file, in the engine's words. Tekton's linter wants a name, where a generated one will do."""
    path = pathlib.Path(directory) / f"{kind}.yaml"
    if kind in ("gitlab", "kubernetes"):
        text = json.dumps(yaml.safe_load(text))
    path.write_text(text.replace("generateName: rootlet-apply-", "name: rootlet-apply") if kind == "tekton" else text)
    done = subprocess.run(["node", pathlib.Path(__file__).parent / "check_job.mjs", PLACE, kind, path],
                          check=True, capture_output=True, text=True, timeout=120)
    return json.loads(done.stdout)
