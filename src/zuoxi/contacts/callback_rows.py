"""What follows from a fact about a callback for its row: pure."""

from __future__ import annotations

import uuid
from typing import Any

from zuoxi.routing import commands as c

Row = dict[str, Any]

_NOTHING: Row = dict.fromkeys(
    (
        "stage",
        "agent_id",
        "attempts",
        "last_result",
        "due_at",
        "expires_at",
        "kept_place",
        "state",
        "result",
        "done_by",
        "done_at",
        "result_contact_id",
    )
)
KINDS = frozenset(
    kind.__name__
    for kind in (
        c.CallbackAdopted,
        c.CallbackOffered,
        c.CallbackOfferEnded,
        c.CallbackTaken,
        c.CallbackDialled,
        c.CallbackAttempted,
        c.CallbackPostponed,
        c.CallbackEnded,
    )
)


def change(kind: str, fact: Row, at: float) -> Row:
    """The values that a fact gives a row (None: as it is; stage and agent are always set)."""
    row = _NOTHING | {"task": fact["task"], "stage": "waiting"}
    match kind:
        case "CallbackAdopted":
            row |= {"due_at": fact["due_at"], "expires_at": fact["expires_at"]}
        case "CallbackOffered":
            row |= {"stage": "offered", "agent_id": fact["agent"]}
        case "CallbackTaken":
            row |= {"stage": "waiting" if fact["agent"] is None else "taken", "agent_id": fact["agent"]}
        case "CallbackDialled":
            row |= {"stage": "dialling", "agent_id": fact["agent"], "attempts": fact["attempt"]}
        case "CallbackAttempted":
            row |= {"stage": "retry_waiting", "last_result": fact["result"], "due_at": fact["due_at"]}
            row["kept_place"] = None if fact["result"] == "agent" else False
        case "CallbackPostponed":
            row |= {"stage": "retry_waiting", "due_at": fact["until"], "kept_place": False}
        case "CallbackEnded":
            row |= {
                "stage": None,
                "state": fact["state"],
                "result": fact["reason"],
                "done_by": _uuid(fact.get("by")),
                "done_at": at,
                "result_contact_id": fact.get("dialled"),
            }
    return row


def _uuid(value: object) -> str | None:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return None
