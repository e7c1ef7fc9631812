"""Container runtimes that start an image: an OCI bundle of it, and what a container answers."""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import callers

# crun takes no mixture of both versions of cgroups.
NO_HYBRID = "umount /sys/fs/cgroup/unified 2>/dev/null || true\n"

RUNTIMES = {"crun": ["crun", "--cgroup-manager=disabled"], "runc": ["runc"]}

# What Docker and Podman leave to root in a container; umoci's bundles have no CAP_SETUID, without which httpd's workers end.
CAPABILITIES = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
                "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"]

# The new network of a container has no loopback address; a runtime's plugins bring one.
ASK = """\
import fcntl, socket, struct, sys, time, urllib.error, urllib.request
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_): return None
opener = urllib.request.build_opener(Stay)
for path in sys.argv[2:]:
    for _ in range(100):
        try:
            print(opener.open(f"http://127.0.0.1:{sys.argv[1]}{path}", timeout=10).status)
        except urllib.error.HTTPError as error:
            print(error.code)
        except OSError:
            time.sleep(0.1)
            continue
        break
    else:
        sys.exit("nothing answers")
"""


def run(command, **more):
    return subprocess.run(callers.in_namespace(NO_HYBRID, *map(str, command)), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120, **more)


def ask(pid, port, *paths):
    """The statuses that a server in the network of a process answers."""
    done = subprocess.run(["nsenter", f"--net=/proc/{pid}/ns/net", sys.executable, "-c", ASK, str(port), *paths],
                          capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr)
    return [int(line) for line in done.stdout.split()]


def until(holds):
    """Waits until something is so, ten seconds at most."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it does not become so")


def is_filtered(pid):
    """Whether a seccomp filter holds for a process (proc(5))."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return "\nSeccomp:\t2\n" in status


class Bundle:
    """An image, unpacked by umoci, for a runtime. `image`: an OCI layout."""

    def __init__(self, directory, image):
        self.path = pathlib.Path(directory)
        subprocess.run(["umoci", "unpack", "--image", f"{image}:latest", self.path], check=True, capture_output=True)
        self.root = self.path / "rootfs"
        self.fresh = self.path / "fresh"  # what each container begins with: nobody else's pid file
        self.root.rename(self.fresh)
        self.config = json.loads((self.path / "config.json").read_text())
        self.config["process"]["terminal"] = False
        self.config["process"]["capabilities"] = {name: CAPABILITIES for name in ("bounding", "effective", "permitted")}

    def write(self, seccomp=None, no_new_privileges=True):
        self.config["process"]["noNewPrivileges"] = no_new_privileges
        self.config["linux"].pop("seccomp", None)
        if seccomp:
            self.config["linux"]["seccomp"] = seccomp
        (self.path / "config.json").write_text(json.dumps(self.config))

    @contextlib.contextmanager
    def started(self, runtime):
        """Creates and starts it, as engines do. Its name and the pid of its process."""
        name, pid = f"rootlet-test-{os.getpid()}", self.path / "pid"
        state = self.path / "state"
        command = [*RUNTIMES[runtime], "--root", state]
        log = self.path / "log"
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["cp", "-a", self.fresh, self.root], check=True)
        with open(log, "w") as out:
            done = subprocess.run(callers.in_namespace(NO_HYBRID, *map(str, command), "create", "--bundle", str(self.path),
                                                       "--pid-file", str(pid), name),
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=60)
        if done.returncode:
            raise AssertionError(f"{runtime} create: {log.read_text()}")
        try:
            done = run([*command, "start", name])
            if done.returncode:
                raise AssertionError(f"{runtime} start: {done.stderr}{log.read_text()}")
            yield [*command, "exec"], name, int(pid.read_text())
        finally:
            run([*command, "kill", name, "TERM"])
            for _ in range(10):
                if run([*command, "delete", name]).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                run([*command, "delete", "--force", name])
            shutil.rmtree(state, ignore_errors=True)


def why_not(runtime, bundle):
    """Why a runtime starts no container here; empty: it does."""
    if not shutil.which(runtime):
        return f"not installed: {runtime}"
    bundle.write()
    try:
        with bundle.started(runtime):
            return ""
    except AssertionError as error:
        return str(error)
