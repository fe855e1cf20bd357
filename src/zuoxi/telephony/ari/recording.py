"""Beginning and pausing a recording, which ARI cannot: it goes by the engine's manager interface.

Paused, the recording goes on with silence on both sides, so that everything after the gap stays where it was in time.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from zuoxi.telephony.engine.configuration import MANAGER_ADDRESS
from zuoxi.telephony.switch import SwitchError


async def start_recording(url: str, user: str, password: str, call: str, file: str, *, timeout: float = 5.0) -> None:
    """Record a call from now on, both directions, as the dialplan does with those that come in. Raises SwitchError."""
    fields = {"Channel": call, "File": file, "Options": "D"}
    await _manage(url, user, password, timeout, Action="MixMonitor", **fields)


async def pause_recording(url: str, user: str, password: str, call: str, *, paused: bool, timeout: float = 5.0) -> None:
    """Pause or go on with all recordings of a call. ``url`` is where ARI answers. Raises SwitchError (gone, refused,
    unavailable)."""
    wanted = {"Channel": call, "Direction": "both", "State": str(int(paused))}
    await _manage(url, user, password, timeout, Action="MixMonitorMute", **wanted)


async def _manage(url: str, user: str, password: str, timeout: float, **fields: str) -> None:
    port = urlsplit(url).port or 8088
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(MANAGER_ADDRESS, port)
            try:
                await reader.readline()  # its greeting
                await _ask(reader, writer, Action="Login", Username=user, Secret=password, Events="off")
                await _ask(reader, writer, **fields)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise SwitchError("unavailable", f"manager: {type(error).__name__}") from error


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, **fields: str) -> None:
    if any(character in value for value in fields.values() for character in "\r\n"):
        raise SwitchError("refused", "a line break in a field")
    writer.write("".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n")
    answer = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
    if not answer.startswith("Response: Success"):
        code = "gone" if "No such channel" in answer else "refused"
        raise SwitchError(code, f"{fields['Action']}: {answer.strip().replace(chr(13), '').replace(chr(10), ' ')}")
