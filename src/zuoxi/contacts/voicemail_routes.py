"""HTTP of the messages that callers left. Their sound is answered by the recordings' room."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from zuoxi import lines
from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.contacts import voicemail
from zuoxi.contacts.models import Voicemail
from zuoxi.contacts.schemas import Words
from zuoxi.customers import Id, Strict, read_number
from zuoxi.platform import audit
from zuoxi.platform.masking import mask_number
from zuoxi.platform.paging import Listed, Paged, Sortable
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["voicemail"])

Worker = Annotated[Principal, Depends(require("voicemail.work"))]
Manager = Annotated[Principal, Depends(require("voicemail.manage"))]
Provided = Annotated[Services, Depends(services)]


class VoicemailOut(BaseModel):
    """A message. ``reached_since``: an agent has spoken with the same number after it."""

    id: Id
    contact_id: Id
    number: str
    number_place: str | None
    withheld: bool
    customer_id: Id | None
    customer_name: str | None
    queue_id: Id | None
    queue_name: str | None
    line_id: Id | None
    line_name: str | None
    left_at: datetime
    seconds: float
    state: Literal["new", "heard", "done"]
    escalated_at: datetime | None
    heard_by: Id | None
    heard_by_name: str | None
    heard_at: datetime | None
    called_at: datetime | None
    closed_by: Id | None
    closed_by_name: str | None
    closed_at: datetime | None
    result: str | None
    reached_since: bool


class VoicemailCounts(BaseModel):
    """``new``: nobody heard it; ``escalated``: of those, for longer than the queue's limit; ``open``: not closed."""

    new: int
    escalated: int
    open: int


class VoicemailResult(Strict):
    result: Annotated[Words, Field(min_length=1)]


class EscalationOut(BaseModel):
    queue_id: Id
    queue_name: str
    escalate_after_s: int


class EscalationIn(Strict):
    queue_id: Id
    escalate_after_s: Annotated[int, Field(ge=60, le=86400)]


class EscalationsIn(Strict):
    items: Annotated[list[EscalationIn], Field(max_length=500)]


def _out(row: Voicemail, names: lines.Names, *, revealed: bool, **more: object) -> VoicemailOut:
    phone = read_number(row.number)
    shown = phone.shown or row.number
    plain = {name: getattr(row, name) for name in VoicemailOut.model_fields if hasattr(row, name)}
    return VoicemailOut(
        **plain
        | {
            "number": shown if revealed else mask_number(shown),
            "number_place": phone.place,
            "withheld": not phone.key,
            "queue_name": names.queues.get(row.queue_id or ""),
            "line_name": names.lines.get(row.line_id or ""),
        }
        | more
    )


@router.get("/voicemails", operation_id="list_voicemails")
async def list_voicemails(
    worker: Worker,
    session: TenantSession,
    page: Paged,
    state: Literal["open", "new", "heard", "done"] | None = None,
    queue_id: Id | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Excluded")] = None,
    escalated: bool | None = None,
) -> Listed[VoicemailOut]:
    """Messages, the most urgent first: those told to supervisors, then new ones, the oldest first."""
    statement = voicemail.voicemails(
        worker, state=state, queue_id=queue_id, since=since, until=until, escalated=escalated, q=page.q
    ).order_by(Voicemail.left_at, Voicemail.id)
    sortable: Sortable = {"urgency": voicemail.urgency(), "left_at": Voicemail.left_at, "seconds": Voicemail.seconds}
    rows, total = await page.fetch(session, statement, sortable, "urgency")
    names = await lines.names(session)
    revealed = worker.may("customers.reveal")
    if revealed and rows:
        await audit.record(session, worker.user_id, "reveal", "voicemail_list", str(page.number), {"rows": len(rows)})
    return Listed(
        items=[
            _out(
                row[0],
                names,
                revealed=revealed,
                customer_name=row.customer_name,
                heard_by_name=row.heard_by_name,
                closed_by_name=row.closed_by_name,
                reached_since=row.reached_since,
            )
            for row in rows
        ],
        total=total,
    )


@router.get("/voicemails/counts", operation_id="count_voicemails")
async def get_counts(worker: Worker, session: TenantSession) -> VoicemailCounts:
    """How many messages wait for this user."""
    return VoicemailCounts(**await voicemail.counts(session, worker))


@router.post("/voicemails/{voicemail_id}/close", operation_id="close_voicemail", status_code=204)
async def post_close(
    voicemail_id: Id, body: VoicemailResult, worker: Worker, session: TenantSession, provided: Provided
) -> None:
    """Close a message with what came of it."""
    await voicemail.close_voicemail(session, worker, voicemail_id, body.result, provided.clock())


@router.post("/voicemails/{voicemail_id}/reopen", operation_id="reopen_voicemail", status_code=204)
async def post_reopen(voicemail_id: Id, worker: Worker, session: TenantSession) -> None:
    """Take back that a message is done."""
    await voicemail.reopen_voicemail(session, worker, voicemail_id)


@router.post("/voicemails/{voicemail_id}/called", operation_id="note_voicemail_called", status_code=204)
async def post_called(voicemail_id: Id, worker: Worker, session: TenantSession, provided: Provided) -> None:
    """Somebody calls back for this message."""
    await voicemail.note_called(session, worker, voicemail_id, provided.clock())


@router.get("/voicemail-settings", operation_id="list_voicemail_settings")
async def get_settings(worker: Worker, session: TenantSession) -> Listed[EscalationOut]:
    """After how long unheard messages of each queue are told to supervisors."""
    names = await lines.names(session)
    found = await voicemail.settings(session)
    items = [
        EscalationOut(queue_id=queue, queue_name=names.queues.get(queue, ""), escalate_after_s=seconds)
        for queue, seconds in found.items()
    ]
    return Listed(items=sorted(items, key=lambda item: item.queue_name), total=len(items))


@router.put("/voicemail-settings", operation_id="change_voicemail_settings", status_code=204)
async def put_settings(body: EscalationsIn, manager: Manager, session: TenantSession) -> None:
    """Set these limits."""
    wanted = {item.queue_id: item.escalate_after_s for item in body.items}
    await voicemail.change_settings(session, manager, wanted)
