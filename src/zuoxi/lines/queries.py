"""What other rooms and pages read of lines: the router's configuration, opening hours, words, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Tenant, User, UserRole
from zuoxi.lines import flow_queries
from zuoxi.lines.models import (
    AgentSkill,
    AgentSkillToday,
    BusinessLine,
    Disposition,
    Hotline,
    LineSettings,
    NotReadyReason,
    Queue,
)
from zuoxi.lines.rules import hours_from_json, is_open_at
from zuoxi.lines.special_days import special_days
from zuoxi.lines.words import DISPOSITIONS, NOT_READY_REASONS, DispositionView, ReasonView
from zuoxi.routing import model as routing

LOOK_AHEAD = timedelta(days=400)


async def routing_configuration(session: AsyncSession) -> routing.Configuration:
    """Everything the router of this session's tenant goes by, with a version that grows at every change.

    Queues, hotlines (active ones) and agents (active, with the agent's or supervisor's role, or with a skill) come in
    a fixed order.
    """
    settings = await session.get(LineSettings, await _tenant_id(session))
    queues = (await session.scalars(select(Queue).order_by(Queue.id))).all()
    rows = (
        await session.execute(
            select(Hotline, BusinessLine)
            .join(BusinessLine, BusinessLine.id == Hotline.line_id)
            .where(Hotline.active)
            .order_by(Hotline.id)
        )
    ).all()
    hotlines = tuple(
        routing.Hotline(
            id=hotline.id,
            number=hotline.number,
            line=line.id,
            project=line.project_id,
            queue=hotline.queue_id,
            answer_before_waiting=hotline.answer_before_waiting,
            greeting=hotline.greeting,
            vip_skill=line.vip_skill_id,
            flow=hotline.flow_id,
            survey_flow=hotline.survey_flow_id,
            caller_id=line.outbound_caller_id or "",
        )
        for hotline, line in rows
    )
    return routing.Configuration(
        version=settings.version if settings else 0,
        rules=_rules(settings),
        queues=tuple(
            routing.Queue(
                id=queue.id,
                skill=queue.skill_id,
                priority=queue.priority,
                time_limit=queue.time_limit_s,
                offer_timeout=queue.offer_timeout_s,
                wrap_up_limit=queue.wrap_up_limit_s,
                music=queue.music,
                max_waiting=queue.max_waiting,
                when_full=_exit(queue.when_full),
                when_unstaffed=None if queue.when_unstaffed is None else _exit(queue.when_unstaffed),
                when_timed_out=_exit(queue.when_timed_out),
                overflow=tuple(
                    routing.Overflow(step["to_queue"], step["after_s"], step["waiting_more_than"])
                    for step in queue.overflow
                ),
                announce_first=queue.announce_first_s,
                announce_every=queue.announce_every_s,
                say_position=queue.say_position,
                say_wait=queue.say_wait,
                comfort=tuple(
                    routing.Comfort(each["prompt"], each["first_s"], each["every_s"]) for each in queue.comfort
                ),
                offer_callback=queue.offer_callback,
                seconds_per_priority=queue.seconds_per_priority,
                wrap_up_extension=queue.wrap_up_extension_s,
                wrap_up_extensions=queue.wrap_up_extensions,
            )
            for queue in queues
        ),
        hotlines=hotlines + await flow_queries.test_hotlines(session, hotlines),
        agents=await _agents(session),
        flows=await flow_queries.published_flows(session),
    )


def _exit(stored: dict[str, Any]) -> routing.Exit:
    return routing.Exit(routing.ExitKind(stored["kind"]), stored.get("target"))


def _rules(settings: LineSettings | None) -> routing.Rules:
    if settings is None:
        return routing.Rules()
    return routing.Rules(
        vip_boost=settings.vip_boost,
        last_agent_boost=settings.last_agent_boost,
        last_agent_reach=routing.Reach(settings.last_agent_reach),
        last_agent_max_age=settings.last_agent_max_age_s,
        seconds_per_priority=settings.seconds_per_priority,
        refuse_with=routing.RefuseWith(settings.refuse_with),
        spoken_language=settings.spoken_language,
        confirm_home=settings.confirm_home,
        pause_recording_limit=settings.pause_recording_limit_s,
    )


async def _agents(session: AsyncSession) -> tuple[routing.AgentProfile, ...]:
    seated = select(UserRole.user_id).where(UserRole.role.in_(("agent", "supervisor")))
    skilled = select(AgentSkill.agent_id).union(select(AgentSkillToday.agent_id))
    users = (
        await session.scalars(
            select(User.id).where(User.active, or_(User.id.in_(seated), User.id.in_(skilled))).order_by(User.id)
        )
    ).all()
    held: dict[str, dict[str, int]] = {user: {} for user in users}
    for row in await session.scalars(select(AgentSkill)):
        if row.agent_id in held:
            held[row.agent_id][row.skill_id] = row.level
    for given in await session.scalars(select(AgentSkillToday).where(AgentSkillToday.until > func.now())):
        if given.agent_id in held:
            held[given.agent_id].pop(given.skill_id, None)
            if given.level is not None:
                held[given.agent_id][given.skill_id] = given.level
    return tuple(routing.AgentProfile(id=agent, skills=tuple(sorted(each.items()))) for agent, each in held.items())


async def zone(session: AsyncSession) -> ZoneInfo:
    """The time zone of this session's tenant: where its day begins and its hours count."""
    name = await session.scalar(select(Tenant.time_zone).where(Tenant.id == await _tenant_id(session)))
    return ZoneInfo(name or "Asia/Shanghai")


