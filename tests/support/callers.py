"""Who can call rootlet: programs and arguments to put before it, so that it runs as somebody else."""
import os
import pathlib
import shutil
import subprocess

USER = 4242  # an ordinary user, who is made up in a mount namespace of the call
NAME = "rootlet-caller"

# What Docker and Podman leave to root in a container (their documentation of --cap-add).
CONTAINER = ("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service",
             "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap")
# Directories and files of /proc that container runtimes mask (OCI runtime-spec, config-linux.md).
MASK = """for d in /proc/acpi /proc/asound /proc/scsi /proc/irq; do [ ! -d $d ] || mount -t tmpfs -o ro none $d; done
for f in /proc/kcore /proc/keys /proc/timer_list; do [ ! -e $f ] || mount --bind /dev/null $f; done
mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys
"""


def in_namespace(script, *command):
    """Runs a script in a mount namespace of its own before the command."""
    return ["unshare", "--mount", "sh", "-ec", script + 'exec "$@"', "sh", *command]


def as_user(folder, ranges, *, programs=True):
    """An ordinary user with these ranges of subordinate ids: [(first, count)]. `folder`: for files that are put over
    those of /etc."""
    folder = pathlib.Path(folder)
    lines = "".join(f"{NAME}:{first}:{count}\n" for first, count in ranges)
    passwd = pathlib.Path("/etc/passwd").read_text()
    files = {"passwd": passwd + f"{NAME}:x:{USER}:{USER}::/nonexistent:/bin/sh\n", "subuid": lines, "subgid": lines}
    script = ""
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o644)
        script += f"touch /etc/{name}; mount --bind '{folder}/{name}' /etc/{name}\n"
    if not programs:
        script += "for p in newuidmap newgidmap; do mount --bind /dev/null \"$(command -v $p)\"; done\n"
    return in_namespace(script, "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")


def as_container_root():
    """Root with what a container leaves it."""
    kept = ",".join("+" + name for name in CONTAINER)
    return ["setpriv", "--inh-caps=-all", f"--bounding-set=-all,{kept}"]


def in_masked_container():
    return in_namespace(MASK, *as_container_root())


def without_namespaces(*command):
    """In a user namespace that lets nobody make another one: its root may build nothing."""
    return ["unshare", "--user", "--map-root-user", "sh", "-ec",
            'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"', "sh", *command]


def why_not(command):
    """Why nothing can run so; empty: it can."""
    missing = [name for name in ("unshare", "setpriv", "newuidmap") if not shutil.which(name)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    done = subprocess.run([*command, "unshare", "--user", "true"], capture_output=True, text=True)
    return done.stderr if done.returncode else ""
