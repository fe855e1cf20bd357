"""Contacts as the database knows them: the shipped journal, its facts one by one, and what follows from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import CURRENT_TENANT, Base, TenantRow, reference


class ContactJournal(Base):
    """A shipped row of a routing domain's journal: the event with the router's answer. Append-only."""

    __tablename__ = "contact_journal"

    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, server_default=text(CURRENT_TENANT))
    domain: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column()
    configuration_version: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[dict[str, Any]] = mapped_column(JSONB)
    commands: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    extra: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class ContactEvent(Base):
    """One fact that the router stated. ``kind`` is the fact's class name, ``payload`` its fields. Append-only."""

    __tablename__ = "contact_event"

    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, server_default=text(CURRENT_TENANT))
    domain: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    index: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column()
    kind: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    agent_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index(None, "tenant_id", "at"),
        Index(None, "tenant_id", "contact_id", "at"),
        # whose calls: recordings are found by everybody who talked in them
        Index(
            None,
            "tenant_id",
            "agent_id",
            "contact_id",
            postgresql_where=text("kind in ('ContactAnswered', 'ContactTakenOver')"),
        ),
    )


class Contact(TenantRow, Base):
    """One conversation with one person. Everything but note and, when set by hand, customer follows from the events.

    ``direction`` is inbound or outbound; whom we called was rung from ``dialled_at`` on and saw ``caller_id``.
    ``queued_at`` and ``answered_at`` are the first, ``queue_id`` and ``agent_id`` the last; ``waited_s`` and
    ``talked_s`` are sums of seconds over the whole contact. ``quality``: the worst that it sounded (poor, silent; None:
    good).
    """

    __tablename__ = "contact"

    medium: Mapped[str] = mapped_column(Text, server_default=text("'voice'"))
    direction: Mapped[str] = mapped_column(Text, server_default=text("'inbound'"))
    project_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    hotline_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    dialled: Mapped[str] = mapped_column(Text, server_default=text("''"))
    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    number_e164: Mapped[str | None] = mapped_column(Text)
    number_key: Mapped[str] = mapped_column(Text(collation="C"), server_default=text("''"))
    customer_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    vip: Mapped[bool] = mapped_column(server_default=text("false"))
    agent_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    call: Mapped[str] = mapped_column(Text, server_default=text("''"))
    started_at: Mapped[datetime] = mapped_column()
    queued_at: Mapped[datetime | None] = mapped_column()
    dialled_at: Mapped[datetime | None] = mapped_column()
    caller_id: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    waited_s: Mapped[float | None] = mapped_column(Float)
    talked_s: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    quality: Mapped[str | None] = mapped_column(Text)
    previous_contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        Index(None, "tenant_id", "started_at"),
        Index(None, "tenant_id", "agent_id", "started_at"),
        Index(None, "tenant_id", "number_key", "started_at"),
        Index(None, "tenant_id", "customer_id", "started_at"),
    )


class SurveyAnswer(TenantRow, Base):
    """One answer of a caller to a survey; ``agent_id``: whose conversation it is about. Append-only."""

    __tablename__ = "survey_answer"

    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    flow_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    version: Mapped[int] = mapped_column(Integer)
    node: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    value: Mapped[int] = mapped_column(Integer)
    agent_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        reference("contact_id", "contact"),
        Index(None, "tenant_id", "contact_id"),
        Index(None, "tenant_id", "at"),
    )


class Callback(TenantRow, Base):
    """Somebody who should be called back, as the router's facts have it. The task is named by ``contact_id``; times are
    those of its next turn and its end."""

    __tablename__ = "callback"

    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text)
    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
    created_at: Mapped[datetime] = mapped_column()
    done_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    done_at: Mapped[datetime | None] = mapped_column()
    result: Mapped[str | None] = mapped_column(Text)
    result_contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    live: Mapped[bool] = mapped_column(server_default=text("false"))  # the router has, or had, it as a task
    stage: Mapped[str | None] = mapped_column(Text)  # of an open one: routing.model.CallbackState
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    due_at: Mapped[datetime | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    agent_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # who has it on the desk, keeps or dials it
    kept_place: Mapped[bool] = mapped_column(server_default=text("false"))
    joined_contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # the task that this one joined
    last_result: Mapped[str | None] = mapped_column(Text)
    postpone_to: Mapped[datetime | None] = mapped_column()  # asked for over HTTP, not told to the router yet
    postpone_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("contact_id", "contact"),
        CheckConstraint("state in ('open', 'done', 'dropped', 'given_up', 'joined')", name="state"),
        Index(None, "tenant_id", "state", "created_at"),
        Index(None, "tenant_id", "contact_id"),
    )


