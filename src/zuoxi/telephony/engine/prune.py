"""What of the unpacked packages an engine needs: a set of 65 MB instead of several hundred."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

RECIPE = "2"  # a set that was pruned by other rules is made anew
# Modules that we never load and that would pull tens of megabytes of libraries into the set.
UNWANTED = re.compile(
    r"chan_(iax2|unistim|console|motif|dahdi|alsa|oss|mobile|skinny|sip)|res_(xmpp|snmp|calendar.*|config_.*|hep.*|adsi"
    r"|phoneprov|http_post|odbc.*|corosync|resolver_unbound)|pbx_(dundi|lua|ael)|app_(jack|festival|minivm|voicemail.*"
    r"|adsiprog|getcpeid|test|meetme|dahdi.*|flash|mp3)|(cdr|cel)_.*|codec_(codec2|dahdi|lpc10)|func_odbc|format_ogg.*"
    r"|test_.*"
)


def prune(unpacked: Path, place: Path) -> None:
    """Copy what the engine needs: program, wanted modules, the libraries they are linked with, its documentation."""
    modules = next((unpacked / "usr/lib").glob("*/asterisk/modules"))
    libraries = modules.parents[1]
    loader = next(iter([*libraries.glob("ld-linux-*.so.*"), *libraries.glob("ld64.so.*")]))
    to = place / libraries.relative_to(unpacked)
    (to / "asterisk/modules").mkdir(parents=True)
    (place / "usr/sbin").mkdir(parents=True)
    shutil.copy2(unpacked / "usr/sbin/asterisk", place / "usr/sbin/asterisk")
    shutil.copy2(loader, to / loader.name)
    wanted = [each for each in modules.glob("*.so") if not UNWANTED.fullmatch(each.stem)]
    needed: set[str] = set()
    # NSS, which encrypts browsers' audio, opens these by name: no link table lists them
    opened = [each for pattern in ("libsoftokn3*", "libfreebl*") for each in libraries.rglob(pattern)]
    for binary in (unpacked / "usr/sbin/asterisk", *(each for each in opened if each.suffix == ".so"), *wanted):
        listed = subprocess.run(
            [str(loader), "--library-path", str(libraries), "--list", str(binary)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "not found" in listed.stdout or listed.returncode != 0:
            continue  # a module whose library is only recommended: it could not be loaded anyway
        needed |= set(re.findall(r"=> (/\S+)", listed.stdout))
        if binary.parent == modules:
            shutil.copy2(binary, to / "asterisk/modules" / binary.name)
    for library in [*map(Path, needed), *opened]:
        shutil.copy2(library, to / library.name)
    for part in ("documentation", "rest-api"):
        source, target = unpacked / "usr/share/asterisk" / part, place / "usr/share/asterisk" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
    for needless in ("sounds", "moh", "static-http", "phoneprov", "keys"):
        (place / "usr/share/asterisk" / needless).mkdir(parents=True, exist_ok=True)
