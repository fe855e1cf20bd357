"""The whole state of a routing domain, the router's and how things stand, and its texts in the journal.

An event changes the state as a whole or not at all: when a fault of our own code breaks off in the middle, the state is
made anew from what it was at the last snapshot and the events since, which is what a replay of the journal gives.
"""

from __future__ import annotations

import orjson

from zuoxi.contacts.live.standing import Standing
from zuoxi.routing import codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.model import Configuration
from zuoxi.routing.router import Router


def encode_event(event: e.Event) -> str:
    """The journal's text of an event."""
    return orjson.dumps(codec.encode(event)).decode()


def encode_commands(commands: list[c.Command]) -> str:
    """The journal's text of the commands and facts of one event."""
    return orjson.dumps([codec.encode(command) for command in commands]).decode()


def same_commands(commands: list[c.Command], text: str) -> bool:
    """Whether commands are those of a journal's text; one that was written before a field was added counts too."""
    return encode_commands(commands) == text or commands == [codec.decode(plain) for plain in orjson.loads(text)]


class DomainState:
    """Made empty, or by ``from_text``. ``configuration`` is the router's (None before the first), ``at`` the time of
    the last event (seconds since the epoch)."""

    def __init__(self) -> None:
        self.router = Router()
        self.standing = Standing()
        self.configuration: Configuration | None = None
        self.version = 0
        self.at = 0.0
        self._base: tuple[str, float] | None = None  # the last snapshot; None: the empty state
        self._since: list[tuple[e.Event, float]] = []  # the events after it

    @classmethod
    def from_text(cls, body: str, at: float) -> DomainState:
        """The state that ``snapshot`` wrote. Raises CodecError, KeyError or TypeError when this version does not read
        it."""
        state = cls()
        state._restore(body, at)
        state._base = (body, at)
        return state

    def _restore(self, body: str, at: float) -> None:
        plain = orjson.loads(body)
        self.router = Router.restore(plain["router"])
        self.configuration = codec.decode(plain["router"]["configuration"])
        self.standing = Standing.restore(plain["standing"], self.configuration)
        self.version, self.at = plain["version"], at

    def snapshot(self) -> str:
        """The whole state as text; from here on this is what a fault goes back to."""
        plain = {"router": self.router.snapshot(), "standing": self.standing.snapshot(), "version": self.version}
        body = orjson.dumps(plain, option=orjson.OPT_NON_STR_KEYS).decode()
        self._base, self._since = (body, self.at), []
        return body

    def handle(self, event: e.Event, at: float) -> list[c.Command]:
        """What follows from an event. Raises whatever our own code raises in the middle of it; the state is then what
        it was before."""
        try:
            commands = self._handle(event, at)
        except RequestImpossible:
            raise  # raised before anything is changed
        except Exception:
            self._go_back()
            raise
        self._since.append((event, at))
        return commands

    def _handle(self, event: e.Event, at: float) -> list[c.Command]:
        commands = self.router.handle(event, at)
        self.standing.apply(event, commands, at)
        if isinstance(event, e.ConfigurationLoaded):
            self.configuration, self.version = event.configuration, event.configuration.version
        self.at = at
        return commands

    def _go_back(self) -> None:
        if self._base is None:
            self.router, self.standing, self.configuration = Router(), Standing(), None
            self.version, self.at = 0, 0.0
        else:
            self._restore(*self._base)
        for event, at in self._since:
            self._handle(event, at)
