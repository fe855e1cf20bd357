"""``zuoxi up``: everything from an empty folder to a running centre, and then watching over it."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zuoxi.installation import certificate, edge, parts, postgres, settings_file
from zuoxi.installation.ports import Reservations
from zuoxi.installation.postgres import ROLES, PostgresError
from zuoxi.installation.processes import end_leftovers
from zuoxi.installation.settings_file import SettingsFileError, Wishes
from zuoxi.installation.supervisor import AlreadyRunning, PartFailed, StopRequested, Supervisor
from zuoxi.platform.config import Settings, SettingsError
from zuoxi.telephony import engine

LEAST_FREE_BYTES = 500_000_000
FOLDERS = ("run", "logs", "journal", "recordings", "recordings/raw", "prompts", "music", "edge", "postgres")
EXPECTED = (
    engine.EngineInstallError, engine.EngineError, PostgresError, SettingsFileError, SettingsError, PartFailed,
    edge.EdgeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """``application`` holds src/, migrations/ and web/dist; ``runtime`` what is shared between centres of a clone."""

    data: Path
    runtime: Path
    application: Path


def up(places: Places, wishes: Wishes, say: Callable[[str], None]) -> int:
    """Bring the centre up and watch over it until Ctrl-C, SIGTERM or ``zuoxi down``. Returns the exit code."""
    data = places.data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)  # recordings and customers are in it
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE_BYTES:
        say(f"Only {free // 1_000_000} MB are free on the disk of {data}; Zuoxi needs 500 MB. Make room first.")
        return 1
    for name in FOLDERS:
        (data / name).mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(data / "run", data / "logs", say)
    try:
        supervisor.acquire()
    except AlreadyRunning:
        return already_running(data, say)

    def ask_to_stop(*_: object) -> None:
        supervisor.stop_requested = True

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, ask_to_stop)
    try:
        with contextlib.ExitStack() as held:
            reserved = held.enter_context(Reservations())
            settings = _settle(supervisor, places, wishes, reserved)
            _start_all(supervisor, settings, places, reserved)
            settings = Settings.read(data)
            say(welcome(settings, administered=_is_administered(settings)))
            supervisor.ready()  # after it was said: whoever waits for this shows what was said until then
            while not supervisor.stop_requested:
                supervisor.watch(2.0)
    except StopRequested:
        pass
    except EXPECTED as problem:
        say(str(problem))
        supervisor.stop()
        return 1
    except OSError as problem:
        say(_disk_sentence(problem, data))
        supervisor.stop()
        return 1
    except BaseException:
        supervisor.stop()
        raise
    supervisor.stop()
    say("Stopped.")
    return 0


def _settle(supervisor: Supervisor, places: Places, wishes: Wishes, reserved: Reservations) -> Settings:
    """Settings for this start: as they are when parts of it still run, else with ports that are free now."""
    data = places.data
    content = settings_file.load(data)
    if supervisor.leftovers() and (content is None or settings_file.changes(content, wishes)):
        ended = end_leftovers(supervisor.run, parts.ORDER)
        supervisor.say(f"Ended what an earlier run left: {', '.join(ended)}")
    if content is None:
        supervisor.say(f"A new centre in {data}")
        account = os.environ.get("ZUOXI_ACCOUNT")
        content = settings_file.first(wishes, account)
    if not supervisor.leftovers():
        content = settings_file.settle(content, wishes, reserved)
        if content["public"]["scheme"] == "https" and "certificate" not in content["public"]:
            content["public"] |= _self_made(data, content["public"]["host"])
        settings_file.write(data, content)
    settings = Settings.read(data)
    reserved.take(settings.ports.rtp_first, ("127.0.0.1",))  # the other ports of parts that still run are listened on
    if settings.public.certificate and settings.public.certificate.name == "self-made.pem":
        _self_made(data, settings.public.host)  # renews it in time
    return settings


def _self_made(data: Path, host: str) -> dict[str, str]:
    pem, key = certificate.ensure(data / "edge", host, datetime.datetime.now(datetime.UTC))
    return {"certificate": str(pem), "key": str(key)}


def _start_all(supervisor: Supervisor, settings: Settings, places: Places, reserved: Reservations) -> None:
    installed = engine.install(places.runtime / "engine", supervisor.say, smoke_test=engine.smoke_test())
    supervisor.check()

    configuration = parts.telephone_configuration(settings)

    def move_sip(old: int) -> int:
        hosts = {each.host for each in engine.sip_places(configuration)}
        port = settings_file.another_sip_port(settings.data, hosts, reserved)
        supervisor.note(
            "asterisk",
            f"Port {old} is another program's: SIP is on port {port} now. "
            "The trunk's provider and desk phones must be told.",
        )
        supervisor.renew("switchboard")  # it tells the phones the port
        return port

    telephone = parts.Telephone(installed, configuration, supervisor.run / "asterisk.process", move_sip)
    environment = _python_environment(places)
    pages = places.application / "web" / "dist"
    wanted = {part.name: part for part in parts.parts(settings, telephone, pages, environment)}
    database = parts.cluster(settings)
    if database is not None:
        if not (database.data / "PG_VERSION").exists():
            supervisor.say("Making the database")
        database.init()
        supervisor.start(wanted.pop("postgres"))
        supervisor.wait_healthy(["postgres"])
        dsns = settings.database
        secret = (each.get_secret_value() for each in (dsns.owner_dsn, dsns.app_dsn, dsns.narrow_dsn))
        database.create_roles({role: postgres.password_in(dsn) for role, dsn in zip(ROLES, secret, strict=True)})
    python = (sys.executable, "-m")
    folder = ("--data", str(settings.data))
    supervisor.run_step("migrate", (*python, "zuoxi.platform.migrate", *folder), environment)
    filled = settings.data / "run" / "demo-filled"
    if settings.installation.demo and not filled.exists():
        supervisor.say("Filling the demo centre")
        supervisor.run_step("demo", (*python, "zuoxi.demo", *folder), environment)
        filled.touch()
    spoken = settings.data / "run" / "prompts-spoken"
    if not spoken.exists():
        supervisor.say("Speaking the prompts, in Mandarin and English")
        supervisor.run_step("prompts", (*python, "zuoxi.lines", *folder), environment)
        spoken.touch()
    for part in wanted.values():
        supervisor.check()
        supervisor.start(part)
    supervisor.wait_healthy(list(wanted))


def _python_environment(places: Places) -> dict[str, str]:
    return {
        "PYTHONPATH": str(places.application / "src"),
        "PYTHONUNBUFFERED": "1",
        "ZUOXI_RUNTIME": str(places.runtime),
        "ZUOXI_APPLICATION": str(places.application),
    }


def _is_administered(settings: Settings) -> bool:
    """Whether the first administrator exists; False when the API does not say so."""
    try:
        address = f"http://127.0.0.1:{settings.ports.api}/api/first-administrator"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return json.load(answer)["missing"] is False
    except (OSError, ValueError, KeyError):
        return False


def welcome(settings: Settings, *, administered: bool) -> str:
    """What a person sees when everything answers; the one-time secret only while it is of use."""
    lines = ["", f"Zuoxi 坐席 is running:  {settings.public.origin}/", ""]
    if settings.public.scheme == "https" and settings.public.certificate is not None:
        lines += [f"  certificate (SHA-256)  {certificate.fingerprint(settings.public.certificate)}", ""]
    logins = _demo_logins(settings.data)
    if logins and (settings.public.local_only or settings.installation.demo_logins_public):
        wide = max(len(each["login"]) for each in logins)
        lines += ["Demo logins 演示账号:"]
        lines += [f"  {each['login']:<{wide}}  {each['password']}  {each.get('title', '')}" for each in logins]
    elif logins:
        lines += ["The demo logins are refused on an address that other machines reach;"]
        lines += ["./zuoxi up --demo-logins-on-public lets them in."]
    elif not administered:
        secret = settings.secrets.first_administrator.get_secret_value()
        lines += ["The first administrator is made once, on /first-administrator, with this secret:", f"  {secret}"]
    lines += ["", f"SIP (trunk and phones): udp port {settings.ports.sip}.  Data: {settings.data}", ""]
    return "\n".join(lines)


def _demo_logins(data: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads((data / "demo-logins.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    listed = found.get("logins", []) if isinstance(found, Mapping) else found
    return [each for each in listed if isinstance(each, dict) and "login" in each and "password" in each]


def already_running(data: Path, say: Callable[[str], None]) -> int:
    """Say that this centre runs, and where; the exit code of that."""
    try:
        address = Settings.read(data).public.origin + "/"
    except SettingsError:
        address = "being set up"
    say(f"This centre runs already: {address}  (./zuoxi status, ./zuoxi down)")
    return 0


def _disk_sentence(problem: OSError, data: Path) -> str:
    if problem.errno == 28:
        return f"The disk is full: make room on the disk of {data} and start again."
    return f"{problem.strerror}: {problem.filename or ''}. Mend this and start again; nothing is lost."


def wait_until_ready(data: Path, child_alive: Callable[[], bool], show: Callable[[str], object]) -> bool:
    """Follow a supervisor that runs in the background until it is ready (True) or has ended (False)."""
    log, state = data / "logs" / "supervisor.log", data / "run" / "state.json"
    position = 0
    while True:
        alive = child_alive()
        if log.exists():
            with log.open("rb") as file:
                file.seek(position)
                text = file.read()
            position += len(text)
            if text:
                show(text.decode(errors="replace"))
        if not alive:
            return False
        with contextlib.suppress(OSError, ValueError):
            if json.loads(state.read_text())["phase"] == "ready" and position >= log.stat().st_size:
                return True
        time.sleep(0.1)