async def is_open(session: AsyncSession, hotline_id: str, at: datetime) -> bool:
    """Whether the hotline is open at the aware instant ``at``; an unknown hotline is not closed by hours."""
    stored = await session.scalar(select(Hotline.hours).where(Hotline.id == hotline_id))
    where = await zone(session)
    today = at.astimezone(where).date()
    days = await special_days(session, today - timedelta(days=1), today)
    return is_open_at(hours_from_json(stored), days.get(None, {}), where, at, days.get(hotline_id, {}))


async def opening(session: AsyncSession) -> Callable[[str, datetime], bool]:
    """All hours at once, as a pure function (hotline id, aware instant) → open, for whoever cannot ask the database at
    each call. Valid until lines change; special days reach ``LOOK_AHEAD`` from now."""
    where = await zone(session)
    stored = (await session.execute(select(Hotline.id, Hotline.hours).where(Hotline.hours.is_not(None)))).all()
    hours = {row.id: hours_from_json(row.hours) for row in stored}
    today = datetime.now(where).date()
    days = await special_days(session, today - timedelta(days=2), today + LOOK_AHEAD)
    return lambda hotline_id, at: is_open_at(
        hours.get(hotline_id), days.get(None, {}), where, at, days.get(hotline_id, {})
    )


async def tenant_of_hotline(narrow: AsyncSession, number: str) -> tuple[str, str] | None:
    """Whose active hotline a dialled number is: (tenant id, hotline id), or None.

    ``narrow`` is a session of the narrow role: no tenant is known yet. A leading + and the country code of a number
    stored without it do not matter.
    """
    found = await narrow.execute(
        select(Hotline.tenant_id, Hotline.id, Hotline.number).where(
            Hotline.number.in_(spellings(number)), Hotline.active
        )
    )
    rows = sorted(found.all(), key=lambda row: row.number != number)
    return (rows[0].tenant_id, rows[0].id) if rows else None


def spellings(number: str) -> list[str]:
    """The forms in which one dialled number may be stored: with and without +, 00, 86 or 0 in front."""
    forms = [number]
    bare = number.removeprefix("+").removeprefix("00")
    national = bare.removeprefix("86").removeprefix("0")
    for form in (bare, f"+{bare}", national, f"0{national}", f"+86{national}", f"86{national}"):
        if form and form not in forms:
            forms.append(form)
    return forms


async def dispositions(session: AsyncSession, line_id: str | None = None) -> list[DispositionView]:
    """What a wrap-up may choose from, in order; with ``line_id`` only what that line has, without it all.

    A tenant that never made its own has the shipped ones.
    """
    rows = (await session.scalars(select(Disposition).order_by(Disposition.position, Disposition.code))).all()
    if not rows:
        return list(DISPOSITIONS)
    return [
        DispositionView(row.code, row.zh, row.en, row.line_id)
        for row in rows
        if row.active and (line_id is None or row.line_id in (None, line_id))
    ]


async def not_ready_reasons(session: AsyncSession) -> list[ReasonView]:
    """Why an agent may be not ready, in order; the system's own reasons are among them, not selectable."""
    rows = (await session.scalars(select(NotReadyReason).order_by(NotReadyReason.position, NotReadyReason.code))).all()
    if not rows:
        return list(NOT_READY_REASONS)
    return [
        ReasonView(row.code, row.zh, row.en, row.selectable, row.stay_limit_s, row.day_limit_s, row.warns)
        for row in rows
        if row.active
    ]


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue's name and targets, for wallboards and pages."""

    id: str
    name: str
    service_level_s: float


@dataclass(frozen=True, slots=True)
class Names:
    """Names of lines, hotlines and queues by id, for showing."""

    lines: dict[str, str]
    hotlines: dict[str, str]
    numbers: dict[str, str]  # hotline id → dialled number
    queues: dict[str, str]


async def queues(session: AsyncSession) -> list[QueueView]:
    """All queues by name."""
    rows = await session.scalars(select(Queue).order_by(Queue.name))
    return [QueueView(row.id, row.name, row.service_level_s) for row in rows]


async def queues_of_agent(session: AsyncSession, agent_id: str) -> list[str]:
    """The queues whose skill an agent has."""
    held = select(AgentSkill.skill_id).where(AgentSkill.agent_id == agent_id)
    return list(await session.scalars(select(Queue.id).where(Queue.skill_id.in_(held))))


async def names(session: AsyncSession) -> Names:
    """The names of everything a call can be at."""
    lines = (await session.execute(select(BusinessLine.id, BusinessLine.name))).all()
    hotlines = (await session.execute(select(Hotline.id, Hotline.name, Hotline.number))).all()
    waiting = (await session.execute(select(Queue.id, Queue.name))).all()
    return Names(
        lines={row.id: row.name for row in lines},
        hotlines={row.id: row.name for row in hotlines},
        numbers={row.id: row.number for row in hotlines},
        queues={row.id: row.name for row in waiting},
    )


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """What of a call a recording keeps."""

    keep_waiting: bool = True


async def recording_rules(session: AsyncSession) -> RecordingRules:
    """The tenant's recording settings."""
    settings = await session.get(LineSettings, await _tenant_id(session))
    return RecordingRules(keep_waiting=settings.record_waiting if settings else True)


async def tells_supervised(session: AsyncSession) -> tuple[bool, dict[str, bool]]:
    """Whether agents are shown who listens to them: the tenant's setting, and the projects that differ."""
    settings = await session.get(LineSettings, await _tenant_id(session))
    return (settings.tell_supervised, dict(settings.tell_supervised_projects)) if settings else (False, {})


async def _tenant_id(session: AsyncSession) -> str:
    tenant = session.info.get("tenant")
    if tenant is None:
        raise RuntimeError("lines are read in a transaction of a tenant")
    return str(tenant)
