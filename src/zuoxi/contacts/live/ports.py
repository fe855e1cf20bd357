"""What the live loop needs of the rooms above and beside it, stated here and injected by ``switchboard.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from zuoxi.routing.events import Event
from zuoxi.routing.model import CallbackPlan, Caller, Configuration
from zuoxi.routing.records import CallbackView


@dataclass(frozen=True, slots=True)
class HotlineName:
    number: str
    name: str
    line: str
    line_name: str


@dataclass(frozen=True, slots=True)
class AgentName:
    """``number`` is the agent's own number in the house (工号)."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Names:
    """What desks show for identifiers; ``agents`` are those who may sit at a desk at all. ``reasons`` and
    ``dispositions`` are rows {code, zh, en, …} as pages get them."""

    hotlines: Mapping[str, HotlineName] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    agents: Mapping[str, AgentName] = field(default_factory=dict)
    reasons: Sequence[Mapping[str, Any]] = ()
    dispositions: Sequence[Mapping[str, Any]] = ()


def _always_open(hotline: str, at: float) -> bool:
    return True


def _midnight(at: float) -> float:
    return at - at % 86400.0


def _in_silence(project: str | None) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class DomainConfiguration:
    """A tenant's routing configuration with the names beside it. ``is_open(hotline id, seconds since the epoch)`` tells
    whether a hotline is in its hours; ``day_start(seconds)`` the midnight before, by the tenant's clock.
    ``telephones``: from which ordinary telephone number an agent may work (home agents).
    ``tells_supervised(project)``: whether the agents of a project's calls are shown who listens to them."""

    configuration: Configuration
    names: Names = field(default_factory=Names)
    is_open: Callable[[str, float], bool] = _always_open
    day_start: Callable[[float], float] = _midnight
    telephones: Mapping[str, str] = field(default_factory=dict)
    tells_supervised: Callable[[str | None], bool] = _in_silence


class ConfigurationSource(Protocol):
    async def tenants(self) -> list[str]:
        """All tenants that can be called. Others get a routing domain when an agent of theirs comes."""
        ...

    async def load(self, tenant_id: str) -> DomainConfiguration: ...


class CallerLookup(Protocol):
    async def look_up(self, tenant_id: str, line_id: str, number: str) -> Caller:
        """Who calls. ``number`` is as the trunk gave it. May be slow or fail: the live loop waits a second."""
        ...


@dataclass(frozen=True, slots=True)
class FlowCall:
    """Whose call asks in a flow. ``customer``: whom the look-up at arrival found. ``dry``: a trial, which must change
    nothing; ``at``: the time it is to count as, when not now."""

    tenant_id: str
    contact: str
    number: str
    hotline: str
    line: str | None
    customer: str | None
    dry: bool = False
    at: datetime | None = None


class FlowServices(Protocol):
    async def ask(self, call: FlowCall, service: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        """The answer of a service of ``routing.flow_services``, with its exit under ``exit``; without one it has
        failed. May be slow or fail: the live loop waits two seconds. Asked again after a restart, so one that writes
        does it once for each contact."""
        ...


class CallbackStore(Protocol):
    async def plans(self, tenant_id: str, now: float) -> tuple[CallbackPlan, ...]:
        """How the tenant's callbacks are made, with the permitted times around ``now``."""
        ...

    async def news(self, tenant_id: str, live: Sequence[CallbackView], now: float) -> list[Event]:
        """What the router does not know yet: rows of before, what was asked for over HTTP, people who need no call."""
        ...


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom a change in the database concerns: contacts and customers by their ids, callers by their numbers' keys (what
    two presentations of one number share)."""

    contacts: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallTarget:
    """Somebody who can be called: the number as it is stored, and who it is, where that is known. ``line`` is the
    business line on whose behalf, where what was pointed at says so."""

    number: str
    customer: str | None = None
    vip: bool = False
    line: str | None = None


class CallTargets(Protocol):
    async def find(
        self, tenant_id: str, kind: str, object_id: str, *, line: str | None, own: str | None
    ) -> CallTarget | None:
        """Whom somebody means who need not see the number: ``kind`` is number (then ``object_id`` is what was typed),
        customer_number, customer (its first number), order (the recipient), contact (with ``own``: only one that this
        agent had a part in). ``line``: the line for whose client a typed number is looked up."""
        ...


class ScreenPop(Protocol):
    async def fetch(
        self, tenant_id: str, contact_id: str | None, line_id: str | None, number: str, customer_id: str | None
    ) -> dict[str, Any]:
        """What the desk shows about the caller (``Pop`` of the desk's protocol). ``customer_id`` is whom the look-up at
        arrival found; who was named since for the contact comes first."""
        ...

    async def concern(self, tenant_id: str, topic: str, object_id: str) -> Concern:
        """Whose pops show what was announced as changed."""
        ...

    def number_key(self, number: str) -> str:
        """The key of a caller's number, as in ``Concern.numbers``."""
        ...


@dataclass(frozen=True, slots=True)
class DeskIdentity:
    """Who a desk's token speaks for."""

    tenant_id: str
    user_id: str
    name: str
    number: str
    permissions: frozenset[str]
    locale: str


class TokenCheck(Protocol):
    def __call__(self, token: str) -> DeskIdentity | None:
        """The identity in a desk's token; None when it is not ours or is out of date."""
        ...
