"""A root as people make it today: with `dnf --installroot`, DNF 4's or DNF 5's."""
import os
import subprocess


# Neither documentation nor signatures, each in its words.
WITHOUT = {"dnf": ["-q", "--nodocs", "--nogpgcheck"], "dnf5": ["-q", "--setopt=tsflags=nodocs", "--no-gpgchecks"]}


def dnf_root(test, repos, specs, releasever="7", dnf="dnf"):
    """Installs into a directory of the test's own; `repos`: id -> path; `dnf`: dnf (DNF 4) or dnf5. Returns the root."""
    root = test.dir / dnf
    home = test.dir / "home"
    home.mkdir(exist_ok=True)
    # No locales, as in rootlet; Debian's rpm keeps its database in the home directory otherwise; rpm 6 by itself refuses
    # packages without digests of today, such as CentOS 7's.
    (home / ".rpmmacros").write_text(
        "%_install_langs %{nil}\n%_dbpath /var/lib/rpm\n%_pkgverify_level none\n")
    command = [dnf, *WITHOUT[dnf], "-y", f"--installroot={root}", f"--releasever={releasever}", "--setopt=reposdir=",
               "--setopt=install_weak_deps=False", f"--setopt=cachedir={test.dir}/{dnf}cache"]
    for name, path in repos.items():
        command += [f"--repofrompath={name},file://{path}", f"--repo={name}"]
    done = subprocess.run([*command, "install", *specs], capture_output=True, text=True,
                          env={**os.environ, "HOME": str(home)}, stdin=subprocess.DEVNULL, timeout=300)
    test.assertEqual(done.returncode, 0, done.stdout + done.stderr)
    return root
