"""One connection to Asterisk's REST interface: events and requests share a WebSocket.

Knows JSON and requests, not what they mean. ``Connection.open`` connects; a broken connection is not mended here:
whoever owns it opens the next one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from zuoxi.telephony.switch import SwitchError

Message = dict[str, Any]
HEARTBEAT = 10.0  # seconds between pings; an engine that answers none of them for half of that is given up


class Refused(SwitchError):
    """Asterisk answered a request with an error; ``status`` is its HTTP status, ``code`` is gone or refused."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__("gone" if status == 404 else "refused", detail)
        self.status = status


class Connection:
    """An open event WebSocket of one Stasis application."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
        receive: Callable[[Message], None],
        request_timeout: float,
    ) -> None:
        self._session = session
        self._socket = socket
        self._receive = receive
        self._timeout = request_timeout
        self._pending: dict[str, asyncio.Future[Message]] = {}
        self._numbers = itertools.count(1)
        self._reader = asyncio.create_task(self._read(), name="ari-reader")

    @classmethod
    async def open(
        cls,
        url: str,
        user: str,
        password: str,
        application: str,
        receive: Callable[[Message], None],
        request_timeout: float = 5.0,
    ) -> Connection:
        """Connect as ``application`` (taking over from whoever held that name); ``receive`` is called with each event,
        in order. Raises SwitchError(unavailable)."""
        session = aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth(user, password)})
        try:
            async with asyncio.timeout(request_timeout):
                socket = await session.ws_connect(
                    f"{url}/ari/events", params={"app": application}, max_msg_size=0, heartbeat=HEARTBEAT
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            await session.close()
            raise SwitchError("unavailable", f"{type(error).__name__}: {error}") from error
        except BaseException:
            await session.close()
            raise
        return cls(session, socket, receive, request_timeout)

    async def request(
        self, method: str, uri: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Send one request and return its decoded answer (None when it has none).

        Raises Refused (codes gone, refused) or SwitchError(unavailable) when the connection is broken or silent.
        """
        number = str(next(self._numbers))
        message: Message = {"type": "RESTRequest", "request_id": number, "transaction_id": number}
        message |= {"method": method, "uri": uri}
        if query:
            message["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
        if body is not None:
            message |= {"content_type": "application/json", "message_body": orjson.dumps(body).decode()}
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        try:
            if self._reader.done():
                raise SwitchError("unavailable", "not connected")
            await self._socket.send_str(orjson.dumps(message).decode())
            async with asyncio.timeout(self._timeout):
                response = await answer
        except TimeoutError as error:
            raise SwitchError("unavailable", f"{method} {uri}: no answer") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise SwitchError("unavailable", f"{method} {uri}: {error}") from error
        finally:
            self._pending.pop(number, None)
        text = response.get("message_body") or ""
        if response["status_code"] >= 300:
            raise Refused(response["status_code"], f"{method} {uri}: {response['status_code']} {text}")
        return orjson.loads(text) if text else None

    async def lost(self) -> None:
        """Wait until the connection is broken or closed."""
        await asyncio.wait([self._reader])

    async def close(self) -> None:
        """Close; requests under way fail with SwitchError(unavailable)."""
        await self._socket.close()
        self._reader.cancel()
        await asyncio.wait([self._reader])
        await self._session.close()

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                message: Message = orjson.loads(frame.data)
                if message["type"] == "RESTResponse":
                    waiting = self._pending.get(message["request_id"])
                    if waiting is not None and not waiting.done():
                        waiting.set_result(message)
                else:
                    self._receive(message)
        finally:
            for waiting in self._pending.values():
                if not waiting.done():
                    waiting.set_exception(SwitchError("unavailable", "the connection broke"))