class Voicemail(TenantRow, Base):
    """A message that a caller left: ``seconds`` of the contact's own recording, from ``left_at``. ``called_at``: when
    somebody last called back for it. ``escalated_at``: since when supervisors know that nobody heard it in time."""

    __tablename__ = "voicemail"

    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    project_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    customer_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    number: Mapped[str] = mapped_column(Text)
    number_key: Mapped[str] = mapped_column(Text(collation="C"))
    left_at: Mapped[datetime] = mapped_column()
    seconds: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(Text, server_default=text("'new'"))
    heard_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    heard_at: Mapped[datetime | None] = mapped_column()
    called_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    called_at: Mapped[datetime | None] = mapped_column()
    closed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    closed_at: Mapped[datetime | None] = mapped_column()
    result: Mapped[str | None] = mapped_column(Text)
    escalated_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        reference("contact_id", "contact"),
        CheckConstraint("state in ('new', 'heard', 'done')", name="state"),
        Index(None, "tenant_id", "state", "left_at"),
        Index(None, "tenant_id", "contact_id"),
    )


class VoicemailSetting(TenantRow, Base):
    """After how many seconds an unheard message of a queue is told to supervisors; a queue without a row: see
    ``voicemail_rules.ESCALATE_AFTER_S``."""

    __tablename__ = "voicemail_setting"

    queue_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    escalate_after_s: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        reference("queue_id", "queue", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "queue_id"),
        CheckConstraint("escalate_after_s > 0", name="limit"),
    )


class CallerRule(TenantRow, Base):
    """What is done with certain callers. ``pattern``: the number's key (kind number) or how it begins (prefix);
    ``calls`` within ``minutes`` (repeated: calls before this one; silent: those in which nobody spoke). ``state``
    review: in force on an agent's word until a supervisor has looked. ``parent_id``: the counted rule that blocked this
    number for a while; ``contact_id``: the call for which it was made."""

    __tablename__ = "caller_rule"

    kind: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text(collation="C"), server_default=text("''"))
    calls: Mapped[int | None] = mapped_column(Integer)
    minutes: Mapped[int | None] = mapped_column(Integer)
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    action: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    block_minutes: Mapped[int | None] = mapped_column(Integer)
    refuse_with: Mapped[str] = mapped_column(Text, server_default=text("'message'"))
    why: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'active'"))
    contact_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    parent_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    reviewed_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    reviewed_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        reference("line_id", "business_line"),
        CheckConstraint("kind in ('number', 'prefix', 'withheld', 'repeated', 'silent')", name="kind"),
        CheckConstraint("action in ('flag', 'priority', 'block')", name="action"),
        CheckConstraint("refuse_with in ('message', 'busy')", name="refuse_with"),
        CheckConstraint("state in ('review', 'active', 'ended')", name="state"),
        CheckConstraint("(kind in ('number', 'prefix')) = (pattern <> '')", name="pattern"),
        CheckConstraint(
            "(kind in ('repeated', 'silent')) = (calls is not null and minutes is not null)", name="counted"
        ),
        CheckConstraint("calls > 0 and minutes > 0 and block_minutes > 0", name="sizes"),
        Index(None, "tenant_id", "state", "made_at"),
    )


class CallerRuleHit(TenantRow, Base):
    """A rule met a call."""

    __tablename__ = "caller_rule_hit"

    rule_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    contact_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    at: Mapped[datetime] = mapped_column()
    action: Mapped[str] = mapped_column(Text)

    __table_args__ = (reference("contact_id", "contact"), Index(None, "tenant_id", "rule_id", "at"))
