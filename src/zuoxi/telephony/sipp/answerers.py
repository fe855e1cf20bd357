"""SIPp as a crowd of phones on one address: it answers every INVITE at once and speaks until the other side hangs up.

The phones must be registered from that very address beforehand (see ``telephony.phone.Phone``'s ``port``).
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from zuoxi.telephony.phone.audio import Pcm, encode
from zuoxi.telephony.sipp.program import SippProgram

_RESPONSE = """[last_Via:]
[last_From:]
[last_To:]{tag}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
"""
_TAG = ";tag=[pid]A[call_number]"


class SippAnswerers:
    """``async with SippAnswerers(host, port, rtp_first, sound) as phones``; ``answered`` and ``ended`` count calls."""

    def __init__(self, host: str, port: int, rtp_first: int, sound: Pcm | None = None) -> None:
        self.answered = 0
        self.ended = 0
        self._host, self._port, self._rtp_first, self._sound = host, port, rtp_first, sound
        self._program: SippProgram
        self._counter: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._program = await stack.enter_async_context(SippProgram())
            folder = self._program.folder
            sound = None
            if self._sound is not None:
                sound = folder / "sound.al"
                sound.write_bytes(encode(self._sound, "a"))
            (folder / "phone.xml").write_text(_scenario(str(sound) if sound else None))
            await self._program.start(
                ["-sf", str(folder / "phone.xml"), "-i", self._host, "-p", str(self._port),
                 "-mi", self._host, "-mp", str(self._rtp_first), "-aa", "-l", "20000"]
            )  # fmt: skip
            self._counter = asyncio.create_task(self._count())
            self._held = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._held.aclose()
        self._counter.cancel()
        await asyncio.gather(self._counter, return_exceptions=True)

    async def _count(self) -> None:
        while line := await self._program.log.readline():
            if line.strip() == b"answered":
                self.answered += 1
            elif line.strip() == b"ended":
                self.ended += 1


def _scenario(sound: str | None) -> str:
    port = "[rtpstream_audio_port]" if sound else "[media_port]"
    play = f'<nop><action><exec rtp_stream="{sound},-1,8,PCMA/8000"/></action></nop>' if sound else ""
    tagged, plain = _RESPONSE.format(tag=_TAG), _RESPONSE.format(tag="")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="phones">
<recv request="INVITE" crlf="true" rrs="true"/>
<send><![CDATA[
SIP/2.0 180 Ringing
{tagged}Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
SIP/2.0 200 OK
{tagged}Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
<recv request="ACK"><action><log message="answered"/></action></recv>
{play}
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
{plain}Content-Length: 0

]]></send>
<nop><action><log message="ended"/></action></nop>
</scenario>
"""
