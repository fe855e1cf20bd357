"""A SIP user agent over UDP: registers, is rung, answers, rejects, hangs up, and dials.

One ``Phone`` is one address; each conversation is a ``PhoneCall``. Only what a centre's phone needs of RFC 3261: digest
registration, calls both ways, retransmission over UDP, re-INVITE.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from zuoxi.telephony.phone.audio import Pcm
from zuoxi.telephony.phone.message import (
    SipMessage,
    audio_description,
    build,
    digest,
    media_address,
    parse,
    tag_of,
    user_of,
)
from zuoxi.telephony.phone.rtp import RtpStream

Headers = list[tuple[str, str]]
FIRST_RETRY = 0.5  # T1 of RFC 3261
GIVE_UP = 32.0  # 64 * T1


class PhoneError(Exception):
    """The other side refused (``status`` is its SIP status) or was silent (status 0)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


class PhoneCall:
    """One conversation. ``ringing``, ``answered`` and ``ended`` are futures; ``ended`` holds BYE, CANCEL, «hung up» (by
    us), or the SIP status that refused."""

    def __init__(self, phone: Phone, call_id: str, local: str, remote: str, target: str, sound: Pcm | None) -> None:
        loop = asyncio.get_running_loop()
        self.phone, self.call_id = phone, call_id
        self.local, self.remote, self.target = local, remote, target
        self.audio = RtpStream(phone.host, sound, phone.keeps_audio, phone.first_sequence)
        self.ringing: asyncio.Future[int] = loop.create_future()
        self.answered: asyncio.Future[float] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self.invite: SipMessage | None = None  # the INVITE that came, for a call that rang us
        self.at = loop.time()  # when the INVITE went or came
        self.sequence = 1

    @property
    def offer(self) -> str:
        """The offer's id that the centre wrote into the INVITE, or ''."""
        return self.invite.header("x-zuoxi-offer") if self.invite else ""

    @property
    def caller(self) -> str:
        """The number that rings."""
        return user_of(self.remote)

    async def answer(self) -> None:
        """Lift: 200 OK with our audio; returns when the other side acknowledged."""
        assert self.invite is not None
        await self.audio.open()
        body = audio_description(self.phone.host, self.audio.port)
        self.audio.start(media_address(self.invite.body), 8)
        data = self.phone.respond(self.invite, 200, "OK", self.local, body)
        wait = FIRST_RETRY
        while not self.answered.done() and not self.ended.done():
            either: set[asyncio.Future[Any]] = {self.answered, self.ended}
            await asyncio.wait(either, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            if not self.answered.done() and not self.ended.done():
                self.phone.send(data)
                wait = min(wait * 2, 4.0)

    def reject(self, status: int = 486) -> None:
        """Refuse: 486 busy, 603 declined, 480 away."""
        assert self.invite is not None
        self.phone.respond(self.invite, status, "Refused", self.local)
        self.finish(str(status))

    async def hang_up(self) -> None:
        """End the conversation (or the attempt); succeeds when it is over already."""
        if self.ended.done():
            return
        if self.invite is None and not self.answered.done():
            await self.phone.cancel(self)
            return
        self.sequence += 1
        self.finish("hung up")
        headers = self.phone.dialogue(self, self.sequence, "BYE")
        await self.phone.request("BYE", self.target, headers, "")

    async def hold(self) -> None:
        """Put the other side on hold: a re-INVITE that says we only send. Raises PhoneError when it is refused."""
        self.sequence += 1
        body = audio_description(self.phone.host, self.audio.port).replace("o=- 1 1 ", f"o=- 1 {self.sequence} ")
        headers = self.phone.dialogue(self, self.sequence, "INVITE")
        response = await self.phone.request(
            "INVITE", self.target, headers, body.replace("a=sendrecv", "a=sendonly"), self.call_id
        )
        self.phone.acknowledge(response)
        if response.status >= 300:
            raise PhoneError(response.status, response.start)

    def finish(self, why: str) -> None:
        """The conversation is over."""
        if not self.ended.done():
            self.ended.set_result(why)
        self.audio.close()


class Phone(asyncio.DatagramProtocol):
    """``async with Phone(server, user, password) as phone``: bound to a free port, or to ``port``; ``calls`` holds who
    rings."""

    def __init__(
        self,
        server: tuple[str, int],
        user: str,
        password: str = "",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        sound: Pcm | None = None,
        keeps_audio: bool = True,
        behaviour: Callable[[PhoneCall], None] | None = None,
        first_sequence: int | None = None,
    ) -> None:
        self.first_sequence = first_sequence  # of each call's sound; None: any
        self.server, self.user, self.password, self.host = server, user, password, host
        self.sound, self.keeps_audio = sound, keeps_audio
        self.calls: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self.port = port
        self._behaviour = behaviour
        self._transport: asyncio.DatagramTransport | None = None
        self._open: dict[str, PhoneCall] = {}
        self._waiting: dict[tuple[str, str], asyncio.Queue[SipMessage]] = {}
        self._responses: dict[tuple[str, str], bytes] = {}
        self._closed = asyncio.Event()
        self._register_id = secrets.token_hex(8)
        self._register_sequence = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for call in list(self._open.values()):
            call.finish("closed")
        for task in self._tasks:
            task.cancel()
        assert self._transport is not None
        self._transport.close()
        await self._closed.wait()

    def connection_lost(self, error: Exception | None) -> None:
        self._closed.set()

    async def register(self, expires: int = 300) -> None:
        """Tell the centre where we are (``expires`` 0: that we left). Raises PhoneError."""
        uri = f"sip:{self.server[0]}:{self.server[1]}"
        me = f"<sip:{self.user}@{self.server[0]}:{self.server[1]}>"
        extra: Headers = []
        for _ in range(2):
            self._register_sequence += 1
            headers = [
                ("From", f"{me};tag={secrets.token_hex(4)}"),
                ("To", me),
                ("Call-ID", self._register_id),
                ("CSeq", f"{self._register_sequence} REGISTER"),
                ("Contact", f"<{self._contact}>"),
                ("Expires", str(expires)),
                *extra,
            ]
            response = await self.request("REGISTER", uri, headers, "")
            if response.status == 401:
                answer = digest(
                    response.header("www-authenticate"), self.user, self.password, "REGISTER", uri, secrets.token_hex(4)
                )
                extra = [("Authorization", answer)]
            else:
                break
        if response.status != 200:
            raise PhoneError(response.status, response.start)

    def dial(self, number: str, caller: str | None = None, sound: Pcm | None = None) -> PhoneCall:
        """Call ``number`` as ``caller``; watch the returned call's futures."""
        local = f"<sip:{caller or self.user}@{self.host}:{self.port}>;tag={secrets.token_hex(4)}"
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        call = PhoneCall(self, secrets.token_hex(12), local, f"<{uri}>", uri, self.sound if sound is None else sound)
        self._open[call.call_id] = call
        self.spawn(self._invite(call, uri))
        return call

    async def request(self, method: str, uri: str, headers: Headers, body: str, branch: str = "") -> SipMessage:
        """Send a request, again until answered, and return its final response. Raises PhoneError when none comes."""
        branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        via = ("Via", f"SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport")
        data = build(f"{method} {uri} SIP/2.0", [via, ("Max-Forwards", "70"), *headers], body)
        inbox: asyncio.Queue[SipMessage] = asyncio.Queue()
        self._waiting[branch, method] = inbox
        wait, waited, provisional = FIRST_RETRY, 0.0, False
        try:
            self.send(data)
            while True:
                try:
                    async with asyncio.timeout(None if provisional and method == "INVITE" else wait):
                        response = await inbox.get()
                except TimeoutError:
                    waited += wait
                    if waited >= GIVE_UP:
                        raise PhoneError(0, f"{method}: no answer") from None
                    wait = min(wait * 2, 4.0)
                    self.send(data)
                    continue
                if response.status >= 200:
                    return response
                provisional = True
                call = self._open.get(response.header("call-id"))
                if call is not None and method == "INVITE":
                    await self._progress(call, response)
        finally:
            self._waiting.pop((branch, method), None)

    def dialogue(self, call: PhoneCall, sequence: int, method: str) -> Headers:
        """The headers of a request within a conversation."""
        return [
            ("From", call.local),
            ("To", call.remote),
            ("Call-ID", call.call_id),
            ("CSeq", f"{sequence} {method}"),
            ("Contact", f"<{self._contact}>"),
        ]

    async def cancel(self, call: PhoneCall) -> None:
        """Give up an unanswered attempt of ours."""
        headers = self.dialogue(call, 1, "CANCEL")
        headers[1] = ("To", call.remote.split(";")[0])
        await self.request("CANCEL", f"{call.target}", headers, "", call.call_id)

    def respond(self, request: SipMessage, status: int, text: str, to: str = "", body: str = "") -> bytes:
        """Answer a request and remember the answer for its retransmissions."""
        headers = [("Via", via) for via in request.all("via")]
        headers += [("From", request.header("from")), ("To", to or request.header("to"))]
        headers += [("Call-ID", request.header("call-id")), ("CSeq", request.header("cseq"))]
        headers += [("Contact", f"<{self._contact}>")]
        data = build(f"SIP/2.0 {status} {text}", headers, body)
        self._responses[request.branch, request.method] = data
        self.send(data)
        return data

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.sendto(data, self.server)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        message = parse(data)
        if message is None:
            return
        if message.status:
            inbox = self._waiting.get((message.branch, message.method))
            if inbox is not None:
                inbox.put_nowait(message)
            elif message.method == "INVITE" and message.status >= 200:
                self.acknowledge(message)  # our ACK was lost
            return
        known = self._responses.get((message.branch, message.method))
        if known is not None:
            self.send(known)
        else:
            self._take(message)

    def error_received(self, error: Exception) -> None:
        """The engine's port is closed (it restarts): requests are sent again anyway."""

    @property
    def _contact(self) -> str:
        return f"sip:{self.user}@{self.host}:{self.port}"

    def _take(self, request: SipMessage) -> None:
        """A new request from the centre."""
        call = self._open.get(request.header("call-id"))
        match request.method:
            case "INVITE" if call is None:
                self._be_rung(request)
            case "INVITE" if call is not None:
                self.respond(request, 200, "OK", call.local, audio_description(self.host, call.audio.port))
            case "ACK":
                if call is not None and not call.answered.done():
                    call.answered.set_result(asyncio.get_running_loop().time())
            case "BYE":
                self.respond(request, 200, "OK")
                if call is not None:
                    call.finish("BYE")
            case "CANCEL":
                self.respond(request, 200, "OK")
                if call is not None and call.invite is not None and not call.ended.done():
                    self.respond(call.invite, 487, "Request Terminated", call.local)
                    call.finish("CANCEL")
            case _:
                self.respond(request, 200, "OK")

    def _be_rung(self, request: SipMessage) -> None:
        local = f"{request.header('to')};tag={secrets.token_hex(4)}"
        call = PhoneCall(self, request.header("call-id"), local, request.header("from"), request.contact, self.sound)
        call.invite = request
        self._open[call.call_id] = call
        self.respond(request, 180, "Ringing", local)
        self.calls.put_nowait(call)
        if self._behaviour is not None:
            self._behaviour(call)

    async def _invite(self, call: PhoneCall, uri: str) -> None:
        await call.audio.open()
        body = audio_description(self.host, call.audio.port)
        call.at = asyncio.get_running_loop().time()
        try:
            response = await self.request("INVITE", uri, self.dialogue(call, 1, "INVITE"), body, call.call_id)
        except PhoneError as error:
            call.finish(str(error.status))
            return
        if response.status == 401 and self.password:
            response = await self._invite_again(call, uri, body, response)
        if response.status < 300 and tag_of(response.header("to")):
            call.remote, call.target = response.header("to"), response.contact or uri
            self._hear(call, response)
            self.acknowledge(response)
            call.answered.set_result(asyncio.get_running_loop().time())
            if call.ended.done():  # hung up while the answer was on its way
                await self.request("BYE", call.target, self.dialogue(call, 2, "BYE"), "")
        else:
            self.acknowledge(response)
            call.finish(str(response.status))

    async def _invite_again(self, call: PhoneCall, uri: str, body: str, refused: SipMessage) -> SipMessage:
        """Dial once more with the password that was asked for."""
        self.acknowledge(refused)
        call.sequence += 1
        answer = digest(
            refused.header("www-authenticate"), self.user, self.password, "INVITE", uri, secrets.token_hex(4)
        )
        headers = [*self.dialogue(call, call.sequence, "INVITE"), ("Authorization", answer)]
        return await self.request("INVITE", uri, headers, body)

    async def _progress(self, call: PhoneCall, response: SipMessage) -> None:
        if response.status >= 180 and not call.ringing.done():
            call.ringing.set_result(response.status)
        if response.body:
            self._hear(call, response)

    def _hear(self, call: PhoneCall, response: SipMessage) -> None:
        """Audio begins with the answer, or before it (early media)."""
        if response.body:
            payload = 0 if "RTP/AVP 0" in response.body else 8
            call.audio.start(media_address(response.body), payload)

    def acknowledge(self, response: SipMessage) -> None:
        """The ACK of a final answer to an INVITE of ours."""
        accepted = response.status < 300
        branch = f"z9hG4bK{secrets.token_hex(8)}" if accepted else response.branch
        number = response.header("cseq").split()[0]
        target = (
            response.contact
            if accepted and response.contact
            else f"sip:{user_of(response.header('to'))}@{self.server[0]}"
        )
        headers = [
            ("Via", f"SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", response.header("from")),
            ("To", response.header("to")),
            ("Call-ID", response.header("call-id")),
            ("CSeq", f"{number} ACK"),
        ]
        self.send(build(f"ACK {target} SIP/2.0", headers))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something on the side, until the phone is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
