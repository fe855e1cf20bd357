"""What supervisors ask for at their desks about other people's calls and states, as the router's events."""

from __future__ import annotations

from typing import Any

from zuoxi.contacts.live.desk import SUPERVISE, DeskConnection
from zuoxi.contacts.live.desk_arguments import ArgumentMissing, NotPermitted, member, optional_text, text
from zuoxi.contacts.live.domain import Domain
from zuoxi.routing import events as e
from zuoxi.routing.model import SupervisionMode

Frame = dict[str, Any]


def floor_event(domain: Domain, desk: DeskConnection, name: object, frame: Frame) -> e.Event | None:
    """The event of a supervisor's command; None when it is none. Raises NotPermitted (also for calls of projects that
    the supervisor is not bound to), ArgumentMissing."""
    if name not in _COMMANDS:
        return None
    check_supervisor(desk)
    by = desk.agent_id
    if name == "set_agent":
        return _set_agent(by, frame)
    contact = text(frame, "contact")
    found = domain.standing.contacts.get(contact)
    if found is not None and not domain.within_scope(by, found):
        raise NotPermitted
    match name:
        case "supervise":
            return e.SuperviseRequested(by, contact, member(SupervisionMode, frame, "mode"))
        case "end_supervision":
            return e.SuperviseEnded(by, contact)
        case "take_over":
            return e.TakeOverRequested(by, contact)
        case "pick_up":
            return e.PickUpRequested(by, contact)
        case "force_transfer":
            to_agent, to_queue = optional_text(frame, "to_agent"), optional_text(frame, "to_queue")
            return e.ForceTransferRequested(by, contact, to_agent, to_queue)
        case "force_hang_up":
            return e.ForceHangUpRequested(by, contact)
        case _:
            return e.HelpAnswered(by, contact)


def check_supervisor(desk: DeskConnection) -> None:
    """Raises NotPermitted for whoever may not act in others' calls."""
    if SUPERVISE not in desk.permissions:
        raise NotPermitted


_COMMANDS = frozenset(
    {
        "supervise",
        "end_supervision",
        "take_over",
        "pick_up",
        "force_transfer",
        "force_hang_up",
        "answer_help",
        "set_agent",
    }
)


def _set_agent(by: str, frame: Frame) -> e.Event:
    agent = text(frame, "agent")
    match frame.get("state"):
        case "ready":
            return e.AgentSetReady(agent, by)
        case "not_ready":
            return e.AgentSetNotReady(agent, by, text(frame, "reason"))
        case "signed_out":
            return e.AgentSetSignedOut(agent, by)
        case _:
            raise ArgumentMissing(argument="state")
