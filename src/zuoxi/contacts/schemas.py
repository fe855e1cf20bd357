"""What goes over HTTP about contacts. Numbers are masked unless they were revealed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from zuoxi.contacts.models import Callback, Contact, ContactEvent
from zuoxi.customers import Id, Strict, read_number
from zuoxi.lines import Names
from zuoxi.platform.masking import mask_number

Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$"), Field(max_length=4000)]
_PERSONAL = frozenset({"number", "to_number", "call", "digits"})  # what callers type may be a number, too


class ContactOut(BaseModel):
    """One contact. Durations in seconds."""

    id: Id
    medium: str
    direction: str
    number: str
    number_place: str | None
    dialled: str
    hotline_id: Id | None
    hotline_name: str | None
    line_id: Id | None
    line_name: str | None
    queue_id: Id | None
    queue_name: str | None
    customer_id: Id | None
    customer_name: str | None
    vip: bool
    agent_id: Id | None
    agent_name: str | None
    started_at: datetime
    queued_at: datetime | None
    dialled_at: datetime | None
    caller_id: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    waited_s: float | None
    talked_s: float | None
    outcome: str | None
    reason: str | None
    disposition: str | None
    note: str | None
    quality: str | None
    previous_contact_id: Id | None

    @classmethod
    def values(
        cls, contact: Contact, names: Names, agent_name: str | None, customer_name: str | None, *, revealed: bool
    ) -> dict[str, Any]:
        """The fields of a contact, its number masked unless revealed."""
        phone = read_number(contact.number)
        shown = phone.shown or contact.number
        plain = {
            name: getattr(contact, name)
            for name in cls.model_fields
            if name not in ("number_place", "hotline_name", "line_name", "queue_name", "customer_name", "agent_name")
            and name in ContactOut.model_fields
            and hasattr(contact, name)
        }
        return plain | {
            "number": shown if revealed else mask_number(shown),
            "number_place": phone.place,
            "hotline_name": names.hotlines.get(contact.hotline_id or ""),
            "line_name": names.lines.get(contact.line_id or ""),
            "queue_name": names.queues.get(contact.queue_id or ""),
            "agent_name": agent_name,
            "customer_name": customer_name,
        }


class TimelineEntry(BaseModel):
    """One fact about a contact. ``data`` holds the fact's own fields."""

    at: datetime
    kind: str
    agent_id: Id | None
    agent_name: str | None
    queue_id: Id | None
    queue_name: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: ContactEvent, agent_name: str | None, names: Names) -> TimelineEntry:
        data = {name: value for name, value in event.payload.items() if name not in _PERSONAL}
        return cls(
            at=event.at,
            kind=event.kind,
            agent_id=event.agent_id,
            agent_name=agent_name,
            queue_id=event.queue_id,
            queue_name=names.queues.get(event.queue_id or ""),
            data=data,
        )


class SurveyAnswerOut(BaseModel):
    """One answer of the caller; ``agent_id``: whose conversation it is about."""

    model_config = ConfigDict(from_attributes=True)

    question: str
    value: int
    agent_id: Id | None
    at: datetime


class ContactDetail(ContactOut):
    """One contact with everything that happened to it, in order, and what the caller answered to a survey."""

    timeline: list[TimelineEntry]
    survey: list[SurveyAnswerOut]


class NoteIn(Strict):
    """``note``: what was spoken about (empty: remove it; absent: leave it). ``customer_id``: who it was."""

    note: Words | None = None
    customer_id: Id | None = None


class CallbackOut(BaseModel):
    id: Id
    contact_id: Id
    number: str
    number_place: str | None
    customer_id: Id | None
    customer_name: str | None
    queue_id: Id | None
    queue_name: str | None
    line_name: str | None
    reason: str
    state: str
    waited_s: float | None
    created_at: datetime
    done_by: Id | None
    done_by_name: str | None
    done_at: datetime | None
    result: str | None
    stage: str | None
    attempts: int
    due_at: datetime | None
    expires_at: datetime | None
    agent_id: Id | None
    agent_name: str | None
    kept_place: bool
    last_result: str | None
    result_contact_id: Id | None

    @classmethod
    def of(
        cls,
        callback: Callback,
        contact: Contact,
        names: Names,
        *,
        done_by_name: str | None,
        agent_name: str | None,
        customer_name: str | None,
        revealed: bool,
    ) -> CallbackOut:
        phone = read_number(callback.number)
        shown = phone.shown or callback.number
        return cls(
            id=callback.id,
            contact_id=callback.contact_id,
            number=shown if revealed else mask_number(shown),
            number_place=phone.place,
            customer_id=contact.customer_id,
            customer_name=customer_name,
            queue_id=callback.queue_id,
            queue_name=names.queues.get(callback.queue_id or ""),
            line_name=names.lines.get(contact.line_id or ""),
            reason=callback.reason,
            state=callback.state,
            waited_s=contact.waited_s,
            created_at=callback.created_at,
            done_by=callback.done_by,
            done_by_name=done_by_name,
            done_at=callback.done_at,
            result=callback.result,
            stage=callback.stage,
            attempts=callback.attempts,
            due_at=callback.postpone_to or callback.due_at,
            expires_at=callback.expires_at,
            agent_id=callback.agent_id,
            agent_name=agent_name,
            kept_place=callback.kept_place,
            last_result=callback.last_result,
            result_contact_id=callback.result_contact_id,
        )


class CallbackAttempt(BaseModel):
    """One attempt to reach somebody."""

    at: datetime
    result: str
    agent_id: Id | None
    dialled: Id | None


class CallbackAttempts(BaseModel):
    items: list[CallbackAttempt]


class CallbackPostpone(Strict):
    """Until when nobody calls."""

    until: AwareDatetime


class CallbackResult(Strict):
    """What came of a callback. ``dropped``: it is closed without having reached anybody."""

    result: Annotated[Words, Field(min_length=1)]
    dropped: bool = False
