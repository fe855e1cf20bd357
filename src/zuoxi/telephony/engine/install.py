"""Finds an Asterisk >= 22.4 on this machine, or unpacks one from Debian's next release into a folder of ours.

Debian 12 carries no Asterisk; Debian's next release does, on the same mirror. apt, pointed at a private and empty
state, resolves and verifies the whole closure down to the C library; the packages are unpacked side by side and run
by their own dynamic loader. The host's packages are neither used nor changed, and no rights are needed.

A folder holds ``sets/<version>/`` and ``current``, a link to the set in use. A new set is made aside, must pass a
smoke test, and only then replaces the link; so an interrupted or bad download leaves the last good set in use.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zuoxi.telephony.engine import apt_sources
from zuoxi.telephony.engine.prune import RECIPE, prune

MINIMUM = (22, 4)  # REST requests over the event WebSocket came with 22.4
SUITE = "forky"
PACKAGES = ("asterisk", "asterisk-modules", "asterisk-config")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
Say = Callable[[str], None]


class EngineInstallError(Exception):
    """No usable Asterisk could be had; the text says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An Asterisk that can be started: ``command`` is followed by Asterisk's own arguments."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: tuple[int, ...]

    @property
    def version_text(self) -> str:
        """Such as ``22.11.0``."""
        return ".".join(map(str, self.version))


def find(folder: Path, environment: Mapping[str, str] = os.environ) -> Engine | None:
    """The engine to use, without changing anything: ``ASTERISK=/path``, the machine's own if new enough, then ours.

    Raises EngineInstallError when ``ASTERISK`` names something that cannot be used.
    """
    named = environment.get("ASTERISK")
    if named:
        engine = _system_engine(Path(named))
        if engine is None or engine.version < MINIMUM:
            found = engine.version_text if engine else "nothing that runs"
            raise EngineInstallError(
                f"ASTERISK={named} is {found}; Zuoxi needs 22.4 or newer. Unset ASTERISK to let Zuoxi fetch one."
            )
        return engine
    for program in filter(None, (shutil.which("asterisk"), "/usr/sbin/asterisk")):
        engine = _system_engine(Path(program))
        if engine is not None and engine.version >= MINIMUM:
            return engine
    return _unpacked_engine(folder / "current")


def install(
    folder: Path, say: Say, *, smoke_test: Callable[[Engine], None] | None = None, refresh: bool = False
) -> Engine:
    """The engine to use, fetched into ``folder`` when the machine has none. ``say`` is told what takes time.

    ``smoke_test`` must raise when a freshly unpacked set is unfit. ``refresh`` looks for a newer 22.x; when that fails
    the last good set stays in use. Several callers may share one folder: a file lock lets one of them work.
    """
    engine = find(folder)
    if engine is not None and not refresh:
        return engine
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / ".lock"):
        engine = find(folder)
        if engine is not None and not refresh:
            return engine
        try:
            return _fetch(folder, say, smoke_test)
        except (EngineInstallError, OSError, subprocess.SubprocessError) as problem:
            if engine is not None:
                say(f"Asterisk {engine.version_text} stays in use: {problem}")
                return engine
            if isinstance(problem, EngineInstallError):
                raise
            raise EngineInstallError(f"Asterisk could not be installed into {folder}: {problem}") from problem


def _system_engine(program: Path) -> Engine | None:
    if not os.access(program, os.X_OK):
        return None
    version = _ask_version((str(program),))
    if version is None:
        return None
    root = program.resolve().parent.parent
    modules = [
        *root.glob("lib/*/asterisk/modules"),
        *root.glob("lib/asterisk/modules"),
        *root.glob("lib64/asterisk/modules"),
    ]
    data = [each for each in (root / "share/asterisk", Path("/var/lib/asterisk")) if (each / "documentation").is_dir()]
    if not modules or not data:
        return None
    return Engine((str(program),), modules[0], data[0], version)


def _unpacked_engine(root: Path) -> Engine | None:
    program = root / "usr/sbin/asterisk"
    loaders = list((root / "usr/lib").glob("*/ld-linux-*.so.*")) or list((root / "usr/lib").glob("*/ld64.so.*"))
    try:
        recipe = (root / "recipe").read_text()
    except OSError:
        return None
    if not program.is_file() or not loaders or recipe != RECIPE:
        return None
    root = root.resolve()  # a running engine keeps its own set when the link moves on
    libraries = root / loaders[0].parent.relative_to(loaders[0].parents[3])
    command = (
        str(libraries / loaders[0].name), "--library-path", str(libraries), "--argv0", "asterisk",
        str(root / "usr/sbin/asterisk"),
    )  # fmt: skip
    version = _ask_version(command)
    if version is None:
        return None
    return Engine(command, libraries / "asterisk/modules", root / "usr/share/asterisk", version)


