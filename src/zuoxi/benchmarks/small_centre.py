"""A centre for measuring: database, engine and switchboard on ports of their own in a folder of its own, filled like
the demo, gone at the end. Nothing of an installation that may be running is touched."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from zuoxi.accounts import DeskIdentity, Tenant, User, UserRole, permissions_of, sign_desk_token
from zuoxi.benchmarks.desk_client import DeskClient
from zuoxi.installation import account, ports
from zuoxi.installation.postgres import Cluster, throwaway
from zuoxi.lines import AgentSkill, Hotline, Queue, configuration_changed
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.migrate import migrate
from zuoxi.telephony import engine

_TOKEN_SECONDS = 3600.0
_START_SECONDS = 60.0


@dataclass(slots=True)
class SmallCentre:
    """``agents``: users who may take a seat, all with the skill of ``hotline``. Call ``start`` when configured."""

    data: Path
    database: Database
    engine: engine.EngineProcess
    port: int
    secret: str
    tenant_id: str
    hotline: str
    agents: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def sip(self) -> tuple[str, int]:
        """Where SIP goes to."""
        return "127.0.0.1", self.engine.configuration.sip_port

    @property
    def pid(self) -> int:
        """The switchboard's process."""
        if self._process is None:
            raise RuntimeError("the switchboard was not started")
        return self._process.pid

    def start(self) -> None:
        """Start the switchboard and wait until it holds the engine."""
        with (self.data / "switchboard.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zuoxi.switchboard", "--data", str(self.data)], stdout=log, stderr=log
            )
        end = time.monotonic() + _START_SECONDS
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    f"the switchboard did not start: {(self.data / 'switchboard.log').read_text()[-2000:]}"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the switchboard."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=20)

    def desk(self, agent: str, on_frame: object = None) -> DeskClient:
        """A desk of one of the agents."""
        expires = datetime.now(UTC).timestamp() + _TOKEN_SECONDS
        identity = DeskIdentity(
            self.tenant_id, agent, agent[-4:], f"坐席{agent[-4:]}", permissions_of(["agent"]), "zh-CN", expires
        )
        call = on_frame if callable(on_frame) else None
        token = sign_desk_token(self.secret, identity)
        return DeskClient(f"ws://127.0.0.1:{self.port}/desk", token, call, keep=call is None)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/desk/health", timeout=2) as answer:
                return b'"switch":"connected"' in answer.read()
        except OSError:
            return False


@contextlib.asynccontextmanager
async def small_centre(
    runtime: Path, agents: int, *, wrap_up_limit_s: float | None = None, **engine_options: Any
) -> AsyncIterator[SmallCentre]:
    """Make one with ``agents`` agents on one hotline of the demo. ``runtime`` is where the engine is installed;
    ``engine_options`` are those of ``telephony.engine.running``."""
    place = Path(tempfile.mkdtemp(prefix="zuoxi-bench-", dir="/var/tmp"))
    place.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        cluster = stack.enter_context(throwaway())
        await migrate(cluster.dsns.owner)
        telephone = stack.enter_context(_engine(runtime, **engine_options))
        secret = secrets.token_hex(16)
        port = ports.any_free()
        _write_settings(place, cluster, telephone, secret, port)
        await asyncio.to_thread(_fill, place)
        database = Database(cluster.dsns.app, application="benchmark")
        narrow = Database(cluster.dsns.narrow, pool_size=1, application="benchmark")
        try:
            async with narrow.transaction(None) as session:
                tenant = (await session.scalars(select(Tenant.id))).first()
            assert tenant is not None
            centre = SmallCentre(place, database, telephone, port, secret, tenant, "")
            centre.hotline, centre.agents = await add_agents(database, tenant, agents, wrap_up_limit_s)
            try:
                yield centre
            finally:
                centre.stop()
        finally:
            await database.close()
            await narrow.close()


def _fill(place: Path) -> None:
    subprocess.run([sys.executable, "-m", "zuoxi.demo", "--data", str(place)], check=True, capture_output=True)


@contextlib.contextmanager
def _engine(runtime: Path, **options: Any) -> Iterator[engine.EngineProcess]:
    name = account.ensure()
    found = engine.install(runtime / "engine", lambda _: None, smoke_test=engine.smoke_test(name))
    with engine.running(found, account=name, **options) as process:
        yield process


def _write_settings(place: Path, cluster: Cluster, telephone: engine.EngineProcess, secret: str, port: int) -> None:
    ari = telephone.configuration
    dsns = cluster.dsns
    (place / "settings.toml").write_text(
        f"""
[installation]
id = "bench001"
demo = true
[public]
host = "127.0.0.1"
port = {ports.any_free()}
[ports]
postgres = 1
asterisk_http = {ari.http_port}
sip = {ari.sip_port}
rtp_first = {ari.rtp_first}
rtp_last = {ari.rtp_last}
api = {ports.any_free()}
switchboard = {port}
[database]
owner_dsn = "{dsns.owner}"
app_dsn = "{dsns.app}"
narrow_dsn = "{dsns.narrow}"
[ari]
url = "{ari.url}"
user = "{ari.user}"
password = "{ari.password}"
[secrets]
session = "{secrets.token_hex(16)}"
desk_token = "{secret}"
first_administrator = "{secrets.token_hex(16)}"
"""
    )


async def add_agents(
    database: Database, tenant_id: str, count: int, wrap_up_limit_s: float | None = None
) -> tuple[str, list[str]]:
    """New agents for the first hotline that needs no greeting; nobody else has its skill's queue to serve. Returns its
    number and their ids."""
    agents = []
    async with database.transaction(tenant_id) as session:
        hotline = (await session.scalars(select(Hotline).where(Hotline.active).order_by(Hotline.number))).first()
        assert hotline is not None
        hotline.greeting, hotline.hours = None, None
        queue = (await session.scalars(select(Queue).where(Queue.id == hotline.queue_id))).one()
        if wrap_up_limit_s is not None:
            queue.wrap_up_limit_s = wrap_up_limit_s
        for number in range(count):
            agent = new_id()
            user = User(id=agent, login=f"bench-{number}", name=f"坐席{number}", number=f"B{number:03d}")
            user.password_hash = "-"  # noqa: S105 (no password has this hash: nobody signs in)
            session.add(user)
            await session.flush()
            session.add(UserRole(user_id=agent, role="agent"))
            session.add(AgentSkill(agent_id=agent, skill_id=queue.skill_id, level=5))
            agents.append(agent)
        await session.flush()
        await configuration_changed(session)
        return hotline.number, agents


def runtime_folder() -> Path:
    """Where the installed engine is: as the tests have it."""
    return Path(os.environ.get("ZUOXI_RUNTIME", Path(__file__).parents[3] / ".zuoxi"))
