"""Rules against callers: who makes, changes, reviews and ends them. What they do is decided when a call arrives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zuoxi.accounts import Principal, User
from zuoxi.contacts.errors import NoSuchRule, NumberWithheld, RuleEnded, RuleIncomplete
from zuoxi.contacts.history import get_contact
from zuoxi.contacts.models import CallerRule, CallerRuleHit
from zuoxi.customers import read_number
from zuoxi.lines import UnknownReference
from zuoxi.platform import audit
from zuoxi.platform.outbox import announce

CHANGED = "caller_rules.changed"
REPORTED_FOR = timedelta(hours=24)  # how long an agent's word holds until a supervisor has looked
REVIEW, ACTIVE, ENDED = "review", "active", "ended"
_NEEDS = {
    "number": ("pattern",),
    "prefix": ("pattern",),
    "withheld": (),
    "repeated": ("calls", "minutes"),
    "silent": ("calls", "minutes"),
}
MAKER, REVIEWER = aliased(User), aliased(User)


def rules(*, now: datetime, state: str | None = None, kind: str | None = None, q: str | None = None) -> Select[Any]:
    """Rows (CallerRule, maker's and reviewer's names, hits, last hit), without an order. ``state``: in_force, review,
    ended (or expired); None: all. ``q``: a number, or words of the reason."""
    hits = (
        select(CallerRuleHit.rule_id, func.count().label("hits"), func.max(CallerRuleHit.at).label("last"))
        .group_by(CallerRuleHit.rule_id)
        .subquery()
    )
    statement = (
        select(
            CallerRule,
            MAKER.name.label("made_by_name"),
            REVIEWER.name.label("reviewed_by_name"),
            func.coalesce(hits.c.hits, 0).label("hits"),
            hits.c.last.label("last_hit_at"),
        )
        .outerjoin(MAKER, and_(MAKER.tenant_id == CallerRule.tenant_id, MAKER.id == CallerRule.made_by))
        .outerjoin(REVIEWER, and_(REVIEWER.tenant_id == CallerRule.tenant_id, REVIEWER.id == CallerRule.reviewed_by))
        .outerjoin(hits, hits.c.rule_id == CallerRule.id)
    )
    running = or_(CallerRule.expires_at.is_(None), CallerRule.expires_at > now)
    if state == "in_force":
        statement = statement.where(CallerRule.state != ENDED, running)
    elif state == "review":
        statement = statement.where(CallerRule.state == REVIEW)
    elif state == "ended":
        statement = statement.where(or_(CallerRule.state == ENDED, ~running))
    if kind is not None:
        statement = statement.where(CallerRule.kind == kind)
    if q:
        key = read_number(q).key
        found = [CallerRule.why.contains(q, autoescape=True), CallerRule.pattern.startswith(q, autoescape=True)]
        statement = statement.where(or_(*found, CallerRule.pattern == key) if key else or_(*found))
    return cast("Select[Any]", statement)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a rule with what its kind does not need left out. Raises RuleIncomplete, NumberWithheld."""
    needed = _NEEDS[values["kind"]]
    missing = [name for name in needed if not values.get(name)]
    if missing:
        raise RuleIncomplete(wanted=", ".join(missing), field=missing[0])
    if values["action"] == "priority" and not values.get("priority"):
        raise RuleIncomplete(wanted="priority", field="priority")
    if values["kind"] == "number":
        values["pattern"] = read_number(values["pattern"]).key
        if not values["pattern"]:
            raise NumberWithheld(field="pattern")
    return values | {
        "pattern": values["pattern"] if "pattern" in needed else "",
        "calls": values["calls"] if "calls" in needed else None,
        "minutes": values["minutes"] if "minutes" in needed else None,
        "priority": values["priority"] if values["action"] == "priority" else 0,
        "block_minutes": values["block_minutes"] if values["action"] == "block" and "calls" in needed else None,
    }


async def make_rule(session: AsyncSession, by: Principal, values: Mapping[str, Any], now: datetime) -> CallerRule:
    """Make a rule that holds at once. Raises RuleIncomplete, NumberWithheld, UnknownReference."""
    rule = CallerRule(**_checked(dict(values)), state=ACTIVE, made_by=by.user_id, made_at=now)
    session.add(rule)
    await _keep(session)
    await audit.record(session, by.user_id, "create", "caller_rule", rule.id, _told(rule))
    await announce(session, CHANGED, rule.id)
    return rule


