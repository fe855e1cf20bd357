"""The command line behind the ``zuoxi`` script."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from zuoxi.installation import account, control, settings_file, start, suite, words
from zuoxi.installation.account import AccountError
from zuoxi.installation.settings_file import SettingsFileError, Wishes
from zuoxi.platform.config import FILE_NAME, Settings, SettingsError
from zuoxi.telephony import engine

APPLICATION = Path(__file__).resolve().parents[2]
ELSEWHERE = {"simulate": "zuoxi.simulation.command", "ring": "zuoxi.ring.command"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["test"]:
        return suite.run(Path(os.environ.get("ZUOXI_CLONE", APPLICATION)), given[1:], say)
    if given[:1] == ["bench"]:
        return _bench(given[1:])
    if given and given[0] in ELSEWHERE:
        return _elsewhere(ELSEWHERE[given[0]], given[0], given[1:])
    options = _parser().parse_args(given)
    try:
        return _run(options, given)
    except (AccountError, SettingsFileError, SettingsError, engine.EngineInstallError) as problem:
        say(str(problem))
        return 1
    except PermissionError as problem:
        say(f"{problem.filename} belongs to someone else. Run this as the user who started the centre, or as root.")
        return 1
    except KeyboardInterrupt:
        return 130


def say(text: str) -> None:
    """One line of progress, or a text of several lines, for the person at the terminal."""
    if words.language(os.environ) == "zh":
        text = words.in_chinese(text)
    with contextlib.suppress(OSError):  # a closed terminal or a full disk behind it: the centre goes on
        print(text if "\n" in text else f"· {text}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zuoxi", description="Zuoxi 坐席: a contact centre.")
    commands = parser.add_subparsers(dest="command", required=True)
    folder = argparse.ArgumentParser(add_help=False)
    default = Path(os.environ.get("ZUOXI_DATA", APPLICATION / "data"))
    folder.add_argument("--data", type=Path, default=default, help="the centre's data folder (default: %(default)s)")
    up = commands.add_parser("up", parents=[folder], help="start a centre")
    up.add_argument("--port", type=int, help="port of the page")
    up.add_argument("--no-demo", action="store_true", help="an empty centre (first start only)")
    up.add_argument("--host", metavar="ADDRESS", help="address of this machine that others reach it at; https")
    up.add_argument("--certificate", type=Path, help="certificate (PEM) for that address")
    up.add_argument("--key", type=Path, help="its key (PEM)")
    up.add_argument("--demo-logins-on-public", action="store_true", default=None, help="let demo logins in there")
    up.add_argument("--trunk", action="append", metavar="ADDRESS", help="address or network that calls come from")
    up.add_argument("--detach", action="store_true", help="leave it running in the background")
    commands.add_parser("down", parents=[folder], help="stop what up started")
    status = commands.add_parser("status", parents=[folder], help="what runs")
    status.add_argument("--json", action="store_true")
    logs = commands.add_parser("logs", parents=[folder], help="what a part said")
    logs.add_argument("part", metavar="PART", help=", ".join(control.LOGS))
    logs.add_argument("-f", "--follow", action="store_true")
    telephone = commands.add_parser("engine", parents=[folder], help="the telephone engine in use")
    telephone.add_argument("--refresh", action="store_true", help="look for a newer Asterisk 22")
    return parser


def _run(options: argparse.Namespace, given: Sequence[str]) -> int:
    data: Path = options.data.absolute()
    if options.command == "up":
        wrong = _mistake(options, data)
        if wrong is not None:
            say(wrong)
            return 2
    if os.geteuid() == 0:
        _continue_unprivileged(options, data, given)
    if data.exists() and not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "closed", str(data))
    if options.command == "up":
        return _up(options, data)
    if options.command == "down":
        return control.down(data, say)
    if options.command == "status":
        return _status(data, as_json=options.json)
    if options.command == "logs":
        return control.show_log(data, options.part, sys.stdout.write, follow=options.follow)
    found = engine.install(_runtime() / "engine", say, smoke_test=engine.smoke_test(), refresh=options.refresh)
    say(f"Asterisk {found.version_text}: {found.command[-1]}")
    return 0


def _mistake(options: argparse.Namespace, data: Path) -> str | None:
    """What is wrong with the wishes of ``up``; said before anything is made, so that nothing unfinished is left.
    Raises SettingsFileError."""
    if (options.certificate is None) != (options.key is None):
        return "--certificate and --key go together."
    for file in (options.certificate, options.key):
        if file is not None and not file.is_file():
            return f"There is no file {file}."
    address = settings_file.bind_address(options.host or "127.0.0.1")
    if options.port is not None and not (data / FILE_NAME).exists():
        settings_file.check_public_port(options.port, address)
    return None


def _up(options: argparse.Namespace, data: Path) -> int:
    if options.detach:
        return _detach(data)
    wishes = Wishes(
        port=options.port,
        host=options.host,
        certificate=options.certificate and options.certificate.absolute(),
        key=options.key and options.key.absolute(),
        demo=not options.no_demo,
        demo_logins_public=options.demo_logins_on_public,
        trunk=options.trunk and tuple(options.trunk),
    )
    return start.up(start.Places(data, _runtime(), APPLICATION), wishes, say)


def _detach(data: Path) -> int:
    """Run the same command without --detach in a session of its own, and show what it says until it is ready."""
    if control.state(data)["phase"] not in ("stopped", "unsupervised"):
        return start.already_running(data, say)  # its log goes on
    (data / "logs").mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        (data / "run" / "state.json").unlink(missing_ok=True)
    again = [each for each in sys.argv[1:] if each != "--detach"]
    (data / "logs" / "supervisor.log").write_bytes(b"")
    with (data / "logs" / "supervisor.log").open("ab") as log:  # O_APPEND: it may be cut short while we write on
        child = subprocess.Popen(
            [sys.executable, "-m", "zuoxi.cli", *again], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    ready = start.wait_until_ready(data, lambda: child.poll() is None, sys.stdout.write)
    sys.stdout.flush()
    return 0 if ready else child.wait()


def _status(data: Path, *, as_json: bool) -> int:
    found = control.state(data)
    address = None
    with contextlib.suppress(SettingsError):
        address = Settings.read(data).public.origin + "/"
    if as_json:
        print(json.dumps({**found, "address": address}, indent=2))
    else:
        print(control.status_text(found, address))
    well = all(part["healthy"] for part in found["parts"].values() if part["running"] or found["phase"] == "ready")
    return 0 if found["phase"] == "ready" and well else 3


def _continue_unprivileged(options: argparse.Namespace, data: Path, given: Sequence[str]) -> None:
    """As root: make ready what only root can, then become the unprivileged account for good. Does not return."""
    name = account.ensure()
    assert name is not None
    arguments = list(given)
    if options.command == "up":
        _prepare_data(data, name)
        for option, file in (("--certificate", options.certificate), ("--key", options.key)):
            if file is not None and file.is_file():
                # a key that only root may read: the edge gets a copy of its own
                copy = data / "edge" / ("given.pem" if option == "--certificate" else "given.key")
                copy.parent.mkdir(exist_ok=True)
                account.give(copy.parent, name)
                copy.unlink(missing_ok=True)
                copy.touch(mode=0o600)
                copy.write_bytes(file.read_bytes())
                account.give(copy, name)
                arguments = _replaced(arguments, option, str(copy))
    capabilities = []
    if (options.command == "up" and options.port and options.port < 1024) or _privileged_port(data):
        capabilities = ["--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service"]
    engine.raise_file_limit()
    os.environ |= {"HOME": str(data), "ZUOXI_ACCOUNT": name}
    os.chdir("/")
    arguments = _replaced(arguments, "--data", str(data))
    program = shutil.which("setpriv") or "/usr/bin/setpriv"
    os.execv(  # noqa: S606 (no shell is wanted)
        program,
        [program, f"--reuid={name}", f"--regid={name}", "--clear-groups", *capabilities, "--", sys.executable, "-m",
         "zuoxi.cli", *arguments],
    )  # fmt: skip


def _prepare_data(data: Path, name: str) -> None:
    if data.exists() and any(data.iterdir()) and not (data / FILE_NAME).exists() and not (data / "run").is_dir():
        raise SettingsFileError(f"{data} holds files that are not Zuoxi's. Choose an empty folder by --data.")
    data.mkdir(parents=True, exist_ok=True)
    if data.stat().st_uid == 0:
        account.give(data, name, whole=True)
    if not account.can_reach(data, name):
        raise SettingsFileError(
            f"The account {name}, which the parts run under, cannot reach {data}: a folder above it is closed. "
            "Choose another, such as --data /var/lib/zuoxi/centre."
        )


def _privileged_port(data: Path) -> bool:
    with contextlib.suppress(SettingsError):
        return Settings.read(data).public.port < 1024
    return False


def _replaced(arguments: Sequence[str], option: str, value: str) -> list[str]:
    """The arguments with ``option VALUE`` (or ``option=VALUE``) taken out and appended with the new value."""
    kept = []
    skip = False
    for each in arguments:
        if skip:
            skip = False
        elif each == option:
            skip = True
        elif not each.startswith(f"{option}="):
            kept.append(each)
    return [*kept, option, value]


def _runtime() -> Path:
    return Path(os.environ.get("ZUOXI_RUNTIME", APPLICATION / ".zuoxi"))


def _bench(arguments: Sequence[str]) -> int:
    name = arguments[0] if arguments and not arguments[0].startswith("-") else ""
    known = "acd, floor, routing, desk"
    if not name:
        say(f"Which benchmark? ./zuoxi bench NAME [--json]; there are: {known}")
        return 2
    return _elsewhere(f"zuoxi.benchmarks.{name}", f"bench {name}", arguments[1:])


def _elsewhere(module: str, command: str, arguments: Sequence[str]) -> int:
    """Hand a command over to its own module's ``main(argv)``."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None:
        say(f"There is no ./zuoxi {command} here. ./zuoxi --help lists the commands.")
        return 2
    return int(importlib.import_module(module).main(list(arguments)) or 0)


if __name__ == "__main__":
    raise SystemExit(main())
