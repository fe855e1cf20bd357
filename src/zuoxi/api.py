"""The HTTP process: every domain's routes, live pages, and the relay of committed announcements."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import orjson
import uvicorn
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from zuoxi.accounts import Passwords
from zuoxi.contacts.flow_services import DatabaseFlowServices, further_services
from zuoxi.platform import logs
from zuoxi.platform.config import Settings, SettingsError
from zuoxi.platform.database import Database
from zuoxi.platform.http import create_app
from zuoxi.platform.listener import Listener
from zuoxi.platform.outbox import Announced
from zuoxi.platform.relay import Relay
from zuoxi.platform.services import Services
from zuoxi.platform.services import services as running_services
from zuoxi.platform.tasks import running
from zuoxi.reporting import CHANGED_TOPICS, Wallboards
from zuoxi.rooms import ROOMS, modules


async def health(provided: Annotated[Services, Depends(running_services)]) -> JSONResponse:
    """Whether this process can serve: it answers, and its database does."""
    try:
        async with asyncio.timeout(3), provided.database.engine.connect() as connection:
            await connection.execute(text("select 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"})


def assemble(services: Services | None, rooms: Sequence[str] = ROOMS) -> FastAPI:
    """The application over given services (None: only its description is wanted). Starts nothing."""
    app = create_app("Zuoxi", openapi_url="/api/openapi.json")
    app.state.services = services
    app.state.passwords = Passwords()
    if services is not None:
        further = further_services(modules("flow_answers", rooms))
        app.state.flow_services = DatabaseFlowServices(services.database, services.clock, further)
        app.state.wallboards = Wallboards(services.database, services.clock)
    app.add_api_route("/api/health", health, methods=["GET"], tags=["platform"])
    for module in modules("routes", rooms):
        app.include_router(module.router)
    return app


def create(settings: Settings) -> FastAPI:
    """The application of an installation, which runs the relay and its listener while it is served."""
    app_dsn = settings.database.app_dsn.get_secret_value()
    narrow_dsn = settings.database.narrow_dsn.get_secret_value()
    listener = Listener(app_dsn)
    services = Services(
        settings=settings,
        database=Database(app_dsn, pool_size=15, application="zuoxi api"),
        narrow=Database(narrow_dsn, pool_size=5, application="zuoxi api"),
        events=listener,
    )
    app = assemble(services)
    relay = Relay(narrow_dsn)
    boards: Wallboards = app.state.wallboards

    async def feed_boards() -> None:
        with listener.subscribe(topics=CHANGED_TOPICS) as announcements:
            async for event in announcements:
                if isinstance(event, Announced):  # a Resync needs nothing: boards look again every few seconds
                    boards.changed(event.tenant_id, event.topic)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running({"relay": relay.run, "listener": listener.run, "wallboards": feed_boards}):
            yield
        await boards.close()
        await services.database.close()
        await services.narrow.close()

    app.router.lifespan_context = lifespan
    return app


def description() -> bytes:
    """The OpenAPI document, for making clients without a running server."""
    document = assemble(None).openapi()
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main() -> int:
    """The command line: ``python -m zuoxi.api --data DIR``, or ``--openapi`` to print the API's description."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.api", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("ZUOXI_DATA"), help="data folder")
    parser.add_argument("--openapi", action="store_true", help="print the API's description and end")
    arguments = parser.parse_args()
    if arguments.openapi:
        sys.stdout.buffer.write(description())
        return 0
    if arguments.data is None:
        parser.error("--data is needed (or the variable ZUOXI_DATA)")
    try:
        settings = Settings.read(arguments.data)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure("api")
    uvicorn.run(
        create(settings),
        host="127.0.0.1",
        port=settings.ports.api,
        loop="uvloop",
        log_config=None,
        access_log=False,  # addresses with their queries carry callers' numbers; the edge logs paths
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        server_header=False,
        ws="websockets-sansio",
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
