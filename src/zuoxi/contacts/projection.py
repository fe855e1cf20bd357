"""From journal rows to database rows: pure, and the only place that says what follows from a fact.

The shipper uses it for new rows and a rebuild for old ones, so both give the same tables. Works on the journal's JSON
values as they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from zuoxi.contacts import callback_rows
from zuoxi.routing import commands as c
from zuoxi.routing.commands import Fact

Row = dict[str, Any]

FACT_KINDS: frozenset[str] = frozenset(fact.__name__ for fact in Fact.__args__)

# The columns of ``contact`` that later facts change. FIRST keeps what is there, NEWEST takes the newest, WORST what is
# last by the alphabet (poor, silent).
FIRST = ("queued_at", "dialled_at", "caller_id", "answered_at")
NEWEST = ("queue_id", "agent_id", "ended_at", "outcome", "reason", "waited_s", "talked_s", "disposition", "note")
WORST = ("quality",)


# What supervisors do to others, for the audit log: event → action, and what stands in the entry's detail.
AUDITED: dict[str, tuple[str, tuple[str, ...]]] = {
    "SuperviseRequested": ("supervise", ("mode",)),
    "TakeOverRequested": ("take_over", ()),
    "PickUpRequested": ("pick_up", ()),
    "ForceTransferRequested": ("force_transfer", ("to_agent", "to_queue")),
    "ForceHangUpRequested": ("force_hang_up", ()),
    "AgentSetReady": ("set_ready", ()),
    "AgentSetNotReady": ("set_not_ready", ("reason",)),
    "AgentSetSignedOut": ("set_signed_out", ()),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal row with its JSON read. ``at``: seconds since the epoch."""

    domain: str
    epoch: int
    seq: int
    at: float
    event: Row
    commands: list[Row]
    extra: Row | None = None


@dataclass(slots=True)
class Projection:
    """``events``: rows of contact_event. ``started``: new rows of contact by id. ``changed``: changes to contacts that
    exist already, by id, with a value (or None for no change) for each of FIRST, NEWEST and WORST. ``callbacks``,
    ``voicemails``, ``rule_hits``: new rows. ``audits``: rows of the audit log. ``answers``: callers' answers to
    surveys."""

    events: list[Row] = field(default_factory=list)
    started: dict[str, Row] = field(default_factory=dict)
    changed: dict[str, Row] = field(default_factory=dict)
    callbacks: list[Row] = field(default_factory=list)
    callback_changes: list[Row] = field(default_factory=list)
    voicemails: list[Row] = field(default_factory=list)
    rule_hits: list[Row] = field(default_factory=list)
    audits: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)


ReadNumber = Callable[[str], tuple[str | None, str]]


def project(entries: Iterable[Entry], read_number: ReadNumber) -> Projection:
    """What the entries, in order, come to. ``read_number(raw)`` gives E.164 (or None) and the key that two
    presentations of one number share."""
    result = Projection()
    for entry in entries:
        _note_event(result, entry)
        _note_act(result, entry)
        for index, command in enumerate(entry.commands):
            if command["kind"] in FACT_KINDS:
                _project_fact(result, entry, index, command, read_number)
    return result


def as_uuid(value: object) -> str | None:
    """The value when it is a UUID in its usual form, else None."""
    if isinstance(value, str) and len(value) == 36:
        try:
            uuid.UUID(value)
        except ValueError:
            return None
        return value
    return None


def _change(result: Projection, contact: str, **values: Any) -> None:
    row = result.started.get(contact)
    if row is None:
        row = result.changed.get(contact)
        if row is None:
            row = result.changed[contact] = dict.fromkeys((*FIRST, *NEWEST, *WORST))
    for name, value in values.items():
        if value is not None and not (name in FIRST and row[name] is not None):
            row[name] = max(value, row[name] or "") if name in WORST else value


def _note_event(result: Projection, entry: Entry) -> None:
    """What a row says besides facts: the disposition and the note of a wrap-up."""
    if entry.event["kind"] == "WrapUpFinished":
        note = (entry.extra or {}).get("note")
        _change(result, entry.event["contact"], disposition=entry.event.get("disposition"), note=note)


def _note_act(result: Projection, entry: Entry) -> None:
    """A supervisor's act, unless it was refused."""
    event = entry.event
    found = AUDITED.get(event["kind"])
    if found is None or any(command["kind"] == c.RequestRefused.__name__ for command in entry.commands):
        return
    action, names = found
    contact = event.get("contact")
    result.audits.append(
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.domain}/{entry.epoch}/{entry.seq}/act")),
            "at": entry.at,
            "user_id": as_uuid(event["agent"] if contact else event["by"]),
            "action": action,
            "kind": "contact" if contact else "user",
            "object_id": contact or event["agent"],
            "detail": {name: event[name] for name in names if event.get(name) is not None},
        }
    )


