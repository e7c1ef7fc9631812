"""Slurm's job arrays on four nodes, of which one dies half-way: several slurmd on one machine. A workspace is built, and
recipes are surveyed."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from harness import DISTRO, ROOTLET, Case, main, needs, needs_distro, needs_root, needs_time

NODES = 4
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
MailProg=/bin/true
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_res
SelectTypeParameters=CR_CPU
MpiDefault=none
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool-%n
SlurmctldPidFile={place}/ctld.pid
SlurmdPidFile={place}/%n.pid
SlurmctldLogFile={place}/ctld.log
SlurmdLogFile={place}/%n.log
ReturnToService=2
SlurmdTimeout=5
KillWait=1
BatchStartTimeout=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobRequeue=1
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@needs_root
@needs_distro
@needs_time
@needs("slurmctld", "slurmd", "sbatch")
class Slurm(Case):
    REUSES = True
    IMAGES = 40
    SURVEYS = 200

    def setUp(self):
        super().setUp()
        self.processes = {}
        self.addCleanup(self.stop)
        (self.dir / "images").mkdir()
        self.distro_recipe(["bash"], "name: os\n", name="images/os.yaml")
        packages = ["sed", "grep", "gawk", "gzip", "findutils", "perl-libs", "httpd", "documented"]
        for number in range(self.IMAGES - 1):
            self.distro_recipe([packages[number % len(packages)]], f"base: os.yaml\nimage: {{labels: {{number: '{number}'}}}}\n",
                               name=f"images/i{number}.yaml")
        self.recipe("recipes: [images/*.yaml]\noutput: out\nhistory: records\n", "all.yaml")

    def start(self, name, *command):
        env = {**self.env, "ROOTLET_TEST_NODE": name}  # what a daemon starts of its own has it, too
        self.processes[name] = subprocess.Popen(command, cwd=self.dir, env=env, stdin=subprocess.DEVNULL,
                                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def stop(self):
        for process in self.processes.values():
            process.kill()
            process.wait()

    def bring_up(self):
        place, host = self.dir / "slurm", socket.gethostname().split(".")[0]
        ports = free_ports(NODES + 1)
        nodes = "\n".join(f"NodeName=n{i} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[i]} CPUs=1" for i in range(1, NODES + 1))
        (place / "state").mkdir(parents=True)
        for number in range(1, NODES + 1):
            (place / f"spool-n{number}").mkdir()
        (place / "slurm.conf").write_text(CONFIGURATION.format(host=host, ports=ports, place=place, nodes=nodes))
        self.env = {**os.environ, "SLURM_CONF": str(place / "slurm.conf"),
                    "PATH": f"{pathlib.Path(ROOTLET).parent}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(self.dir / "caches")}
        self.start("ctld", "slurmctld", "-D")
        time.sleep(2)
        for number in range(1, NODES + 1):
            self.start(f"n{number}", "slurmd", "-D", "-N", f"n{number}")
        self.wait(lambda: self.slurm("sinfo", "-h", "-o", "%D", "-t", "idle").strip() == str(NODES), "nodes")

    def slurm(self, *command):
        return subprocess.run(command, cwd=self.dir, env=self.env, capture_output=True, text=True, timeout=60).stdout

    def wait(self, done, what, seconds=600):
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                logs = "\n".join(f"{p}:\n{p.read_text()[-2000:]}" for p in self.dir.glob("slurm*.out"))
                self.fail(f"{what}: too long\n{self.slurm('squeue')}{self.slurm('sinfo')}{logs}")
            time.sleep(0.2)

    def digests(self, out):
        return {path.parent.name: json.loads(path.read_text())["manifests"][0]["digest"]
                for path in sorted((self.dir / out).glob("*/index.json"))}

    def kill_node(self, number):
        """The node's daemons first, so that nobody tells what becomes of its jobs, then these."""
        for variable in ("ROOTLET_TEST_NODE", "SLURMD_NODENAME"):
            for entry in pathlib.Path("/proc").iterdir():
                try:
                    environment = (entry / "environ").read_bytes().split(b"\0") if entry.name.isdigit() else []
                    if f"{variable}=n{number}".encode() in environment and f"SLURM_CONF={self.env['SLURM_CONF']}".encode() in environment:
                        os.kill(int(entry.name), signal.SIGKILL)
                except (OSError, ProcessLookupError):
                    pass

    def dies_half_way(self, done, all_):
        """Waits until half of the work is done, and kills a node that is at work."""
        self.wait(lambda: done() >= all_ // 2, "half of the work")
        self.assertLess(done(), all_)
        self.wait(lambda: "n2" in self.slurm("squeue", "-h", "-t", "running", "-o", "%N"), "a job of the node")
        self.kill_node(2)
        self.wait(lambda: self.slurm("squeue", "-h").strip() == "", "all jobs")

    def test_surveys_on_nodes_of_which_one_dies_record_what_one_machine_does(self):
        (self.dir / "surveys").mkdir()
        for release in (1, 2, 3):
            (self.dir / "releases").mkdir(exist_ok=True)
            (self.dir / f"releases/{release}").symlink_to(DISTRO / f"release{release}")
        for number in range(self.SURVEYS):
            self.recipe(f"repos: [{{id: main, baseurl: ../releases/$releasever, gpgkey: {DISTRO}/RPM-GPG-KEY-test}}]\narch: x86_64\n"
                        f"packages: [{'webapp' if number % 3 else 'webapp-base'}]\nname: s{number}\n", f"surveys/s{number}.yaml")
        survey = "rootlet history survey {} --releases 1,2,3 --history {} --date 2026-01-02 -q"
        self.bring_up()
        command = survey.format("surveys/s$SLURM_ARRAY_TASK_ID.yaml", "by-slurm")
        subprocess.run(["sbatch", "--requeue", f"--array=0-{self.SURVEYS - 1}", "--wrap", command], cwd=self.dir, env=self.env, check=True,
                       capture_output=True, timeout=60)
        self.dies_half_way(lambda: len(list((self.dir / "by-slurm").glob("*.jsonl"))), self.SURVEYS)
        self.run_rootlet(*survey.format(" ".join(f"surveys/s{n}.yaml" for n in range(self.SURVEYS)), "alone").split()[1:])
        records = lambda folder: {p.name: p.read_text() for p in (self.dir / folder).iterdir()}
        self.assertEqual(len(records("alone")), self.SURVEYS + 1)  # with .gitattributes
        self.assertEqual(records("by-slurm"), records("alone"))

    def test_a_node_dies_and_all_is_built_as_on_one_machine(self):
        self.bring_up()
        self.run_rootlet("engine", "slurm", "all.yaml", "--shards", "8", "-o", "jobs.sh")
        subprocess.run(["sh", "jobs.sh"], cwd=self.dir, env=self.env, check=True, capture_output=True, timeout=60)
        states = self.dir / "out/.rootlet"
        self.dies_half_way(lambda: len(list(states.glob("*.json"))), self.IMAGES)
        found = self.digests("out")
        self.assertEqual(len(found), self.IMAGES)
        self.assertEqual([p for p in (self.dir / "out").iterdir() if p.name.startswith(".i")], [])
        self.assertEqual(set(one["fate"] for one in self.json("plan", "all.yaml", "--cache-dir", self.dir / "caches/rootlet")["images"]), {"unchanged"})
        shutil.move(self.dir / "out", self.dir / "by-slurm")
        self.run_rootlet("apply", "all.yaml", "-q")
        self.assertEqual(self.digests("out"), found)
        for path in (self.dir / "out").glob("*/blobs/sha256/*"):
            other = self.dir / "by-slurm" / path.relative_to(self.dir / "out")
            self.assertEqual(other.read_bytes(), path.read_bytes())


if __name__ == "__main__":
    main()
