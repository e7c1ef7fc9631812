"""What packages and tests run is kept away from the host: a process that has inherited nothing, few system calls. What it
leaves behind does no harm either."""
import ctypes
import json
import os
import resource
import signal
import sqlite3
import struct
import subprocess
import time
import unittest

from harness import DISTRO, ROOTLET, Case, main, needs, needs_distro, needs_root, not_sanitized

import scripted

SECRET = "hunter2-of-the-caller"

# Copies what a process can know of itself and of process 1; "?" where it may not.
SPY = r"""
local out = io.open("/stolen", "w")
for _, path in ipairs({"/proc/self/environ", "/proc/1/environ", "/proc/self/cmdline", "/proc/1/cmdline",
                       "/proc/self/comm"}) do
  local file = io.open(path, "rb")
  out:write(path, "=", file and string.gsub(file:read("a") or "?", "%z", "|") or "?", "\n")
end
local open = {}
for _, name in ipairs(posix.dir("/proc/self/fd")) do
  local target = posix.readlink("/proc/self/fd/" .. name)
  if target then open[#open + 1] = target end
end
table.sort(open)
out:write("fd=", table.concat(open, "|"), "\n")
out:write("exe=", posix.readlink("/proc/self/exe") or "?", "\n")
-- The memory of this process, which is the one that librpm runs in: all that is written to.
local found = 0
local maps, memory = io.open("/proc/self/maps"), io.open("/proc/self/mem", "rb")
local needle = "hunter2%-of%-the%-[c]aller"  -- which does not find itself
for line in maps:lines() do
  local from, to = string.match(line, "^(%x+)-(%x+) rw")
  if from and memory and memory:seek("set", tonumber(from, 16)) then
    local bytes = memory:read(tonumber(to, 16) - tonumber(from, 16))
    if bytes and string.find(bytes, needle) then found = found + 1 end
  end
end
out:write("memory=", memory and "read" or "closed", " ", found, "\n")
out:close()
"""