def _project_fact(result: Projection, entry: Entry, index: int, fact: Row, read_number: ReadNumber) -> None:
    kind = fact["kind"]
    contact = fact.get("contact")
    result.events.append(
        {
            "domain": entry.domain,
            "epoch": entry.epoch,
            "seq": entry.seq,
            "index": index,
            "at": entry.at,
            "kind": kind,
            "contact_id": as_uuid(contact or fact.get("task")),
            "agent_id": as_uuid(fact.get("agent")),
            "queue_id": as_uuid(fact.get("queue")),
            "line_id": as_uuid(fact.get("line")),
            "payload": {name: value for name, value in fact.items() if name != "kind"},
        }
    )
    if kind == c.ContactStarted.__name__:
        result.started[fact["contact"]] = _new_contact(entry, fact, read_number)
    elif kind == c.ContactDialled.__name__:
        _change(result, fact["contact"], dialled_at=entry.at, caller_id=fact["caller_id"] or None)
    elif kind == c.ContactQueued.__name__:
        _change(result, fact["contact"], queue_id=as_uuid(fact["queue"]), queued_at=_since(entry, fact))
    elif kind == c.ContactAnswered.__name__:
        _change(result, fact["contact"], agent_id=as_uuid(fact["agent"]), answered_at=entry.at)
    elif kind == c.ContactTakenOver.__name__:
        _change(result, fact["contact"], agent_id=as_uuid(fact["agent"]))
    elif kind == c.CallQualityChanged.__name__:
        if fact["state"] != "good":
            _change(result, fact["contact"], quality=fact["state"])
    elif kind == c.ContactEnded.__name__:
        _change(
            result,
            fact["contact"],
            ended_at=entry.at,
            outcome=fact["outcome"],
            reason=fact["reason"],
            waited_s=fact["waited"],
            talked_s=fact["talked"],
        )
    elif kind == c.SurveyAnswered.__name__:
        result.answers.append(_answer(entry, index, fact))
    elif kind == c.VoicemailLeft.__name__:
        result.voicemails.append(
            {
                "id": _own_id(entry, index),
                "contact_id": fact["contact"],
                "queue_id": as_uuid(fact["queue"]),
                "line_id": as_uuid(fact["line"]),
                "project_id": as_uuid(fact["project"]),
                "customer_id": as_uuid(fact["customer"]),
                "number": fact["number"],
                "number_key": read_number(fact["number"])[1],
                "left_at": fact["begun_at"],
                "seconds": fact["seconds"],
            }
        )
    elif kind == c.CallerRuleApplied.__name__:
        result.rule_hits.append(
            {
                "id": _own_id(entry, index),
                "rule_id": fact["rule"],
                "contact_id": fact["contact"],
                "at": entry.at,
                "action": fact["action"],
                "refuse_with": fact["refuse_with"],
                "until": fact["until"],
            }
        )
    elif kind == c.CallbackRecorded.__name__:
        result.callbacks.append(
            {
                "id": _own_id(entry, index),
                "contact_id": fact["contact"],
                "number": fact["number"],
                "queue_id": as_uuid(fact["queue"]),
                "reason": fact["reason"],
                "created_at": entry.at,
                "state": "joined" if fact.get("joined") else "open",
                "due_at": fact.get("due_at"),
                "expires_at": fact.get("expires_at"),
                "kept_place": bool(fact.get("kept_place")),
                "joined_contact_id": fact.get("joined"),
                # Facts of before there were tasks leave it to whoever feeds open rows in.
                "live": fact.get("due_at") is not None,
            }
        )
    elif kind in callback_rows.KINDS:
        result.callback_changes.append(callback_rows.change(kind, fact, entry.at))


def _answer(entry: Entry, index: int, fact: Row) -> Row:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.domain}/{entry.epoch}/{entry.seq}/{index}")),
        "contact_id": fact["contact"],
        "flow_id": as_uuid(fact["flow"].partition(":")[0]),
        "version": fact["version"],
        "node": fact["node"],
        "question": fact["question"],
        "value": int(fact["value"]),
        "agent_id": as_uuid(fact["agent"]),
        "at": entry.at,
    }


def _own_id(entry: Entry, index: int) -> str:
    """The same for the same fact, however often it is projected."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.domain}/{entry.epoch}/{entry.seq}/{index}"))


def _since(entry: Entry, fact: Row) -> float:
    """When the caller came: before the router heard of it, when the fact says so."""
    since = fact.get("since")
    return entry.at if since is None else float(since)


def _new_contact(entry: Entry, fact: Row, read_number: ReadNumber) -> Row:
    e164, key = read_number(fact["number"])
    known = fact["line"] is not None
    direction = fact.get("direction", "inbound")
    # What the caller dialled, as the trunk gave it; of a call out, ``caller_id`` says what the called one saw.
    dialled = "" if direction == "outbound" else entry.event.get("hotline") or fact["hotline"]
    return {
        "id": fact["contact"],
        "project_id": as_uuid(fact["project"]),
        "line_id": as_uuid(fact["line"]),
        "hotline_id": as_uuid(fact["hotline"]) if known else None,
        "direction": direction,
        "dialled": dialled,
        "number": fact["number"],
        "number_e164": e164,
        "number_key": key,
        "customer_id": as_uuid(fact["customer"]),
        "vip": fact["vip"],
        "call": fact["call"],
        "started_at": _since(entry, fact),
        **dict.fromkeys((*FIRST, *NEWEST, *WORST)),
        "agent_id": as_uuid(fact.get("agent")),
    }