async def change_rule(
    session: AsyncSession, by: Principal, rule_id: str, values: Mapping[str, Any], now: datetime
) -> CallerRule:
    """Change a rule; one that waited for a review is reviewed with it. Raises NoSuchRule, RuleEnded, RuleIncomplete,
    UnknownReference."""
    rule = await _in_force(session, rule_id)
    if values["kind"] == rule.kind:
        values = {**values, "pattern": values["pattern"] or rule.pattern}  # who sees it masked does not send it
    for name, value in _checked(dict(values)).items():
        setattr(rule, name, value)
    if rule.state == REVIEW:
        rule.state, rule.reviewed_by, rule.reviewed_at = ACTIVE, by.user_id, now
    await _keep(session)
    await audit.record(session, by.user_id, "change", "caller_rule", rule.id, _told(rule))
    await announce(session, CHANGED, rule.id)
    return rule


async def _keep(session: AsyncSession) -> None:
    """A line that is not there is the only thing that the database can mind."""
    try:
        await session.flush()
    except IntegrityError as fault:
        raise UnknownReference(what="line_id", field="line_id") from fault


async def confirm_rule(
    session: AsyncSession, by: Principal, rule_id: str, expires_at: datetime | None, now: datetime
) -> CallerRule:
    """A supervisor has looked: an agent's rule goes on, until ``expires_at``. Raises NoSuchRule, RuleEnded."""
    rule = await _in_force(session, rule_id)
    rule.state, rule.reviewed_by, rule.reviewed_at, rule.expires_at = ACTIVE, by.user_id, now, expires_at
    await session.flush()
    await audit.record(session, by.user_id, "confirm", "caller_rule", rule.id, _told(rule))
    await announce(session, CHANGED, rule.id)
    return rule


async def end_rule(session: AsyncSession, by: Principal, rule_id: str, now: datetime) -> None:
    """End a rule, or refuse an agent's. Raises NoSuchRule, RuleEnded."""
    rule = await _in_force(session, rule_id)
    rule.state, rule.reviewed_by, rule.reviewed_at = ENDED, by.user_id, now
    await session.flush()
    await audit.record(session, by.user_id, "end", "caller_rule", rule.id, _told(rule))
    await announce(session, CHANGED, rule.id)


async def report_nuisance(session: AsyncSession, by: Principal, contact_id: str, why: str, now: datetime) -> CallerRule:
    """An agent's nuisance key: the caller of a call of his is turned away until a supervisor has looked, for a day at
    most. Pressed again it is the same rule. Raises NoSuchContact, NumberWithheld."""
    contact = await get_contact(session, contact_id, own=None if by.may("contacts.read") else by.user_id)
    if not contact.number_key:
        raise NumberWithheld
    already = await session.scalar(
        select(CallerRule).where(
            CallerRule.kind == "number",
            CallerRule.pattern == contact.number_key,
            CallerRule.action == "block",
            CallerRule.state != ENDED,
            or_(CallerRule.expires_at.is_(None), CallerRule.expires_at > now),
        )
    )
    if already is not None:
        return already
    rule = CallerRule(
        kind="number",
        pattern=contact.number_key,
        action="block",
        why=why,
        state=REVIEW,
        contact_id=contact.id,
        made_by=by.user_id,
        made_at=now,
        expires_at=now + REPORTED_FOR,
    )
    session.add(rule)
    await session.flush()
    await audit.record(session, by.user_id, "report_nuisance", "caller_rule", rule.id, {"contact_id": contact.id})
    await announce(session, CHANGED, rule.id)
    return rule


async def _in_force(session: AsyncSession, rule_id: str) -> CallerRule:
    found = await session.scalar(select(CallerRule).where(CallerRule.id == rule_id).with_for_update())
    if found is None:
        raise NoSuchRule
    if found.state == ENDED:
        raise RuleEnded
    return found


def _told(rule: CallerRule) -> dict[str, Any]:
    """For the audit log: what the rule does, without the number itself."""
    expires = None if rule.expires_at is None else rule.expires_at.isoformat()
    return {"kind": rule.kind, "action": rule.action, "state": rule.state, "expires_at": expires, "why": rule.why}