def _ask_version(command: tuple[str, ...]) -> tuple[int, ...] | None:
    try:
        asked = subprocess.run(
            [*command, "-V"], capture_output=True, text=True, check=False, timeout=20, env={"LANG": "C.UTF-8"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Asterisk (?:\D*?)(\d+)\.(\d+)(?:\.(\d+))?", asked.stdout)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, say: Say, smoke_test: Callable[[Engine], None] | None) -> Engine:
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise EngineInstallError(
                f"This system has no {program}, so Zuoxi cannot fetch Asterisk. "
                "Install Asterisk 22.4 or newer yourself and start with ASTERISK=/path/to/asterisk."
            )
    if not KEYRING.exists():
        raise EngineInstallError(f"{KEYRING} is missing: install the package debian-archive-keyring.")
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        say(f"Fetching Asterisk 22 from Debian {SUITE} on this machine's own mirror")
        archives = _download(work)
        say(f"Unpacking {len(archives)} packages")
        unpacked, partial = work / "root", work / "set"
        unpacked.mkdir()
        for archive in archives:
            subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True, capture_output=True)
        prune(unpacked, partial)
        (partial / "recipe").write_text(RECIPE)
        engine = _unpacked_engine(partial)
        if engine is None:
            raise EngineInstallError("The unpacked Asterisk does not run on this machine.")
        if not (MINIMUM <= engine.version < (23,)):
            raise EngineInstallError(
                f"Debian {SUITE} carries Asterisk {engine.version_text}; Zuoxi knows 22.4 to 22.x."
            )
        if smoke_test is not None:
            say(f"Trying Asterisk {engine.version_text}")
            smoke_test(engine)
        place = folder / "sets" / f"{engine.version_text}-{RECIPE}"
        place.parent.mkdir(exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
        link = folder / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(place.relative_to(folder))
        link.replace(folder / "current")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    installed = _unpacked_engine(folder / "current")
    if installed is None:
        raise EngineInstallError(f"The installed Asterisk in {place} does not run.")
    return installed


def _download(work: Path) -> list[Path]:
    """Resolve and download the closure with a private, empty apt state. Every candidate mirror is tried in turn."""
    problems = []
    try:
        sources = apt_sources.known_sources(work)
    except apt_sources.SourcesError as problem:
        raise EngineInstallError(f"apt on this machine does not work: {problem}. Mend it and start again.") from problem
    for mirror in apt_sources.debian_mirrors(sources):
        state = work / "apt"
        shutil.rmtree(state, ignore_errors=True)
        for each in ("lists/partial", "cache/archives/partial", "empty"):
            (state / each).mkdir(parents=True)
        (state / "status").touch()
        (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror.uri} {SUITE} main\n")
        (state / "apt.conf").write_text(_apt_configuration(state))
        environment = os.environ | {"APT_CONFIG": str(state / "apt.conf"), "LANG": "C.UTF-8", "TMPDIR": str(work)}
        for arguments in (
            ("update",),
            ("--yes", "--download-only", "install", *PACKAGES),
        ):
            done = subprocess.run(
                ["apt-get", "-qq", *arguments], capture_output=True, text=True, check=False, env=environment, cwd=work
            )
            if done.returncode != 0:
                problems.append(
                    f"{mirror.uri}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}"
                )
                break
        else:
            return sorted((state / "cache/archives").glob("*.deb"))
    reason = "; ".join(problems) or "apt knows no Debian source with the component main"
    raise EngineInstallError(
        f"Asterisk could not be fetched ({reason}). Check the network and this machine's apt sources, or install "
        "Asterisk 22.4 or newer yourself and start with ASTERISK=/path/to/asterisk."
    )


def _apt_configuration(state: Path) -> str:
    """A configuration that shares nothing with the host's but how to reach the network (proxies, certificates)."""
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False).stdout
    network = [line for line in dumped.splitlines() if re.match(r"Acquire::(https?|Retries|ForceIPv)", line)]
    return "\n".join(
        [
            *network,
            f'Dir::State "{state}"; Dir::State::lists "{state}/lists"; Dir::State::status "{state}/status";',
            f'Dir::Cache "{state}/cache"; Dir::Etc::sourcelist "{state}/sources.list";',
            f'Dir::Etc::sourceparts "{state}/empty"; Dir::Etc::parts "{state}/empty"; Dir::Etc::main "{state}/none";',
            f'Dir::Etc::preferences "{state}/none"; Dir::Etc::preferencesparts "{state}/empty";',
            f'Dir::Etc::trusted "{state}/none"; Dir::Etc::trustedparts "{state}/empty"; Dir::Log "{state}";',
            'APT::Install-Recommends "false"; APT::Install-Suggests "false"; APT::Sandbox::User "";',
            'Debug::NoLocking "true"; Acquire::Languages "none"; Acquire::Retries "3";',
            # the suite is in preparation and its release file may be past its date; its signature is still checked
            'Acquire::Check-Valid-Until "false"; APT::Get::AllowUnauthenticated "false";',
            'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";',
            'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
            "",
        ]
    )
