"""The wallboard over HTTP and as a live feed."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from starlette.requests import HTTPConnection

from zuoxi.accounts import Principal, require, signed_in
from zuoxi.platform.errors import DomainError, Forbidden
from zuoxi.platform.services import Services, services
from zuoxi.reporting import move_agents_routes
from zuoxi.reporting.live import Wallboards
from zuoxi.reporting.schemas import WallboardOut

router = APIRouter(prefix="/api", tags=["reporting"])
router.include_router(move_agents_routes.router)

# How often an open feed asks whether its session still stands.
SESSION_CHECK_S = 30.0
NOT_SIGNED_IN, NOT_ALLOWED = 4401, 4403  # closing codes: the HTTP status they stand for, in the private range


def wallboards(connection: HTTPConnection) -> Wallboards:
    """Dependency: this process's wallboards."""
    found = connection.app.state.wallboards
    assert isinstance(found, Wallboards)
    return found


Boards = Annotated[Wallboards, Depends(wallboards)]


@router.get("/wallboard")
async def read_wallboard(
    principal: Annotated[Principal, Depends(require("wallboard.view"))], boards: Boards
) -> WallboardOut:
    """The board as it stands now."""
    return await boards.now(principal.tenant_id)


@router.websocket("/live/wallboard")
async def live_wallboard(socket: WebSocket, boards: Boards, provided: Annotated[Services, Depends(services)]) -> None:
    """The whole board at once and after every change (at most four times a second).

    Closes with 4401 when the session ends and with 4403 for somebody without the right.
    """
    try:
        principal = await _viewer(socket, provided)
    except DomainError as refusal:
        await socket.accept()
        await socket.close(_closing_code(refusal))
        return
    await socket.accept()
    jobs = [
        asyncio.create_task(_push(socket, boards, principal.tenant_id)),
        asyncio.create_task(_until_gone(socket)),
        asyncio.create_task(_until_signed_out(socket, provided)),
    ]
    try:
        done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        for job in done:
            job.result()
    except DomainError as refusal:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(_closing_code(refusal))
    except WebSocketDisconnect:
        pass
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


def _closing_code(refusal: DomainError) -> int:
    return NOT_ALLOWED if isinstance(refusal, Forbidden) else NOT_SIGNED_IN


async def _viewer(socket: WebSocket, provided: Services) -> Principal:
    principal = await signed_in(socket, provided)
    if not principal.may("wallboard.view"):
        raise Forbidden
    return principal


async def _push(socket: WebSocket, boards: Wallboards, tenant_id: str) -> None:
    feed = boards.watch(tenant_id)
    try:
        async for board in feed:
            await socket.send_text(board.model_dump_json())
    finally:
        await feed.aclose()


async def _until_gone(socket: WebSocket) -> None:
    """A page has nothing to say here; reading is how its going is noticed."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _until_signed_out(socket: WebSocket, provided: Services) -> None:
    while True:
        await asyncio.sleep(SESSION_CHECK_S)
        await _viewer(socket, provided)
