"""Profiles that tests of an image write: containers of it run under them, and may do nothing else."""
import json
import shutil
import subprocess
import unittest

import runtimes
from harness import Case, main, needs, needs_data, needs_distro, needs_root, needs_time

try:
    import jsonschema
except ImportError:
    jsonschema = None

# linux.seccomp of the OCI runtime specification 1.2 (schema/config-linux.json, defs-linux.json), closed.
ACTIONS = ["SCMP_ACT_" + name for name in ("KILL", "KILL_PROCESS", "KILL_THREAD", "TRAP", "ERRNO", "TRACE", "ALLOW", "LOG", "NOTIFY")]
ARCHITECTURES = ["SCMP_ARCH_" + name for name in ("X86", "X86_64", "ARM", "AARCH64", "PPC64LE", "S390X", "RISCV64")]
SECCOMP = {
    "type": "object", "additionalProperties": False, "required": ["defaultAction", "defaultErrnoRet", "architectures", "syscalls"],
    "properties": {
        "defaultAction": {"enum": ACTIONS},
        "defaultErrnoRet": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
        "architectures": {"type": "array", "minItems": 1, "items": {"enum": ARCHITECTURES}},
        "syscalls": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["names", "action"],
            "properties": {"names": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string", "pattern": "^[a-z_0-9]+$"}},
                           "action": {"enum": ACTIONS}}}}}}

# Says of each call whether it is there, by the exit status: a bit for each that the kernel does not have (ENOSYS).
CALLS = """\
static long call(long number, long first) {
  long answer;
  __asm__ volatile("syscall" : "=a"(answer) : "a"(number), "D"(first), "S"(0L), "d"(0L) : "rcx", "r11", "memory");
  return answer;
}
void _start(void) {
  static const long numbers[] = {39 /* getpid */, 165 /* mount */, 272 /* unshare */, 101 /* ptrace */, 250 /* keyctl */,
                                 321 /* bpf */};
  long absent = 0;
  for (int i = 0; i < 6; ++i) absent |= (call(numbers[i], i == 3 ? 99 : 0) == -38) << i;
  call(231, absent);
}
"""
REFUSED = 0b111110

TESTS = """\
- start: true
  probe:
    - {http: {body: It works}}
    - {http: {path: /old, status: 301, headers: {location: {regex: "/new$"}}}}
    - {http: {path: /none, status: 404, body: Not Found}}
"""


WEIRD = "/srv/a {b},*[c]? ^@ \\ \" \n"


class Profiles(Case):
    def profile(self, image, tests):
        (self.dir / "tests.yaml").write_text(tests)
        self.run_rootlet("test", image, "tests.yaml", "-q", "--seccomp-profile", "seccomp.json")
        profile = self.json_file(self.dir / "seccomp.json")
        if jsonschema:
            jsonschema.validate(profile, SECCOMP)
        return profile

    def centos_7(self):
        self.el7_recipe(["httpd"], f"""\
            scriptlet_deps: drop
            image: {{entrypoint: [/usr/sbin/httpd, -DFOREGROUND], stop_signal: SIGWINCH}}
            files:
              - {{path: /etc/httpd/conf.d/test.conf, content: "ServerName localhost\\nRedirect 301 /old /new\\n"}}
              - {{path: /var/www/html/index.html, content: "<p>It works</p>"}}
            trim: untouched
            tests: {json.dumps([{'start': True, 'probe': [{'http': {}}, {'http': {'path': '/old', 'status': 301}},
                                                          {'http': {'path': '/none', 'status': 404}}]}])}
            """)
        self.run_rootlet("build", "el7.yaml", "-o", "image", "-q")

    def put_calls(self, root):
        """A program that makes calls which no profile of a server has."""
        (self.dir / "calls.c").write_text(CALLS)
        subprocess.run(["cc", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-O1", "-o", root / "calls",
                        self.dir / "calls.c"], check=True)

    def check_runtimes(self, image, profile, port, paths, statuses):
        """The image serves by each runtime under the profile, and a program beside it gets no other call."""
        bundle = runtimes.Bundle(self.dir / "bundle", image)
        self.put_calls(bundle.fresh)
        for runtime in runtimes.RUNTIMES:
            with self.subTest(runtime=runtime):
                why_not = runtimes.why_not(runtime, bundle)
                if why_not:
                    self.skipTest(why_not)
                for new_privileges in (False, True):
                    bundle.write(profile, no_new_privileges=not new_privileges)
                    with bundle.started(runtime) as (execute, name, pid):
                        self.assertEqual(runtimes.ask(pid, port, *paths), statuses)
                        self.assertTrue(runtimes.is_filtered(pid))
                        for user in ("0:0", "1001:1001"):
                            done = runtimes.run([*execute, "--user", user, name, "/calls"])
                            self.assertEqual((done.returncode, done.stderr), (REFUSED, ""), f"{runtime}, {user}")
                bundle.write()
                with bundle.started(runtime) as (execute, name, pid):
                    self.assertFalse(runtimes.is_filtered(pid))
                    self.assertEqual(runtimes.run([*execute, name, "/calls"]).returncode, 0, "without a profile they are there")


