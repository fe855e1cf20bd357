"""Business lines, hotlines, queues, skills, and the words and settings around them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from zuoxi.platform.database import CURRENT_TENANT, Base, TenantRow, reference

CLOSING_MESSAGE = """'{"kind": "message", "target": null}'::jsonb"""


class Skill(TenantRow, Base):
    """A skill group (技能组): what a queue asks for and an agent has."""

    __tablename__ = "skill"

    name: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("tenant_id", "name"),)


class Queue(TenantRow, Base):
    """Where callers wait. Durations in seconds; ``wrap_up_limit_s`` None: a wrap-up ends only by hand. What callers
    meet there means the same as in ``routing.model.Queue``; ``when_*``, ``overflow`` and ``comfort`` have the form of
    the bodies in schemas."""

    __tablename__ = "queue"

    name: Mapped[str] = mapped_column(Text)
    skill_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    priority: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    time_limit_s: Mapped[float] = mapped_column(Float, server_default=text("120"))
    offer_timeout_s: Mapped[float] = mapped_column(Float, server_default=text("15"))
    wrap_up_limit_s: Mapped[float | None] = mapped_column(Float)
    wrap_up_extension_s: Mapped[float] = mapped_column(Float, server_default=text("60"))
    wrap_up_extensions: Mapped[int] = mapped_column(Integer, server_default=text("2"))
    service_level_s: Mapped[float] = mapped_column(Float, server_default=text("20"))
    music: Mapped[str] = mapped_column(Text, server_default=text("'default'"))
    max_waiting: Mapped[int | None] = mapped_column(Integer)
    when_full: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text(CLOSING_MESSAGE))
    when_unstaffed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    when_timed_out: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text(CLOSING_MESSAGE))
    overflow: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    announce_first_s: Mapped[float | None] = mapped_column(Float)
    announce_every_s: Mapped[float | None] = mapped_column(Float)
    say_position: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    say_wait: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    comfort: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    offer_callback: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    seconds_per_priority: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        reference("skill_id", "skill"),
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("time_limit_s > 0 and offer_timeout_s > 0 and service_level_s > 0", name="durations"),
    )


class BusinessLine(TenantRow, Base):
    """A business line (业务类型) of a project. Its VIPs are offered to ``vip_skill_id`` first; whom its agents call
    sees ``outbound_caller_id``, a hotline's number of the same project (None: that of the hotline in question)."""

    __tablename__ = "business_line"

    project_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    name: Mapped[str] = mapped_column(Text)
    vip_skill_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    outbound_caller_id: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        reference("project_id", "project"),
        reference("vip_skill_id", "skill"),
        UniqueConstraint("tenant_id", "name"),
    )


class Hotline(TenantRow, Base):
    """A dialled number. ``hours`` as in ``rules.hours_from_json`` (None: always open); ``greeting`` is a prompt's key.
    Callers go through the call flow ``flow_id`` (None: straight into the queue), and through ``survey_flow_id`` when
    the agent has left them.
    A number is unique in the installation: it alone says whose call it is."""

    __tablename__ = "hotline"

    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    line_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    queue_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    answer_before_waiting: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    greeting: Mapped[str | None] = mapped_column(Text)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    flow_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    survey_flow_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))

    __table_args__ = (
        reference("line_id", "business_line"),
        reference("queue_id", "queue"),
        reference("flow_id", "call_flow"),
        reference("survey_flow_id", "call_flow"),
        UniqueConstraint("number"),
    )


class AgentSkill(TenantRow, Base):
    """One skill of an agent, with its level (1 to 10, larger is better)."""

    __tablename__ = "agent_skill"

    agent_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    skill_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    level: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        reference("agent_id", "app_user", ondelete="CASCADE"),
        reference("skill_id", "skill"),
        UniqueConstraint("tenant_id", "agent_id", "skill_id"),
        CheckConstraint("level between 1 and 10", name="level"),
    )


class AgentSkillToday(TenantRow, Base):
    """A skill that a supervisor gave an agent (``level``), or took away (None), until a moment; over ``AgentSkill``."""

    __tablename__ = "agent_skill_today"

    agent_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    skill_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    level: Mapped[int | None] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column()
    given_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (
        reference("agent_id", "app_user", ondelete="CASCADE"),
        reference("skill_id", "skill", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "agent_id", "skill_id"),
        CheckConstraint("level between 1 and 10", name="level"),
    )


class LineSettings(Base):
    """A tenant's routing and recording settings; ``version`` grows with every change of lines, queues or skills.
    ``tell_supervised``: whether an agent's desk shows who listens, unless ``tell_supervised_projects`` (project →
    whether) says otherwise."""

    __tablename__ = "line_settings"

    tenant_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, server_default=text(CURRENT_TENANT))
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    vip_boost: Mapped[int] = mapped_column(Integer, server_default=text("20"))
    last_agent_boost: Mapped[int] = mapped_column(Integer, server_default=text("10"))
    last_agent_reach: Mapped[str] = mapped_column(Text, server_default=text("'any_line'"))
    last_agent_max_age_s: Mapped[float | None] = mapped_column(Float)
    seconds_per_priority: Mapped[float | None] = mapped_column(Float)
    confirm_home: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    refuse_with: Mapped[str] = mapped_column(Text, server_default=text("'message'"))
    spoken_language: Mapped[str] = mapped_column(Text, server_default=text("'zh'"))
    record_waiting: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    pause_recording_limit_s: Mapped[float] = mapped_column(Float, server_default=text("120"))
    tell_supervised: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    tell_supervised_projects: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        CheckConstraint("spoken_language in ('zh', 'en')", name="spoken_language"),
        CheckConstraint("last_agent_reach in ('any_line', 'same_line', 'off')", name="reach"),
        CheckConstraint("refuse_with in ('message', 'busy')", name="refuse_with"),
    )


