"""Starts, asks and stops an Asterisk of ours."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import pwd
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zuoxi.telephony.engine import configure
from zuoxi.telephony.engine.configuration import Configuration, Registration, Tls
from zuoxi.telephony.engine.install import Engine, EngineInstallError
from zuoxi.telephony.engine.listening import holds_sip

ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


class EngineError(Exception):
    """Asterisk ended or did not answer; the text says where to look."""


class PortTakenError(EngineError):
    """Asterisk runs, but a SIP port of its own belongs to another program."""


def command(engine: Engine, configuration: Configuration) -> list[str]:
    """What runs Asterisk in the foreground with a configuration that was written before."""
    return [*engine.command, "-C", str(configuration.folder / "etc" / "asterisk.conf"), "-f", "-n", "-q"]


def raise_file_limit() -> None:
    """Let this process and its children open as many files as the system allows: a call takes several sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def is_ready(configuration: Configuration, timeout: float = 2.0) -> bool:
    """Whether ARI answers its ping, which it does only when Asterisk has booted."""
    credentials = base64.b64encode(f"{configuration.user}:{configuration.password}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", configuration.http_port, timeout=timeout)
    try:
        connection.request("GET", "/ari/asterisk/ping", headers={"Authorization": f"Basic {credentials}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclass(slots=True)
class EngineProcess:
    """One running Asterisk. ``account`` runs it when we are root."""

    engine: Engine
    configuration: Configuration
    log: Path
    account: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id; raises EngineError when it was not started."""
        if self.process is None:
            raise EngineError("Asterisk was not started.")
        return self.process.pid

    def start(self) -> None:
        """Write the configuration and start."""
        configure.write(self.engine, self.configuration)
        raise_file_limit()
        identity: dict[str, Any] = {}
        if self.account is not None and os.geteuid() == 0:
            known = pwd.getpwnam(self.account)
            identity = {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}
            for place in (self.configuration.folder, self.configuration.recordings):
                subprocess.run(["chown", "-R", f"{known.pw_uid}:{known.pw_gid}", str(place)], check=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command(self.engine, self.configuration), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, cwd=self.configuration.folder, env=ENVIRONMENT, **identity,
            )  # fmt: skip

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until ARI answers. Raises EngineError when Asterisk ended or the time is over, PortTakenError."""
        end = time.monotonic() + seconds
        while not is_ready(self.configuration):
            if self.process is not None and self.process.poll() is not None:
                raise EngineError(f"Asterisk ended while starting: {_last_lines(self.log)}")
            if time.monotonic() > end:
                raise EngineError(f"Asterisk did not answer within {seconds:.0f} s: {_last_lines(self.log)}")
            time.sleep(0.05)
        if not holds_sip(self.pid, self.configuration):
            raise PortTakenError(f"Asterisk has no SIP: port {self.configuration.sip_port} is held by another program.")

    def kill(self) -> None:
        """kill -9, for trials of what a crash leaves."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self, seconds: float = 10) -> None:
        """End it: politely, then hard."""
        if self.process is None:
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        self.process = None


@contextlib.contextmanager
def running(
    engine: Engine,
    *,
    first_port: int | None = None,
    account: str | None = None,
    rtp_ports: int = 400,
    extra: Mapping[str, str] | None = None,
    extra_modules: Sequence[str] = (),
    trunk: Sequence[str] = ("127.0.0.1",),
    registration: Registration | None = None,
    certificate: tuple[Path, Path] | None = None,
    trunk_by_tls: bool = False,
    trunk_outbound: str | None = None,
    trunk_silence: int = 120,
) -> Iterator[EngineProcess]:
    """A ready engine in a private folder of its own, stopped and removed at the end: for tests, trials and benchmarks.

    Ports are taken from ``first_port`` on (default: wherever the kernel finds room). With ``certificate`` (and its key)
    SIP is also served over TLS.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"zuoxi-engine-{os.getpid()}-", dir="/var/tmp"))
    if account is not None and os.geteuid() == 0:
        shutil.chown(folder, account, account)
    base = first_port or _free_range(rtp_ports + 4)
    configuration = Configuration(
        folder=folder / "asterisk",
        recordings=folder / "recordings" / "raw",
        http_port=base,
        sip_port=base + 1,
        rtp_first=base + 4 - base % 2,
        rtp_last=base + 3 - base % 2 + rtp_ports,
        password=secrets.token_hex(16),
        extra=extra or {},
        extra_modules=extra_modules,
        trunk_addresses=trunk,
        trunk_registration=registration,
        trunk_outbound=trunk_outbound,
        trunk_silence=trunk_silence,
        tls=Tls(base + 2, *certificate, trunk=trunk_by_tls) if certificate else None,
    )
    process = EngineProcess(engine, configuration, folder / "asterisk.log", account)
    try:
        process.start()
        if account is not None and os.geteuid() == 0:
            shutil.chown(folder / "recordings", account, account)
        try:
            process.wait_ready()
        except PortTakenError:
            if first_port is not None:
                raise
            # somebody took it between our look and the start; once more, elsewhere
            process.stop()
            process.configuration = _moved(configuration, _free_range(rtp_ports + 4) - base)
            process.start()
            process.wait_ready()
        yield process
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def smoke_test(account: str | None = None) -> Any:
    """A trial for a freshly unpacked engine: it must boot and answer. Returned as a function for ``install``."""

    def trial(engine: Engine) -> None:
        try:
            with running(engine, account=account, rtp_ports=20):
                pass
        except (EngineError, OSError) as problem:
            raise EngineInstallError(f"Asterisk {engine.version_text} does not start here: {problem}") from problem

    return trial


def _moved(configuration: Configuration, by: int) -> Configuration:
    """The same engine with all its ports elsewhere (by an even number)."""
    made = configuration
    return replace(
        made,
        http_port=made.http_port + by,
        sip_port=made.sip_port + by,
        rtp_first=made.rtp_first + by,
        rtp_last=made.rtp_last + by,
        tls=made.tls and replace(made.tls, port=made.tls.port + by),
    )


def _last_lines(log: Path, count: int = 3) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return "it wrote nothing"
    return " / ".join(lines[-count:]) or "it wrote nothing"


def _free_range(length: int) -> int:
    """The first of ``length`` ports whose first two are free now, below the kernel's range for outgoing connections."""
    starts = list(range(20000, 32000 - length, length))
    secrets.SystemRandom().shuffle(starts)
    for start in starts:
        with contextlib.suppress(OSError):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                for port in (start, start + 1):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
            return start
    raise EngineError("No free ports were found.")
