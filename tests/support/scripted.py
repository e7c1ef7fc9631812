"""Invented packages with scriptlets and triggers of every kind that the host's rpmbuild knows; each adds a line to /log
in the root: its kind and package, its arguments, and the files that a file trigger is told of."""
import re
import subprocess

PRIORITIES = ("", "-P 1", "-P 9999", "-P 10000", "-P 20000")


def rpm_version():
    """(4, 18) of "RPM version 4.18.0"."""
    text = subprocess.run(["rpm", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.search(r"(\d+)\.(\d+)", text).groups())


def lua(kind, name):
    """The body of a scriptlet: Lua needs nothing in the root."""
    return f"""\
local log = io.open("/log", "a")
log:write("{kind} {name} ", tostring(arg[2]), " ", tostring(arg[3]))
local file = rpm.next_file and rpm.next_file()
while file do
  log:write(" ", file)
  file = rpm.next_file()
end
log:write("\\n")
log:close()
"""


def section(kind, name, options="", target=""):
    return f"%{kind} -n {name} -p <lua> {options}{' -- ' + target if target else ''}\n{lua(kind, name)}"


def package(name, chance, others):
    """(what stands before %description, what stands after it): of a subpackage with some of all kinds."""
    tags = ""
    for kind in ("", "(pre)", "(post)", "(posttrans)", "(preun)", "(postun)"):
        if others and chance.random() < 0.25:
            tags += f"Requires{kind}: {chance.choice(others)}\n"
    scripts = ""
    for kind in ("pretrans", "pre", "post", "posttrans", "preun", "postun", "verifyscript"):
        if chance.random() < 0.6:
            scripts += section(kind, name)
    if rpm_version() >= (4, 19):
        for kind in ("preuntrans", "postuntrans"):
            if chance.random() < 0.6:
                scripts += section(kind, name)
    for kind in ("triggerprein", "triggerin", "triggerun", "triggerpostun"):
        if others and chance.random() < 0.4:
            scripts += section(kind, name, target=", ".join(chance.sample(others, min(2, len(others)))))
    for kind in ("filetriggerin", "filetriggerun", "filetriggerpostun", "transfiletriggerin", "transfiletriggerun",
                 "transfiletriggerpostun"):
        if chance.random() < 0.4:
            place = chance.choice(["/usr/share", *(f"/usr/share/{other}" for other in others)])
            scripts += section(kind, name, chance.choice(PRIORITIES), place)
    return tags, scripts


def build(folder, count, chance):
    """Builds p00, p01, … into the folder with rpmbuild, and makes it a repository. Returns their names."""
    names = [f"p{number:02}" for number in range(count)]
    spec = HEAD
    for name in names:
        tags, scripts = package(name, chance, [other for other in names if other != name])
        spec += f"%package -n {name}\nSummary: test\n{tags}%description -n {name}\ntest\n{scripts}" \
                f"%files -n {name}\n/usr/share/{name}\n"
    folder.mkdir()
    make(folder, spec, names)
    return names


HEAD = """\
Name: scripted
Version: 1
Release: 1
Summary: test
License: MIT
BuildArch: noarch
AutoReqProv: no
%define debug_package %{nil}
%define __os_install_post %{nil}
%description
test
"""


def make(folder, spec, names, program=None):
    """Builds the packages of a spec, each with a file of its own, the first one with the program, too, and makes their
    folder a repository."""
    spec += "%install\n" + "".join(f"mkdir -p %{{buildroot}}/usr/share/{name}\ntouch %{{buildroot}}/usr/share/{name}/file\n"
                                   for name in names)
    if program:
        spec = "%define _binaries_in_noarch_packages_terminate_build 0\n" + spec + \
               f"cp {program} %{{buildroot}}/usr/share/{names[0]}/\n"
    (folder / "scripted.spec").write_text(spec)
    done = subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", f"_rpmdir {folder}",
                           "--define", "_rpmfilename %%{NAME}.rpm", folder / "scripted.spec"],
                          capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "HOME": str(folder)})
    assert done.returncode == 0, done.stdout + done.stderr
    subprocess.run(["createrepo_c", "--quiet", folder], check=True)
