"""updateinfo.xml of invented advisories."""


def update(name, packages, kind="security", severity="Important", date="2026-01-02 10:00:00", cves=(), title=None,
           modules=(), more=""):
    """An <update>; packages: (name, evr, arch), or a whole element."""
    parts = ""
    for one in packages:
        if isinstance(one, str):
            parts += one
            continue
        epoch, _, rest = one[1].rpartition(":")
        version, release = rest.split("-")
        parts += (f'<package name="{one[0]}" epoch="{epoch or 0}" version="{version}" release="{release}" arch="{one[2]}">'
                  f'<filename>x.rpm</filename></package>')
    modules = "".join(f'<module name="{m[0]}" stream="{m[1]}" version="1" context="{m[2]}" arch="x86_64"/>' for m in modules)
    references = "".join(f'<reference href="https://example.com/{c}" id="{c}" type="cve" title="{c}"/>' for c in cves)
    return (f'<update from="x" status="final" type="{kind}" version="1"><id>{name}</id><title>{title or name + " title"}</title>'
            f'<severity>{severity}</severity><issued date="{date}"/>{more}<references>{references}</references>'
            f'<pkglist><collection short="c"><name>c</name>{modules}{parts}</collection></pkglist></update>')


def updates(*all_of):
    return "<updates>" + "".join(all_of) + "</updates>"
