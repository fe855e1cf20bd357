"""Calls that we make: a channel that is made first and dialled when it stands beside the agent's leg already, so that
the agent hears the ringing, and what a provider says before an answer or instead of one.

Recorded from the answer on, into the same folder and under the same kind of name as calls that come in.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress

from zuoxi.telephony.ari.client import Refused
from zuoxi.telephony.ari.reconcile import Listing
from zuoxi.telephony.ari.rooms import Request
from zuoxi.telephony.ari.translate import LEG, OUT, Message
from zuoxi.telephony.switch import SwitchError

_EXISTS, _NOT_SET = 409, 404
_STARTS_WITHIN = 5.0  # seconds from the request for a channel to its being ours
_RECORDED = "MIXMONITOR_FILENAME"


class CallsOut:
    """``record(call)`` starts a call's recording."""

    def __init__(self, request: Request, application: str, record: Callable[[str], Awaitable[None]]) -> None:
        self._request, self._application, self._record = request, application, record
        self._starting: dict[str, asyncio.Future[None]] = {}

    def receive(self, message: Message) -> None:
        """Take note of a channel that has become ours."""
        if message["type"] == "StasisStart":
            starting = self._starting.get(message["channel"]["id"])
            if starting is not None and not starting.done():
                starting.set_result(None)

    async def make(self, call: str, leg: str, endpoint: str, number: str) -> bool:
        """Make the channel, undialled, and wait until it can be put somewhere; False when it was there already. Raises
        SwitchError(refused) where nothing of the kind can be dialled."""
        started = self._starting[call] = asyncio.get_running_loop().create_future()
        query = {
            "endpoint": endpoint,
            "app": self._application,
            "appArgs": number,
            "channelId": call,
            "originator": LEG + leg,
        }
        try:
            await self._request("POST", "channels/create", query)
            async with asyncio.timeout(_STARTS_WITHIN):
                await started
        except TimeoutError as error:
            raise SwitchError("unavailable", f"{call} did not begin") from error
        except Refused as refused:
            if refused.status == _EXISTS:
                return False
            raise
        finally:
            del self._starting[call]
        return True

    async def dial(self, call: str, leg: str, caller_id: str, timeout: float) -> None:
        """Ring whom it is for. The leg hears ringing until there is any other sound."""
        # Who calls is, for the called one, who stands at the other end of the line. Being put beside the leg has
        # changed that, so it is said again.
        shown = {"num": caller_id, "num-pres": "allowed"} if caller_id else {"num-pres": "prohib"}
        for name, value in shown.items():
            await self._request(
                "POST", f"channels/{call}/variable", {"variable": f"CONNECTEDLINE({name},i)", "value": value}
            )
        await self._request("POST", f"channels/{call}/dial", {"timeout": str(max(1, math.ceil(timeout)))})
        with suppress(Refused):  # the leg is gone: its own event will say so
            await self._request("POST", f"channels/{LEG}{leg}/ring")

    async def answered(self, call: str) -> None:
        """Record from now on; what is being recorded goes on as it is."""
        try:
            found = await self._request("GET", f"channels/{call}/variable", {"variable": _RECORDED})
            if found["value"]:
                return
        except Refused as refused:
            if refused.status != _NOT_SET:
                raise
        await self._record(call)


def calls_out_held(channels: Listing) -> dict[str, bool]:
    """Our calls out, and whether each was answered."""
    return {each["id"]: each["state"] == "Up" for each in channels if each["id"].startswith(OUT)}
