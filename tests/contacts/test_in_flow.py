"""How things stand with callers in a call flow."""

from __future__ import annotations

from tests.routing.floors import configuration

from zuoxi.contacts.live.standing import Standing
from zuoxi.routing import Router
from zuoxi.routing import events as e
from zuoxi.routing.model import Caller


def test_who_is_sent_into_a_flow_out_of_a_queue_or_asked_afterwards_is_no_waiting_and_no_talking_call() -> None:
    router, standing, now = Router(), Standing(), 1000.0

    def send(event: e.Event, after: float = 1.0) -> None:
        nonlocal now
        now += after
        standing.apply(event, router.handle(event, now), now)

    send(e.ConfigurationLoaded(configuration()))
    send(e.CallArrived("c1", "call-c1", "4005", Caller("13800000001")))
    contact = standing.contacts["c1"]
    for event, after, in_flow in (
        (e.DigitPressed("c1", "1"), 1.0, False),
        (e.TimePassed(), 61.0, True),  # the queue sends the caller back into the flow
        (e.DigitPressed("c1", "1"), 1.0, False),
        (e.AgentSignedIn("ann", "aann"), 1.0, False),
        (e.AgentReady("ann"), 1.0, False),
        (e.OfferAnswered("c1-1"), 1.0, False),
        (e.AgentLegEnded("c1-1"), 1.0, True),  # the survey
    ):
        send(event, after)
        assert contact.in_flow is in_flow, event
