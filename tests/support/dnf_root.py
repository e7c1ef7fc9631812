"""A root as people make it today: with `dnf --installroot`."""
import os
import subprocess


def dnf_root(test, repos, specs, releasever="7"):
    """Installs into a directory of the test's own; `repos`: id -> path. Returns the root."""
    root = test.dir / "dnf"
    home = test.dir / "home"
    home.mkdir()
    # No locales, as in rootlet; Debian's rpm keeps its database in the home directory otherwise.
    (home / ".rpmmacros").write_text("%_install_langs %{nil}\n%_dbpath /var/lib/rpm\n")
    command = ["dnf", "-q", "-y", f"--installroot={root}", f"--releasever={releasever}", "--nodocs", "--nogpgcheck",
               "--setopt=reposdir=", "--setopt=install_weak_deps=False", f"--setopt=cachedir={test.dir}/dnfcache"]
    for name, path in repos.items():
        command += [f"--repofrompath={name},file://{path}", f"--repo={name}"]
    done = subprocess.run([*command, "install", *specs], capture_output=True, text=True,
                          env={**os.environ, "HOME": str(home)}, stdin=subprocess.DEVNULL, timeout=300)
    test.assertEqual(done.returncode, 0, done.stdout + done.stderr)
    return root