class SpecialDay(TenantRow, Base):
    """A holiday, open in ``spans`` only, or a make-up day, which works as ``like_weekday`` (0 = Monday); of one
    hotline, or (None) of the whole tenant."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(Date)
    hotline_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    like_weekday: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    spans: Mapped[list[list[str]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))

    __table_args__ = (
        reference("hotline_id", "hotline", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "day", "hotline_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("kind in ('holiday', 'make_up')", name="kind"),
        CheckConstraint("like_weekday between 0 and 6", name="weekday"),
    )


class Disposition(TenantRow, Base):
    """What a conversation was about (小结), chosen at wrap-up; of one business line, or (None) of all."""

    __tablename__ = "disposition"

    code: Mapped[str] = mapped_column(Text)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    line_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))

    __table_args__ = (
        reference("line_id", "business_line"),
        UniqueConstraint("tenant_id", "code"),
    )


class NotReadyReason(TenantRow, Base):
    """Why an agent is not ready. One that is not ``selectable`` is set by the system only. ``stay_limit_s`` at a
    stretch and ``day_limit_s`` over the tenant's day are how long it may take; ``warns``: agent and supervisors are
    told when it takes longer."""

    __tablename__ = "not_ready_reason"

    code: Mapped[str] = mapped_column(Text)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    selectable: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    stay_limit_s: Mapped[float | None] = mapped_column(Float)
    day_limit_s: Mapped[float | None] = mapped_column(Float)
    warns: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))

    __table_args__ = (UniqueConstraint("tenant_id", "code"),)


class Prompt(TenantRow, Base):
    """A tenant's own version of a prompt; without one the shipped text counts. ``uploaded``: it is a recording."""

    __tablename__ = "prompt"

    key: Mapped[str] = mapped_column(Text)
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, server_default=text("'zh'"))
    uploaded: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint("language in ('zh', 'en', 'zh+en')", name="language"),
    )


class DialLimit(TenantRow, Base):
    """What outbound calls may reach and cost: of the tenant (``project_id`` None), or of one project besides it. See
    ``dialling.DialLimits``."""

    __tablename__ = "dial_limit"

    project_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    allowed: Mapped[list[str]] = mapped_column(JSONB)
    denied: Mapped[list[str]] = mapped_column(JSONB)
    concurrent: Mapped[int] = mapped_column(Integer)
    spend_per_hour: Mapped[int] = mapped_column(BigInteger)
    longest_s: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        reference("project_id", "project", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "project_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("concurrent >= 0 and spend_per_hour >= 0 and longest_s > 0", name="sizes"),
    )


class DialTariff(TenantRow, Base):
    """What a started minute and a connection cost, in minor units, to numbers that begin with ``prefix``."""

    __tablename__ = "dial_tariff"

    prefix: Mapped[str] = mapped_column(Text)
    per_minute: Mapped[int] = mapped_column(BigInteger)
    per_call: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("tenant_id", "prefix"),
        CheckConstraint("per_minute >= 0 and per_call >= 0", name="prices"),
    )


class SipBan(Base):
    """An address that our SIP refuses from ``banned_at`` to ``ends_at`` (or until it is lifted). Of the installation,
    no tenant's: only the narrow role touches it. ``reason`` is a ``guard.Kind`` or ``by_hand``."""

    __tablename__ = "sip_ban"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    banned_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    banned_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    lifted_at: Mapped[datetime | None] = mapped_column()
    lifted_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))

    __table_args__ = (Index(None, "ends_at"), Index(None, "address"))


class CallbackPlanRow(TenantRow, Base):
    """How people who were lost in a queue (None: in any without a plan of its own) are called back. See
    ``routing.model.CallbackPlan``; ``hours`` as a hotline's, None: at any time."""

    __tablename__ = "callback_plan"

    queue_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    mode: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer)
    first_after_s: Mapped[float] = mapped_column(Float)
    busy_after_s: Mapped[float] = mapped_column(Float)
    no_answer_after_s: Mapped[float] = mapped_column(Float)
    failed_after_s: Mapped[float] = mapped_column(Float)
    expires_after_s: Mapped[float] = mapped_column(Float)
    idle_s: Mapped[float] = mapped_column(Float)
    preview_s: Mapped[float] = mapped_column(Float)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        reference("queue_id", "queue", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "queue_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("mode in ('off', 'preview', 'progressive')", name="mode"),
        CheckConstraint("attempts > 0", name="attempts"),
    )