# Prints the error number of each call that no package needs; 0 where it is allowed.
CALLS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#define TRY(name, ...) do { errno = 0; printf("%s %d\n", name, syscall(__VA_ARGS__) < 0 ? errno : 0); fflush(stdout); } while (0)
static char page[4096];
int main(void)
{
    TRY("keyctl", SYS_keyctl, 0, -4, 0, 0, 0);
    TRY("add_key", SYS_add_key, "user", "x", "y", 1, -4);
    TRY("request_key", SYS_request_key, "user", "x", 0, 0);
    TRY("userfaultfd", SYS_userfaultfd, 1);
    TRY("io_uring_setup", SYS_io_uring_setup, 1, page);
    TRY("pidfd_open", SYS_pidfd_open, getpid(), 0);
    TRY("bpf", SYS_bpf, 0, page, 8);
    TRY("perf_event_open", SYS_perf_event_open, page, 0, -1, -1, 0);
    TRY("unshare user", SYS_unshare, CLONE_NEWUSER);
    TRY("unshare mount", SYS_unshare, CLONE_NEWNS);
    TRY("setns", SYS_setns, 0, 0);
    TRY("clone user", SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    TRY("clone3", SYS_clone3, page, 64);
    TRY("mount", SYS_mount, "none", "/tmp", "tmpfs", 0, 0);
    TRY("fsopen", SYS_fsopen, "tmpfs", 0);
    TRY("open_tree", SYS_open_tree, -100, "/", 1);
    TRY("ptrace", SYS_ptrace, 0, 0, 0, 0);
    TRY("init_module", SYS_init_module, page, 1, "");
    TRY("kexec_load", SYS_kexec_load, 0, 0, 0, 0);
    TRY("clock_settime", SYS_clock_settime, 0, page);
    TRY("personality", SYS_personality, 0x0400000);
    TRY("vsock", SYS_socket, 40, SOCK_STREAM, 0);
    TRY("alg", SYS_socket, 38, SOCK_SEQPACKET, 0);
    TRY("packet", SYS_socket, 17, SOCK_RAW, 0);
    TRY("vsock with more bits", SYS_socket, 0x100000000L | 40, SOCK_STREAM, 0);
    TRY("unix", SYS_socket, AF_UNIX, SOCK_STREAM, 0);
    TRY("inet", SYS_socket, AF_INET, SOCK_STREAM, 0);
    TRY("netlink", SYS_socket, AF_NETLINK, SOCK_RAW, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    TRY("wait4", SYS_wait4, child, 0, 0, 0);
    TRY("a call of the future", 1000);
    return 0;
}
"""
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
CLOSE_RANGE = 436


def refuse(number, error):
    """Makes a system call fail in this process and all that it starts (seccomp(2), with the machine's own filter)."""
    def instruction(code, true, false, value):
        return struct.pack("=HBBI", code, true, false, value)
    program = (instruction(0x20, 0, 0, 0) + instruction(0x15, 0, 1, number)
               + instruction(0x06, 0, 0, 0x00050000 | error) + instruction(0x06, 0, 0, 0x7FFF0000))
    kept = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.c_char_p(filters), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Sandbox(Case):
    def package(self, name, scripts, program=None):
        """A recipe with a package of these scriptlets, and of a program, and a shell."""
        folder = self.dir / "repo"
        folder.mkdir()
        spec = scripted.HEAD + f"%package -n {name}\nSummary: test\nRequires(post): bash coreutils\n"
        spec += f"%description -n {name}\ntest\n{scripts}\n%files -n {name}\n/usr/share/{name}\n"
        scripted.make(folder, spec, [name], program)
        self.distro_recipe([name, "bash", "coreutils-single"])
        text = (self.dir / "image.yaml").read_text()
        (self.dir / "image.yaml").write_text(
            text.replace("packages:", f"  - {{id: mine, baseurl: {folder}, gpgcheck: false}}\npackages:", 1))

    def build(self, out="root", code=0, options=("--format", "dir"), **more):
        """Runs it as its caller likes; its result."""
        done = subprocess.run([ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", out, "--cache-dir", self.cache, *options],
                              cwd=self.dir, capture_output=True, text=True, timeout=100, **more)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def digest(self, out, **more):
        self.build(out, options=(), **more)
        return self.json_file(self.dir / out / "index.json")["manifests"][0]["digest"]


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Clean(Sandbox):
    def spied(self, **more):
        self.package("spy", f"%post -n spy -p <lua>\n{SPY}")
        self.build(**more)
        return dict(line.split("=", 1) for line in (self.dir / "root/stolen").read_text().splitlines() if line)

    def check_clean(self, found):
        for name in ("/proc/self/cmdline", "/proc/1/cmdline"):
            self.assertEqual(found[name], "rootlet|--inside-sandbox|")
        for name in ("/proc/self/environ", "/proc/1/environ"):
            self.assertEqual(found[name], "")
        self.assertEqual(found["/proc/self/comm"], "rootlet")
        self.assertNotIn(str(self.dir), json.dumps(found))
        packages = [name for name in found["fd"].split("|") if name.endswith(".rpm")]
        self.assertGreater(len(packages), 1)
        self.assertEqual([name for name in packages if name.count("/") != 1], [])
        self.assertIn(found["memory"], ("read 0", "closed 0"))
        self.assertTrue(found["exe"].startswith("/memfd:rootlet"), found["exe"])

    @not_sanitized
    def test_nothing_of_the_caller_is_there(self):
        handed = os.open(self.dir / "image.yaml", os.O_RDWR | os.O_CREAT)
        self.addCleanup(os.close, handed)
        found = self.spied(env={**os.environ, "SECRET_TOKEN": SECRET}, pass_fds=[handed])
        self.check_clean(found)

    def test_what_tells_root_of_the_host_is_masked(self):
        """Files of /proc that only root may read, as which scriptlets run where root builds."""
        names = ("kcore", "kpagecount", "kpageflags", "kpagecgroup", "slabinfo", "vmallocinfo", "pagetypeinfo", "iomem",
                 "ioports", "timer_list", "keys", "interrupts")
        self.package("spy", "%post -n spy\nfor f in " + " ".join(names) + "; do\n  [ ! -e /proc/$f ] || "
                            "echo $f $(head -c 8 /proc/$f | wc -c)\ndone >/stolen\n")
        self.build()
        lines = (self.dir / "root/stolen").read_text().splitlines()
        self.assertGreater(len(lines), 3)
        self.assertEqual([line for line in lines if not line.endswith(" 0")], [])

    @not_sanitized
    def test_no_descriptor_stays_where_close_range_is_refused(self):
        host = self.dir / "host"
        host.mkdir()
        (host / "file").write_text("host")
        handed = os.open(host, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, handed)
        self.check_clean(self.spied(pass_fds=[handed], preexec_fn=lambda: refuse(CLOSE_RANGE, ENOSYS)))


# Leaves the root as whoever may chroot() can, writes down what is around it, and, where it is told to, exchanges it.
LEAVE = r"""
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    int found = open("/found", O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (found < 0 || mkdir("/x", 0700) != 0 || chdir("/") != 0 || chroot("/x") != 0)
        return 2;
    for (int i = 0; i < 100; i++)
        if (chdir("..") != 0)
            return 3;
    DIR *here = opendir(".");
    for (struct dirent *entry; (entry = readdir(here)) != NULL;)
        dprintf(found, "%s\n", entry->d_name);
    if (argc > 1)
        return rename("root", "other") != 0 || mkdir("root", 0755) != 0 || symlink("/etc/shadow", "root/stolen") != 0;
    return 0;
}
"""


@needs_distro
@needs_root
@needs("gcc", "rpmbuild", "createrepo_c")
class Outside(Sandbox):
    """Around the root there is nothing, and what is put there does no harm."""

    def leave(self, arguments=""):
        (self.dir / "leave.c").write_text(LEAVE)
        subprocess.run(["gcc", "-static", "-o", self.dir / "leave", self.dir / "leave.c"], check=True)
        self.package("leave", f"%post -n leave\n/usr/share/leave/leave {arguments}\n", self.dir / "leave")

    def test_nothing_is_there(self):
        self.leave()
        self.build()
        self.assertEqual(sorted((self.dir / "root/found").read_text().split()), [".", "..", "root"])

    def test_another_root_in_its_place(self):
        self.leave("exchange")
        self.assertIn("the root is no longer where it was made", self.build(code=1).stderr)
        self.build(options=("--format", "tar"))
        names = subprocess.run(["tar", "-tf", self.dir / "root"], capture_output=True, text=True, check=True).stdout
        self.assertIn("usr/share/leave/leave\n", names)
        self.assertNotIn("stolen", names)
        with open(self.dir / "image.yaml", "a") as recipe:
            recipe.write("tests: [{run: ['true']}]\n")
        (self.dir / "root").unlink()
        self.assertIn("there is something beside it in its directory: other, root\n", self.build(code=1).stderr)
        self.assertEqual([name for name in self.left_in(self.dir) if name.startswith(".")], [])


@needs_distro
@needs_root
@needs("gcc")
class Calls(Sandbox):
    def test_what_no_package_needs_is_refused(self):
        (self.dir / "calls.c").write_text(CALLS)
        subprocess.run(["gcc", "-static", "-o", self.dir / "calls", self.dir / "calls.c"], check=True)
        self.distro_recipe(["filesystem", "test-release"], f"""\
            files: [{{path: /calls, source: {self.dir}/calls, mode: "0755"}}]
            tests: [{{run: [/calls]}}]
            """)
        done = self.run_rootlet("build", "-v", "image.yaml", "-o", "out")
        found = {line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1]) for line in done.stderr.splitlines()
                 if line.rsplit(" ", 1)[-1].isdigit() and " " in line}
        missing = ("keyctl", "add_key", "request_key", "userfaultfd", "io_uring_setup", "pidfd_open", "bpf",
                   "perf_event_open", "clone user", "clone3", "fsopen", "open_tree", "a call of the future")
        forbidden = ("unshare user", "unshare mount", "setns", "mount", "ptrace", "init_module", "kexec_load",
                     "clock_settime")
        families = ("vsock", "alg", "packet", "vsock with more bits")
        expected = {**dict.fromkeys(missing, ENOSYS), **dict.fromkeys(forbidden, EPERM),
                    **dict.fromkeys(families, EAFNOSUPPORT), "personality": ENOSYS,
                    **dict.fromkeys(("unix", "inet", "netlink", "wait4"), 0)}
        self.assertEqual({name: found.get(name) for name in expected}, expected)


# Puts a file of the package in the place of rpm's database.
EXCHANGE = r"""
for _, place in ipairs({"/var/lib/rpm", "/usr/lib/sysimage/rpm"}) do
  if posix.stat(place .. "/rpmdb.sqlite") then
    local from, to = io.open("/usr/share/endless/endless", "rb"), io.open(place .. "/new", "wb")
    to:write(from:read("a"))
    to:close()
    os.rename(place .. "/new", place .. "/rpmdb.sqlite")
    os.remove(place .. "/rpmdb.sqlite-wal")
    os.remove(place .. "/rpmdb.sqlite-shm")
  end
end
"""

DEEP = r"""
posix.mkdir("/var/cache")
posix.mkdir("/var/cache/dnf")
posix.mkdir(dir)
posix.chdir(dir)
for i = 1, 3000 do
  posix.mkdir("d")
  if posix.chdir("d") ~= 0 then error("too deep: " .. i) end
end
posix.chdir("/")
"""


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Leftovers(Sandbox):
    """What a scriptlet leaves behind harms neither this build nor the next."""

    def peak(self, code):
        """Peak memory in MB of a build, and its messages."""
        done = subprocess.run(["/usr/bin/env", "python3", "-c", """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
sys.stderr.write(done.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000)
sys.exit(done.returncode)""", ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", "out", "--cache-dir", self.cache],
                              cwd=self.dir, capture_output=True, text=True, timeout=200)
        self.assertEqual(done.returncode, code, done.stderr)
        return int(done.stdout), done.stderr

    def test_a_tree_deeper_than_there_are_descriptors(self):
        self.package("deep", f"%post -n deep -p <lua>\nlocal dir = '/var/deep'\n{DEEP}")
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
        self.assertIn("/var/deep/d/d/d/", self.build("out", code=1, options=(), preexec_fn=few).stderr)
        self.assertEqual([name for name in self.left_in(self.dir) if name.startswith(".out")], [])

    def test_a_deep_tree_in_a_place_that_is_emptied(self):
        self.package("deep", f"%post -n deep -p <lua>\nlocal dir = '/var/cache/dnf/deep'\n{DEEP}")
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
        self.build(preexec_fn=few)
        self.assertEqual(list((self.dir / "root/var/cache/dnf").iterdir()), [])

    @not_sanitized
    def test_files_of_3_gb(self):
        for path in ("/etc/shadow", "/etc/machine-id", "/etc/passwd"):
            with self.subTest(path=path):
                subprocess.run(["rm", "-rf", self.dir / "repo"], check=True)
                self.package("sparse", f"%post -n sparse -p <lua>\nlocal file = io.open('{path}', 'w')\n"
                             "file:seek('set', 3000000000)\nfile:write('x')\nfile:close()\n")
                peak, said = self.peak(1)
                self.assertIn(f"cannot read '{path}' in the root: it has more than 16.0 MB", said)
                self.assertLess(peak, 200)

    def test_an_abandoned_place_and_others_that_only_look_like_one(self):
        self.distro_recipe(["filesystem", "test-release"])
        foreign = self.dir / ".out.rootlet-backup"
        foreign.mkdir()
        (foreign / "thesis").write_text("precious")
        abandoned = self.dir / ".out.rootlet-abcdef"
        abandoned.mkdir()
        (abandoned / "file").write_text("x")
        abandoned.chmod(0o1700)
        stuck = self.dir / ".out.rootlet-stuck1"
        stuck.mkdir()
        (stuck / "mounted").mkdir()
        stuck.chmod(0o1700)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", stuck / "mounted"], check=True)
        self.addCleanup(subprocess.run, ["umount", stuck / "mounted"], check=True)
        done = self.build("out", options=())
        self.assertEqual((foreign / "thesis").read_text(), "precious")
        self.assertFalse(abandoned.exists())
        self.assertRegex(done.stderr, r"\Arootlet: warning: cannot remove '.*/\.out\.rootlet-stuck1': .*\n\Z")


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Limits(Sandbox):
    def test_a_scriptlet_without_end_is_named(self):
        for kind, body in (("%post", "%post -n slow\nwhile :; do :; done\n"),
                           ("%pre", "%pre -n slow -p <lua>\nwhile true do end\n")):
            with self.subTest(kind=kind):
                subprocess.run(["rm", "-rf", self.dir / "repo"], check=True)
                self.package("slow", body)
                with open(self.dir / "image.yaml", "a") as recipe:
                    recipe.write("limits: {seconds: 2}\n")
                self.assertEqual(self.build("out", code=1, options=()).stderr,
                                 f"rootlet: error: package slow-1-1.noarch: scriptlet {kind} takes too long: it was ended "
                                 "after 2 seconds\nhint: if it needs more: limits: {seconds: 4}\n")

    def test_what_it_prints_does_not_put_off_its_end(self):
        self.package("slow", "%post -n slow\nwhile :; do echo y; done\n")
        with open(self.dir / "image.yaml", "a") as recipe:
            recipe.write("limits: {seconds: 2}\n")
        self.assertIn("scriptlet %post takes too long: it was ended after 2 seconds\n", self.build("out", code=1).stderr)

    def test_a_database_without_end_is_named(self):
        """A scriptlet puts it in the place of rpm's, and librpm erases packages from it."""
        with sqlite3.connect(self.dir / "endless") as database:
            numbers = "with recursive t(hnum) as (select 1 union all select hnum + 1 from t) select"
            database.executescript(f"create view Packages as {numbers} hnum, zeroblob(0) as blob from t where hnum < 0;"
                                   f"create view Name as {numbers} 'x' as key, hnum, 0 as idx from t where hnum < 0;")
        self.package("endless", "%posttrans -n endless -p <lua>\n" + EXCHANGE, self.dir / "endless")
        text = (self.dir / "image.yaml").read_text().replace("[endless, bash, coreutils-single]", "[endless]")
        (self.dir / "image.yaml").write_text(text + "limits: {seconds: 5}\nscriptlet_deps: drop\n")
        self.assertEqual(self.build("out", code=1, options=()).stderr,
                         "rootlet: error: erasing packages from the RPM database takes too long: it was ended after 5 "
                         "seconds\nhint: if it needs more: limits: {seconds: 10}\n")

    def test_messages_without_end_are_an_error(self):
        self.package("flood", "%post -n flood -p <lua>\nlocal text = string.rep('x', 60000)\n"
                              "for i = 1, 1200 do rpm.expand('%%{warn:' .. text .. '}') end\n")
        done = self.build("out", code=1, options=())
        self.assertIn("rootlet: error: installing packages (the last was flood-1-1.noarch): the sandbox sent more than "
                      "67.1 MB of messages\n", done.stderr[-1000:])

    def test_a_test_without_end_is_named(self):
        self.distro_recipe(["bash"], "limits: {seconds: 2}\ntests: [{run: [bash, -c, 'while :; do :; done']}]\n")
        self.assertRegex(self.build("out", code=1, options=()).stderr,
                         r"image.yaml:\d+:\d+: test 'bash -c while :; do :; done' failed: 'bash' takes too long: it was "
                         r"ended after 2 seconds\nhint: if it needs more: limits: {seconds: 4}\nit printed nothing\n\Z")

    @unittest.skipUnless(os.access("/sys/fs/cgroup/pids/cgroup.procs", os.W_OK), "no cgroup to limit processes with")
    def test_a_fork_bomb_is_named(self):
        self.distro_recipe(["bash", "coreutils-single"], """\
            limits: {processes: 50}
            tests: [{run: [bash, -c, 'for i in {1..200}; do sleep 60 & done 2>/dev/null; exit 1']}]
            """)
        self.assertRegex(self.build("out", code=1, options=()).stderr,
                         r"failed: exit status 254; what it started: it takes more than 50 processes\nhint: if it needs more: limits: \{processes: 100, ")


@needs_distro
@needs_root
@needs("rpmbuild", "createrepo_c")
class Callers(Sandbox):
    """Whoever calls, the image is the same."""

    def setUp(self):
        super().setUp()
        self.package("notes", "%post -n notes\nuname -m >/srv/machine\ncat /proc/self/limits >/srv/limits\n"
                              "cd /srv; bash -c 'kill -SEGV $$' || :\n")

    def test_the_place_of_the_image(self):
        """Whatever lists mounts tells nothing of it. (The numbers of mounts and file systems are the kernel's.)"""
        subprocess.run(["rm", "-rf", self.dir / "repo"], check=True)
        self.package("notes", "%post -n notes\ncat /proc/self/mountinfo >/srv/shell\n"
                              "%pre -n notes -p <lua>\nlocal out = io.open('/lua', 'w')\n"
                              "for line in io.lines('/proc/self/mountinfo') do out:write(line, '\\n') end\nout:close()\n")
        found = []
        for name in ("a", "somewhere/else"):
            (self.dir / name).mkdir(parents=True)
            self.build(f"{name}/root")
            for path in ("srv/shell", "lua"):
                lines = (self.dir / name / "root" / path).read_text().splitlines()
                found.append([line.split(" ", 3)[3] for line in lines])
        self.assertEqual(found[1:], found[:1] * 3)
        self.assertIn("/ /proc ", "\n".join(found[0]))
        self.assertNotIn(".root.rootlet-", "\n".join(found[0]))

    def test_signals_descriptors_and_environment(self):
        usual = self.digest("usual", env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})

        def close(*descriptors):
            for descriptor in descriptors:
                os.close(descriptor)
        bare = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": "1700000000"}
        for number, start in enumerate((lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN), lambda: close(0, 2),
                                        lambda: close(2), lambda: close(0, 1, 2))):
            with self.subTest(number=number):
                self.assertEqual(self.digest(f"out{number}", env=bare, preexec_fn=start), usual)

    @not_sanitized
    def test_resource_limits(self):
        """The caller's soft limits are not handed on, and no core is left behind."""
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        low = {resource.RLIMIT_CORE: 0, resource.RLIMIT_STACK: 1 << 20, resource.RLIMIT_CPU: 90,
               resource.RLIMIT_FSIZE: 1 << 30, resource.RLIMIT_DATA: 4 << 30, resource.RLIMIT_AS: 8 << 30,
               resource.RLIMIT_MEMLOCK: 0, resource.RLIMIT_NPROC: 2000, resource.RLIMIT_SIGPENDING: 10,
               resource.RLIMIT_MSGQUEUE: 0}
        def set_soft(values):
            for number, value in values.items():
                resource.setrlimit(number, (value, resource.getrlimit(number)[1]))
        high = {number: resource.getrlimit(number)[1] for number in low}
        self.build("root", env=environment)
        self.assertRegex((self.dir / "root/srv/limits").read_text(), r"Max core file size +0 +0 ")
        self.assertEqual(sorted(path.name for path in (self.dir / "root/srv").iterdir()), ["limits", "machine"])
        usual = self.digest("usual", env=environment)
        for name, values in (("low", low), ("high", high)):
            with self.subTest(name):
                self.assertEqual(self.digest(name, env=environment, preexec_fn=lambda: set_soft(values)), usual)

    def test_standard_output_that_is_closed_is_an_error(self):
        done = subprocess.run([ROOTLET, "solve", "image.yaml", "--cache-dir", self.cache], cwd=self.dir, text=True,
                              stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1), timeout=100)
        self.assertEqual(done.returncode, 1)
        self.assertIn("rootlet: error: cannot write to standard output: Bad file descriptor\n", done.stderr)

    @needs("setarch")
    def test_the_execution_domain(self):
        with open(self.dir / "image.yaml", "a") as recipe:
            recipe.write("arch: x86_64\n")
        self.build("usual", options=("--format", "dir"))
        subprocess.run(["setarch", "i686", ROOTLET, "build", "--no-reuse", "-q", "image.yaml", "-o", "narrow", "--format", "dir",
                        "--cache-dir", self.cache], cwd=self.dir, check=True, timeout=100)
        self.assertEqual((self.dir / "narrow/srv/machine").read_text(), (self.dir / "usual/srv/machine").read_text())

    def test_a_clock_that_is_behind(self):
        epoch = {**os.environ, "SOURCE_DATE_EPOCH": str(int(time.time()) + 86400)}
        time.sleep(2)  # what the package itself brings is older
        first = self.digest("first", env=epoch)
        time.sleep(2)
        self.assertEqual(self.digest("second", env=epoch), first)


if __name__ == "__main__":
    main()
