"""The switchboard process: journal, router, switch and desks. ``python -m zuoxi.switchboard --data DIR``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvicorn
import uvloop

from zuoxi import accounts, customers, lines, recordings
from zuoxi.contacts.callback_store import DatabaseCallbacks
from zuoxi.contacts.callbacks import CHANGED as CALLBACKS_CHANGED
from zuoxi.contacts.flow_services import DatabaseFlowServices, further_services
from zuoxi.contacts.live.centre import LiveCentre, Parts
from zuoxi.contacts.live.desk_commands import SeatAddress
from zuoxi.contacts.live.desk_socket import DeskEndpoint
from zuoxi.contacts.live.journal import JournalLockedError
from zuoxi.contacts.live.ports import DeskIdentity
from zuoxi.contacts.sources import (
    POP_TOPICS,
    Clients,
    DatabaseCallTargets,
    DatabaseConfiguration,
    DatabaseLookup,
    DatabasePop,
)
from zuoxi.contacts.voicemail_rules import ESCALATED
from zuoxi.platform import logs
from zuoxi.platform.config import Settings, SettingsError
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.listener import Listener
from zuoxi.platform.outbox import Announced, Resync
from zuoxi.platform.services import utc_now
from zuoxi.rooms import modules
from zuoxi.telephony.ari.switch import AriSwitch
from zuoxi.telephony.switch import SwitchError

log = structlog.get_logger(__name__)

ROUTER_VERSION = "1"


class _Server(uvicorn.Server):
    """uvicorn without signal handling of its own: the process has one order in which it stops."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def read_number(raw: str) -> tuple[str | None, str]:
    """E.164 and the key of a number, as the projection wants them."""
    number = customers.read_number(raw)
    return number.e164, number.key


def place_of(raw: str) -> str | None:
    """The place a number belongs to."""
    return customers.read_number(raw).place


class TokenCheck:
    """Checks desks' tokens with the installation's secret, without the database."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, token: str) -> DeskIdentity | None:
        try:
            found = accounts.verify_desk_token(self._secret, token, datetime.now(UTC))
        except accounts.BadToken:
            return None
        return DeskIdentity(found.tenant, found.user, found.name, found.number, found.permissions, found.locale)


def build(
    settings: Settings, database: Database, narrow: Database, look_up: DatabaseLookup, listener: Listener
) -> tuple[LiveCentre, AriSwitch]:
    """The centre of an installation, not started yet."""
    switch = AriSwitch(
        settings.ari.url,
        settings.ari.user,
        settings.ari.password.get_secret_value(),
        settings.ari.application,
        prompts=str(settings.folder("prompts")),
        recordings=str(settings.folder("recordings") / "raw"),
        phone_encryption=settings.sip.phones,
    )

    async def announced() -> AsyncIterator[str | None]:
        with listener.subscribe(topics={lines.LINES_CHANGED, accounts.USER_CHANGED, CALLBACKS_CHANGED}) as heard:
            async for event in heard:
                yield event.tenant_id if isinstance(event, Announced) else None

    async def pop_changes() -> AsyncIterator[Announced | Resync]:
        with listener.subscribe(topics=POP_TOPICS | {ESCALATED}) as heard:
            async for event in heard:
                yield event

    async def dial_rules(tenant_id: str) -> lines.DialRules:
        async with database.transaction(tenant_id) as session:
            return await lines.dial_rules(session)

    async def scopes(tenant_id: str) -> dict[str, frozenset[str]]:
        async with database.transaction(tenant_id) as session:
            return await recordings.listening_scopes(session)

    parts = Parts(
        switch=switch,
        source=DatabaseConfiguration(database, narrow, look_up.clients),
        look_up=look_up,
        pop=DatabasePop(database, look_up.clients),
        database=database,
        read_number=read_number,
        place_of=place_of,
        address=SeatAddress(settings.public.host, settings.ports.sip),
        new_id=new_id,
        clock=time.time,
        router_version=ROUTER_VERSION,
        announced=announced,
        pop_changes=pop_changes,
        callbacks=DatabaseCallbacks(database, look_up.clients),
        client_of=look_up.clients.of,
        dial_rules=dial_rules,
        call_targets=DatabaseCallTargets(database, look_up.clients),
        scopes=scopes,
        flow_services=DatabaseFlowServices(database, utc_now, further_services(modules("flow_answers"))),
    )
    return LiveCentre(settings.folder("journal"), parts), switch


async def serve(settings: Settings) -> int:
    """Run until a signal comes (0), the switch is taken over, or another switchboard holds the folder (1)."""
    database = Database(settings.database.app_dsn.get_secret_value(), application="switchboard")
    narrow = Database(settings.database.narrow_dsn.get_secret_value(), pool_size=1, application="switchboard")
    listener = Listener(settings.database.narrow_dsn.get_secret_value())
    look_up = DatabaseLookup(settings.database.app_dsn.get_secret_value(), Clients())
    centre, switch = build(settings, database, narrow, look_up, listener)
    endpoint = DeskEndpoint(TokenCheck(settings.secrets.desk_token.get_secret_value()), centre.find, centre.health)
    server = _Server(
        uvicorn.Config(
            endpoint.app(),
            host="127.0.0.1",
            port=settings.ports.switchboard,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_ping_interval=20.0,
            ws_ping_timeout=20.0,
            # packing a desk's small frames costs more than their way
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
        )
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        await centre.start()
    except JournalLockedError as error:
        log.critical("switchboard.already_running", error=str(error))
        return 1
    running = asyncio.create_task(centre.run())
    serving = asyncio.create_task(server.serve())
    listening = asyncio.create_task(listener.run())
    # The first pop should not wait for the table of places; callers should not wait for it either.
    loading = loop.run_in_executor(None, customers.load_places)
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    status = 0
    if not stopping.is_set():
        status = 1
        fault = next(task for task in (running, serving) if task.done()).exception()
        event = "switchboard.taken_over" if isinstance(fault, SwitchError) else "switchboard.broke"
        log.critical(event, error=repr(fault))
    server.should_exit = True
    waiting.cancel()
    running.cancel()
    listening.cancel()
    await asyncio.gather(running, listening, serving, waiting, loading, return_exceptions=True)
    await centre.stop()
    await switch.close()
    await look_up.close()
    await database.close()
    await narrow.close()
    return status


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.switchboard")
    parser.add_argument("--data", type=Path, default=os.environ.get("ZUOXI_DATA"), help="the data folder")
    data = parser.parse_args(arguments).data
    if data is None:
        parser.error("give --data DIR, the folder that ./zuoxi up made")
    logs.configure("switchboard")
    try:
        settings = Settings.read(data)
    except SettingsError as error:
        log.critical("switchboard.settings", error=str(error))
        return 2
    # Threads that write the journal must not wait the usual 5 ms for the interpreter while calls come in.
    sys.setswitchinterval(0.0005)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(settings))


if __name__ == "__main__":
    sys.exit(main())
