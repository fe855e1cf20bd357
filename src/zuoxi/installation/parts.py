"""The six processes of a centre: how each is started, asked whether it is well, and stopped."""

from __future__ import annotations

import datetime
import http.client
import signal
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from zuoxi.installation import certificate as own_certificate
from zuoxi.installation import edge, identity, ports
from zuoxi.installation.postgres import Postgres
from zuoxi.installation.settings_file import bind_address
from zuoxi.platform.config import Settings
from zuoxi.telephony import engine

ORDER = ("postgres", "asterisk", "switchboard", "api", "worker", "edge")  # stopped the other way round
WORKER_ALIVE_SECONDS = 15.0
SIP_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """``prepare`` runs before each start; ``healthy`` asks the running process; ``flaw`` says what is wrong with one
    that runs and that only a new start mends (None: nothing); ``stop`` are signals with patience in seconds, tried in
    turn before SIGKILL."""

    name: str
    command: tuple[str, ...]
    folder: Path
    healthy: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    flaw: Callable[[], str | None] = lambda: None
    stop: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10.0),)


def cluster(settings: Settings) -> Postgres | None:
    """The embedded PostgreSQL of this installation; None when the settings name another server."""
    own = f"@127.0.0.1:{settings.ports.postgres}/" in settings.database.owner_dsn.get_secret_value()
    return Postgres(settings.data / "postgres" / "cluster", settings.ports.postgres) if own else None


def telephone_configuration(settings: Settings) -> engine.Configuration:
    """The engine's configuration that follows from the settings."""
    trunk = settings.trunk
    login = None
    if trunk.server and trunk.user and trunk.password:
        login = engine.Registration(trunk.server, trunk.user, trunk.password.get_secret_value())
    return engine.Configuration(
        folder=settings.folder("engine"),
        recordings=settings.folder("recordings") / "raw",
        http_port=settings.ports.asterisk_http,
        sip_port=settings.ports.sip,
        rtp_first=settings.ports.rtp_first,
        rtp_last=settings.ports.rtp_last,
        password=settings.ari.password.get_secret_value(),
        user=settings.ari.user,
        host=bind_address(settings.public.host),
        trunk_addresses=trunk.addresses,
        trunk_registration=login,
        trunk_outbound=trunk.calls_go_to,
        trunk_silence=trunk.silence,
        music=settings.folder("music"),
        tls=_tls(settings),
    )


def _tls(settings: Settings) -> engine.Tls | None:
    """SIP over TLS with the certificate that the settings name, else the pages' own, else a self-made one."""
    sip, public = settings.sip, settings.public
    if not sip.tls:
        return None
    certificate, key = sip.certificate or public.certificate, sip.key or public.key
    if certificate is None or key is None:
        now = datetime.datetime.now(datetime.UTC)
        certificate, key = own_certificate.ensure(settings.data / "edge", public.host, now)
    return engine.Tls(settings.ports.sip + 1, certificate, key, trunk=sip.trunk == "tls")


@dataclass(slots=True)
class Telephone:
    """The engine as a part. Its SIP port is its own, or another is found: ``move`` is given the old one, chooses
    another, writes it into the settings file and returns it. ``note`` is the file with the number of the engine's
    process."""

    installed: engine.Engine
    configuration: engine.Configuration
    note: Path
    move: Callable[[int], int]

    def part(self, folder: Path) -> Part:
        """How it is supervised."""
        return Part(
            "asterisk",
            tuple(engine.command(self.installed, self.configuration)),
            folder,
            lambda: engine.is_ready(self.configuration) and self._holds_sip(),
            environment=engine.ENVIRONMENT,
            prepare=self._prepare,
            flaw=self._flaw,
        )

    def _prepare(self) -> None:
        """Write the configuration, with another SIP port when ours was taken while no engine ran."""
        deadline = time.monotonic() + SIP_PATIENCE  # an engine that was killed holds its ports for a moment
        while not self._sip_is_free():
            if time.monotonic() > deadline:
                port, tls = self.move(self.configuration.sip_port), self.configuration.tls
                tls = tls and replace(tls, port=port + 1)
                self.configuration = replace(self.configuration, sip_port=port, tls=tls)
                break
            time.sleep(0.05)
        engine.write(self.installed, self.configuration)

    def _flaw(self) -> str | None:
        if not engine.is_ready(self.configuration) or self._holds_sip():
            return None  # not booted yet, or well
        return f"The telephone engine has no SIP: port {self.configuration.sip_port} is held by another program."

    def _holds_sip(self) -> bool:
        process = identity.read(self.note)
        return process is not None and engine.holds_sip(process.pid, self.configuration)

    def _sip_is_free(self) -> bool:
        places = engine.sip_places(self.configuration)
        return all(ports.is_free(each.port, each.host, udp=each.kind == "udp") for each in places)


def parts(settings: Settings, telephone: Telephone, pages: Path, environment: Mapping[str, str]) -> list[Part]:
    """The parts in the order they are started. ``environment`` is what the Python processes get."""
    made = []
    database = cluster(settings)
    if database is not None:
        made.append(
            Part(
                "postgres",
                tuple(database.command()),
                database.data,
                database.is_ready,
                stop=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
            )
        )
    made.append(telephone.part(settings.data))
    checks = {
        "switchboard": lambda: _answers(settings.ports.switchboard, "/desk/health"),
        "api": lambda: _answers(settings.ports.api, "/api/health"),
        "worker": lambda: _is_fresh(settings.folder("run") / "worker.alive"),
    }
    for name, check in checks.items():
        command = (sys.executable, "-m", f"zuoxi.{name}", "--data", str(settings.data))
        own = {**environment, "ZUOXI_DATA": str(settings.data)}
        made.append(Part(name, command, settings.data, check, environment=own))
    address = bind_address(settings.public.host)
    made.append(
        Part(
            "edge",
            tuple(edge.command(settings)),
            settings.data,
            lambda: _answers(settings.public.port, "/edge-health", address, secure=settings.public.scheme == "https"),
            environment={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            prepare=lambda: _write_edge(settings, address, pages),
            stop=((signal.SIGTERM, 5.0),),
        )
    )
    return made


def _write_edge(settings: Settings, address: str, pages: Path) -> None:
    edge.write(settings, address, pages)


def _answers(port: int, path: str, address: str = "127.0.0.1", *, secure: bool = False) -> bool:
    """Whether an HTTP server answers 200. The certificate is not judged: we only ask whether our own server lives."""
    connection: http.client.HTTPConnection
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(address, port, timeout=3, context=context)
    else:
        connection = http.client.HTTPConnection(address, port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < WORKER_ALIVE_SECONDS
    except OSError:
        return False