@needs_root
class AppArmor(Profiles):
    """Profiles for AppArmor are parsed here, and not enforced: that takes a kernel with AppArmor."""

    def apparmor(self, image, tests):
        (self.dir / "tests.yaml").write_text(tests)
        self.run_rootlet("test", image, "tests.yaml", "-q", "--apparmor-profile", "web 1.profile")
        text = (self.dir / "web 1.profile").read_text()
        if shutil.which("apparmor_parser"):
            self.assertEqual(self.parse("web 1.profile"), 0, text)
            (self.dir / "broken").write_text(text.replace("network", "netwrok"))
            self.assertNotEqual(self.parse("broken"), 0, "the parser looks at it")
        return text

    def parse(self, name):
        """Without loading it, and without includes."""
        return subprocess.run(["apparmor_parser", "--skip-kernel-load", "--skip-cache", self.dir / name], capture_output=True).returncode

    @needs_distro
    def test_the_test_distribution(self):
        self.distro_recipe(["httpd", "bash", "coreutils-single", "filesystem"], """\
            files: [{path: /var/www/html/index.html, content: "Hello\\n"}]
            image: {entrypoint: [/usr/sbin/httpd, -p, "80", -d, /var/www/html]}
            """)
        self.run_rootlet("build", "image.yaml", "-o", "image", "-q")
        tests = [{"start": True, "probe": {"http": {}}},
                 {"run": ["bash", "-c", "umask 022; echo x >/var/new; mkdir -p /srv; echo y >\"$0\"; rm \"$0\"; ls /etc", WEIRD]}]
        text = self.apparmor(self.dir / "image", json.dumps(tests))
        self.assertRegex(text, r"\Aprofile web-1 flags=\(attach_disconnected,mediate_deleted\) \{\n  capability ")
        for line in ("capability net_bind_service,", "network inet stream,", '"/usr/bin/bash" mrix,', '"/etc/" r,',
                     '"/var/new{,/**}" rwlk,', '"/var/www/html/index.html" r,',
                     r'"/srv/a \{b\}\,\*\[c\]\? \^\@ \\ \042 \012{,/}" rwlk,'):
            self.assertIn(f"\n  {line}\n", text)
        for path in ("/usr/bin/cat", "/etc/shadow"):
            self.assertNotIn(path, text)

    @needs_data
    @needs_time
    def test_centos_7(self):
        self.centos_7()
        text = self.apparmor(self.dir / "image", TESTS)
        for line in ("capability setgid,", "capability setuid,", "network inet stream,", '"/usr/sbin/httpd" mrix,',
                     '"/var/log/httpd/**" rwlk,', '"/run/httpd/**" rwlk,', '"/etc/httpd/conf.d/" r,', '"/usr/lib64/libc-*.so" mr,'):
            self.assertIn(f"\n  {line}\n", text)
        self.assertNotIn("/usr/sbin/suexec", text)


@needs_root
@needs("umoci", "nsenter", "cc")
class InRuntimes(Profiles):
    @needs_distro
    def test_the_test_distribution(self):
        self.distro_recipe(["httpd", "filesystem"], """\
            files: [{path: /var/www/html/index.html, content: "Hello\\n"}]
            image: {entrypoint: [/usr/sbin/httpd, -p, "8080", -d, /var/www/html]}
            """)
        self.run_rootlet("build", "image.yaml", "-o", "image", "-q")
        profile = self.profile(self.dir / "image", "- {start: true, probe: [{http: {port: 8080}}, {http: {port: 8080, path: /none, status: 404}}]}\n")
        self.check_runtimes(self.dir / "image", profile, 8080, ["/", "/none"], [200, 404])

    @needs_data
    @needs_time
    def test_centos_7(self):
        self.centos_7()
        profile = self.profile(self.dir / "image", TESTS)
        self.check_runtimes(self.dir / "image", profile, 80, ["/", "/old", "/none"], [200, 301, 404])

    @needs_data
    @needs_time
    @needs("podman", "crun")
    def test_centos_7_in_podman(self):
        """With its own capabilities; calls are made by a program that is copied into the container."""
        self.centos_7()
        self.profile(self.dir / "image", TESTS)
        self.put_calls(self.dir)
        storage = ["--root", self.dir / "storage", "--runroot", self.dir / "run", "--storage-driver=vfs"]
        podman = ["podman", *storage, "--runtime=crun", "--cgroup-manager=cgroupfs", "--log-level=error"]
        self.addCleanup(runtimes.run, [*podman, "rm", "--all", "--force"])
        identity = runtimes.run([*podman, "pull", "--quiet", f"oci:{self.dir}/image:latest"]).stdout.strip()
        limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096", "--network=none"]
        done = runtimes.run([*podman, "run", "--detach", "--name=web", *limits, "--security-opt", f"seccomp={self.dir}/seccomp.json", identity])
        if done.returncode:
            without = runtimes.run([*podman, "run", "--rm", *limits, identity, "/usr/sbin/httpd", "-v"])
            self.assertNotEqual(without.returncode, 0, done.stderr)
            self.skipTest("Podman does not work here: " + without.stderr)
        pid = runtimes.run([*podman, "inspect", "--format", "{{.State.Pid}}", "web"]).stdout.strip()
        self.assertEqual(runtimes.ask(pid, 80, "/", "/old", "/none"), [200, 301, 404])
        self.assertTrue(runtimes.is_filtered(pid))
        done = runtimes.run([*podman, "cp", self.dir / "calls", "web:/calls"])
        self.assertEqual(done.returncode, 0, done.stderr)
        done = runtimes.run([*podman, "exec", "web", "/calls"])
        self.assertEqual((done.returncode, done.stderr), (REFUSED, ""))
        done = runtimes.run([*podman, "stop", "--time=10", "web"])
        self.assertEqual(runtimes.run([*podman, "inspect", "--format", "{{.State.ExitCode}}", "web"]).stdout.strip(), "0")


if __name__ == "__main__":
    main()
