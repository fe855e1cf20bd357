"""HTTP of the contacts' room: history, notes, callbacks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines
from zuoxi.accounts import Principal, TenantSession, User, require
from zuoxi.contacts import caller_rule_routes, history, try_flow_routes, voicemail_routes
from zuoxi.contacts.callbacks import State, attempts_of, callbacks, finish_callback, postpone_callback
from zuoxi.contacts.errors import NoSuchCallback
from zuoxi.contacts.models import Callback, Contact
from zuoxi.contacts.schemas import (
    CallbackAttempt,
    CallbackAttempts,
    CallbackOut,
    CallbackPostpone,
    CallbackResult,
    ContactDetail,
    ContactOut,
    NoteIn,
    SurveyAnswerOut,
    TimelineEntry,
)
from zuoxi.contacts.take_note import take_note
from zuoxi.customers import Customer, Id
from zuoxi.platform import audit
from zuoxi.platform.errors import Forbidden
from zuoxi.platform.paging import Listed, Paged
from zuoxi.platform.services import Services, services
from zuoxi.routing.model import Direction

router = APIRouter()
router.include_router(voicemail_routes.router)
router.include_router(caller_rule_routes.router)
records = APIRouter(prefix="/api", tags=["contacts"])
records.include_router(try_flow_routes.router)

Reader = Annotated[Principal, Depends(require("contacts.read", "contacts.read_own"))]
CallbackWorker = Annotated[Principal, Depends(require("callbacks.work"))]
Provided = Annotated[Services, Depends(services)]


def _own(reader: Principal) -> str | None:
    """Whose contacts alone this reader may see; None when all."""
    return None if reader.may("contacts.read") else reader.user_id


@records.get("/contacts", operation_id="list_contacts")
async def list_contacts(
    reader: Reader,
    session: TenantSession,
    page: Paged,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Excluded")] = None,
    agent_id: Id | None = None,
    outcome: Annotated[str | None, Query(max_length=30)] = None,
    number: Annotated[str | None, Query(max_length=40, description="Exactly this telephone number")] = None,
    customer_id: Id | None = None,
    line_id: Id | None = None,
    queue_id: Id | None = None,
    direction: Direction | None = None,
) -> Listed[ContactOut]:
    """Contacts, newest first. ``q`` finds by number, customer and note."""
    filters = history.Filters(
        since=since,
        until=until,
        agent_id=agent_id,
        outcome=outcome,
        number=number,
        customer_id=customer_id,
        line_id=line_id,
        queue_id=queue_id,
        direction=direction,
        own=_own(reader),
        q=page.q,
    )
    sortable = {
        "started_at": Contact.started_at,
        "ended_at": Contact.ended_at,
        "waited_s": Contact.waited_s,
        "talked_s": Contact.talked_s,
    }
    rows, total = await page.fetch(session, history.contacts(filters).order_by(Contact.id), sortable, "-started_at")
    names = await lines.names(session)
    return Listed(
        items=[
            ContactOut(**ContactOut.values(row[0], names, row.agent_name, row.customer_name, revealed=False))
            for row in rows
        ],
        total=total,
    )


@records.get("/my-calls", operation_id="list_my_calls")
async def list_my_calls(
    reader: Annotated[Principal, Depends(require("contacts.read_own"))],
    session: TenantSession,
    page: Paged,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Excluded")] = None,
    direction: Direction | None = None,
    outcome: Annotated[str | None, Query(max_length=30)] = None,
) -> Listed[ContactOut]:
    """The reader's own calls, in and out, newest first: also those in which they had a part before somebody else took
    over. Nobody's calls but one's own, whatever else one may see."""
    filters = history.Filters(
        since=since, until=until, outcome=outcome, direction=direction, part=reader.user_id, q=page.q
    )
    sortable = {"started_at": Contact.started_at, "talked_s": Contact.talked_s}
    rows, total = await page.fetch(session, history.contacts(filters).order_by(Contact.id), sortable, "-started_at")
    names = await lines.names(session)
    return Listed(
        items=[
            ContactOut(**ContactOut.values(row[0], names, row.agent_name, row.customer_name, revealed=False))
            for row in rows
        ],
        total=total,
    )


@records.get("/contacts/{contact_id}", operation_id="get_contact")
async def get_contact(contact_id: Id, reader: Reader, session: TenantSession, reveal: bool = False) -> ContactDetail:
    """One contact with its timeline. ``reveal`` shows the number whole, which needs the right and is audited."""
    if reveal and not reader.may("customers.reveal"):
        raise Forbidden
    contact = await history.get_contact(session, contact_id, own=_own(reader))
    if reveal:
        await audit.record(session, reader.user_id, "reveal", "contact", contact.id)
    names = await lines.names(session)
    agent = await session.get(User, (contact.tenant_id, contact.agent_id)) if contact.agent_id else None
    customer = await session.get(Customer, (contact.tenant_id, contact.customer_id)) if contact.customer_id else None
    values = ContactOut.values(
        contact, names, agent.name if agent else None, customer.name if customer else None, revealed=reveal
    )
    entries = await history.timeline(session, contact_id)
    return ContactDetail(
        **values,
        timeline=[TimelineEntry.of(event, name, names) for event, name in entries],
        survey=[SurveyAnswerOut.model_validate(answer) for answer in await history.answers(session, contact_id)],
    )


@records.put("/contacts/{contact_id}/note", operation_id="take_note")
async def put_note(contact_id: Id, body: NoteIn, reader: Reader, session: TenantSession) -> ContactOut:
    """The service note of a contact, and which customer it was with."""
    contact = await take_note(
        session, reader.user_id, contact_id, body.note, body.customer_id, own=_own(reader) is not None
    )
    names = await lines.names(session)
    customer = await session.get(Customer, (contact.tenant_id, contact.customer_id)) if contact.customer_id else None
    return ContactOut(**ContactOut.values(contact, names, None, customer.name if customer else None, revealed=False))


@records.get("/callbacks", operation_id="list_callbacks")
async def list_callbacks(
    worker: CallbackWorker,
    session: TenantSession,
    page: Paged,
    state: State | None = "open",
    mine: bool = False,
) -> Listed[CallbackOut]:
    """Callers to call back, the oldest first. Agents see their own and those of the queues whose skill they have;
    supervisors all. Who works on them sees the numbers whole. ``mine``: only what I have."""
    sortable = {"created_at": Callback.created_at, "done_at": Callback.done_at, "due_at": Callback.due_at}
    own = worker.user_id
    queues = [] if mine else None if worker.may("floor.view") else await lines.queues_of_agent(session, own)
    statement = callbacks(state, queues=queues, own=own).order_by(Callback.id)
    rows, total = await page.fetch(session, statement, sortable, "created_at" if state == "open" else "-created_at")
    names = await lines.names(session)
    revealed = worker.may("customers.reveal")
    if revealed and rows:
        await audit.record(session, worker.user_id, "reveal", "callback_list", str(page.number), {"rows": len(rows)})
    return Listed(
        items=[
            CallbackOut.of(
                row[0],
                row[1],
                names,
                done_by_name=row.done_by_name,
                agent_name=row.agent_name,
                customer_name=row.customer_name,
                revealed=revealed,
            )
            for row in rows
        ],
        total=total,
    )


@records.get("/callbacks/{callback_id}/attempts", operation_id="list_callback_attempts")
async def get_attempts(callback_id: Id, worker: CallbackWorker, session: TenantSession) -> CallbackAttempts:
    """How often somebody tried, and what came of it."""
    await _concerns(worker, session, callback_id)
    return CallbackAttempts(
        items=[
            CallbackAttempt(
                at=event.at,
                result=event.payload["result"],
                agent_id=event.agent_id,
                dialled=event.payload.get("dialled"),
            )
            for event in await attempts_of(session, callback_id)
        ]
    )


@records.post("/callbacks/{callback_id}/postpone", operation_id="postpone_callback", status_code=204)
async def post_postpone(
    callback_id: Id, body: CallbackPostpone, worker: CallbackWorker, session: TenantSession
) -> None:
    """Put an open callback off."""
    await _concerns(worker, session, callback_id)
    await postpone_callback(session, worker.user_id, callback_id, body.until)


async def _concerns(worker: Principal, session: AsyncSession, callback_id: str) -> None:
    """Raises NoSuchCallback for one that is none of this person's business."""
    queues = None if worker.may("floor.view") else await lines.queues_of_agent(session, worker.user_id)
    seen = callbacks(None, queues=queues, own=worker.user_id).where(Callback.id == callback_id)
    if (await session.execute(seen)).first() is None:
        raise NoSuchCallback


@records.post("/callbacks/{callback_id}/done", operation_id="finish_callback", status_code=204)
async def post_done(
    callback_id: Id,
    body: CallbackResult,
    worker: CallbackWorker,
    session: TenantSession,
    provided: Provided,
) -> None:
    """Close a callback with what came of it."""
    await _concerns(worker, session, callback_id)
    await finish_callback(session, worker.user_id, callback_id, body.result, dropped=body.dropped, now=provided.clock())


router.include_router(records)
