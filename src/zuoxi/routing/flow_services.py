"""What a call flow may look up: the services by name, with what they take, how they answer and what they give.

The router only names a service; ``contacts/live`` carries it out through an injected port (``FlowServices``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FAILED = "failed"  # every service may be late or break
EXIT = "exit"  # the key under which a service's answer names its exit


@dataclass(frozen=True, slots=True)
class Service:
    """``arguments``: name → whether it must be given. ``exits``: how it may answer, besides failed. ``results``: what
    it gives. ``writes``: it changes something, so that a trial must not carry it out."""

    name: str
    arguments: Mapping[str, bool]
    exits: tuple[str, ...]
    results: tuple[str, ...]
    writes: bool = False


SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        Service(
            "order_status",
            {"number": False, "last4": False},
            ("found", "not_found"),
            (
                "number",
                "state",
                "state_prompt",
                "courier",
                "courier_prompt",
                "waybill",
                "waybill_last4",
                "ordered_on",
                "items",
                "amount",
            ),
        ),
        Service("customer", {}, ("known", "unknown"), ("vip", "orders")),
        Service("hours", {"hotline": False}, ("open", "closed"), ()),
        Service(
            "draw_register",
            {"draw": True, "ticket": True},
            ("registered", "duplicate", "invalid", "closed"),
            ("result", "result_prompt", "entries"),
            writes=True,
        ),
    )
}
# Asked by the branch node itself when it compares with the time of day: the tenant's clock is not the router's.
CLOCK = "clock"
CLOCK_RESULTS = ("weekday", "minute", "date")
