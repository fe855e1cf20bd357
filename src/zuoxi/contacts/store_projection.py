"""Writes journal rows and what follows from them to PostgreSQL, in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.contacts.projection import FIRST, NEWEST, WORST, Entry, Projection, ReadNumber, project
from zuoxi.contacts.voicemail_rules import VOICEMAILS_CHANGED
from zuoxi.platform.outbox import announce

_JOURNAL = text(
    """
    insert into contact_journal (domain, epoch, seq, at, configuration_version, event, commands, extra)
    select :domain, epoch, seq, to_timestamp(at), version, event::jsonb, commands::jsonb, extra::jsonb
    from unnest(cast(:epochs as bigint[]), cast(:seqs as bigint[]), cast(:ats as float8[]), cast(:versions as bigint[]),
                cast(:events as text[]), cast(:commands as text[]), cast(:extras as text[]))
        as row(epoch, seq, at, version, event, commands, extra)
    on conflict do nothing
    returning epoch, seq
    """
)
_EVENTS = text(
    """
    insert into contact_event (domain, epoch, seq, index, at, kind, contact_id, agent_id, queue_id, line_id, payload)
    select :domain, epoch, seq, index, to_timestamp(at), kind, contact_id, agent_id, queue_id, line_id, payload::jsonb
    from unnest(cast(:epoch as bigint[]), cast(:seq as bigint[]), cast(:index as int[]), cast(:at as float8[]),
                cast(:kind as text[]), cast(:contact_id as uuid[]), cast(:agent_id as uuid[]),
                cast(:queue_id as uuid[]), cast(:line_id as uuid[]), cast(:payload as text[]))
        as row(epoch, seq, index, at, kind, contact_id, agent_id, queue_id, line_id, payload)
    on conflict do nothing
    """
)
_TIMES = frozenset({"started_at", "queued_at", "dialled_at", "answered_at", "ended_at"})
_STARTED = (
    "id",
    "project_id",
    "line_id",
    "hotline_id",
    "direction",
    "dialled",
    "number",
    "number_e164",
    "number_key",
    "customer_id",
    "vip",
    "call",
    "started_at",
    *FIRST,
    *NEWEST,
    *WORST,
)
_FLOATS = frozenset({"waited_s", "talked_s"})
_UUIDS = frozenset({"id", "project_id", "line_id", "hotline_id", "customer_id", "queue_id", "agent_id"})


def _value(name: str) -> str:
    if name in _TIMES:
        return f"to_timestamp(cast(:{name} as float8))"
    kind = "float8" if name in _FLOATS else "uuid" if name in _UUIDS else "boolean" if name == "vip" else "text"
    return f"cast(:{name} as {kind})"


# A note and a customer given by hand are kept when a rebuild writes a contact again.
_CONTACTS = text(
    f"insert into contact ({', '.join(_STARTED)}) values ({', '.join(_value(name) for name in _STARTED)}) "  # noqa: S608
    "on conflict (tenant_id, id) do update set "
    + ", ".join(
        f"{name} = coalesce(excluded.{name}, contact.{name})"
        if name in ("note", "customer_id")
        else f"{name} = excluded.{name}"
        for name in _STARTED
        if name != "id"
    )
)
_CHANGES = text(
    "update contact set "  # noqa: S608
    + ", ".join(
        [f"{name} = coalesce({name}, {_value(name)})" for name in FIRST]
        + [f"{name} = coalesce({_value(name)}, {name})" for name in NEWEST]
        + [f"{name} = greatest({name}, {_value(name)})" for name in WORST]
    )
    + " where id = cast(:id as uuid)"
)
_CALLBACKS = text(
    "insert into callback (id, contact_id, number, queue_id, reason, created_at, state, stage, due_at, expires_at, "
    "kept_place, joined_contact_id, live) values (cast(:id as uuid), cast(:contact_id as uuid), :number, "
    "cast(:queue_id as uuid), :reason, to_timestamp(cast(:created_at as float8)), :state, "
    "case when :live then 'waiting' end, to_timestamp(cast(:due_at as float8)), "
    "to_timestamp(cast(:expires_at as float8)), :kept_place, cast(:joined_contact_id as uuid), :live) "
    "on conflict do nothing"
)
# A row that somebody has closed over HTTP stays closed with that result.
_CALLBACK_CHANGES = text(
    "update callback set live = true, stage = :stage, agent_id = cast(:agent_id as uuid), "
    "attempts = coalesce(cast(:attempts as int), attempts), last_result = coalesce(:last_result, last_result), "
    "due_at = coalesce(to_timestamp(cast(:due_at as float8)), due_at), "
    "expires_at = coalesce(to_timestamp(cast(:expires_at as float8)), expires_at), "
    "kept_place = coalesce(cast(:kept_place as boolean), kept_place), "
    "state = case when state = 'open' then coalesce(:state, state) else state end, "
    "result = coalesce(result, :result), done_by = coalesce(done_by, cast(:done_by as uuid)), "
    "done_at = coalesce(done_at, to_timestamp(cast(:done_at as float8))), "
    "result_contact_id = coalesce(result_contact_id, cast(:result_contact_id as uuid)) "
    "where contact_id = cast(:task as uuid) and state <> 'joined'"
)

_ANSWERS = text(
    "insert into survey_answer (id, contact_id, flow_id, version, node, question, value, agent_id, at) values "
    "(cast(:id as uuid), cast(:contact_id as uuid), cast(:flow_id as uuid), :version, :node, :question, :value, "
    "cast(:agent_id as uuid), to_timestamp(cast(:at as float8))) on conflict do nothing"
)
# What people did with a message since stays when a rebuild writes it again.
_VOICEMAILS = text(
    "insert into voicemail (id, contact_id, queue_id, line_id, project_id, customer_id, number, number_key, left_at, "
    "seconds) values (cast(:id as uuid), cast(:contact_id as uuid), cast(:queue_id as uuid), cast(:line_id as uuid), "
    "cast(:project_id as uuid), cast(:customer_id as uuid), :number, :number_key, "
    "to_timestamp(cast(:left_at as float8)), cast(:seconds as float8)) on conflict do nothing"
)
_RULE_HITS = text(
    "insert into caller_rule_hit (id, rule_id, contact_id, at, action) values (cast(:id as uuid), "
    "cast(:rule_id as uuid), cast(:contact_id as uuid), to_timestamp(cast(:at as float8)), :action) "
    "on conflict do nothing"
)
# A counted rule turns the number away for a while: a rule of its own, which people see and can end.
_RULE_BLOCKS = text(
    "insert into caller_rule (id, kind, pattern, action, refuse_with, why, contact_id, parent_id, made_at, expires_at) "
    "select cast(:id as uuid), 'number', contact.number_key, 'block', :refuse_with, rule.why, contact.id, rule.id, "
    "to_timestamp(cast(:at as float8)), to_timestamp(cast(:until as float8)) from caller_rule rule, contact "
    "where rule.id = cast(:rule_id as uuid) and rule.kind in ('repeated', 'silent') "
    "and contact.id = cast(:contact_id as uuid) and contact.number_key <> '' on conflict do nothing"
)

_AUDITS = text(
    "insert into audit_log (id, at, user_id, action, kind, object_id, detail) values (cast(:id as uuid), "
    "to_timestamp(cast(:at as float8)), cast(:user_id as uuid), :action, :kind, :object_id, cast(:detail as jsonb)) "
    "on conflict do nothing"
)


async def store_rows(
    session: AsyncSession, domain: str, rows: Sequence[tuple[int, int, float, int, str, str, str | None]]
) -> set[tuple[int, int]]:
    """Insert journal rows (epoch, seq, at, version, event, commands, extra); the keys of those that were new."""
    columns = list(zip(*rows, strict=True))
    names = ("epochs", "seqs", "ats", "versions", "events", "commands", "extras")
    found = await session.execute(
        _JOURNAL, {"domain": domain, **{name: list(column) for name, column in zip(names, columns, strict=True)}}
    )
    return {(row.epoch, row.seq) for row in found}


async def store_projection(session: AsyncSession, domain: str, projection: Projection) -> None:
    """Write what the projection came to."""
    if projection.events:
        columns: dict[str, list[Any]] = {
            name: [row[name] for row in projection.events] for name in projection.events[0] if name != "domain"
        }
        columns["payload"] = [orjson.dumps(payload).decode() for payload in columns["payload"]]
        await session.execute(_EVENTS, {"domain": domain, **columns})
    if projection.started:
        await session.execute(_CONTACTS, list(projection.started.values()))
    if projection.changed:
        await session.execute(_CHANGES, [{"id": contact, **row} for contact, row in projection.changed.items()])
    if projection.callbacks:
        await session.execute(_CALLBACKS, projection.callbacks)
    if projection.callback_changes:
        await session.execute(_CALLBACK_CHANGES, projection.callback_changes)
    if projection.answers:
        await session.execute(_ANSWERS, projection.answers)
    if projection.voicemails:
        await session.execute(_VOICEMAILS, projection.voicemails)
        for row in projection.voicemails:
            await announce(session, VOICEMAILS_CHANGED, row["id"])
    if projection.rule_hits:
        names = ("id", "rule_id", "contact_id", "at", "action")
        hits = [{name: row[name] for name in names} for row in projection.rule_hits]
        await session.execute(_RULE_HITS, hits)
        lasting = [row for row in projection.rule_hits if row["until"] is not None]
        for row in lasting:
            await session.execute(_RULE_BLOCKS, {name: row[name] for name in row if name != "action"})
    if projection.audits:
        rows = [row | {"detail": orjson.dumps(row["detail"]).decode()} for row in projection.audits]
        await session.execute(_AUDITS, rows)


async def rebuild(session: AsyncSession, read_number: ReadNumber, *, batch: int = 2000) -> int:
    """Make contacts, facts and callbacks anew from the shipped journal of this session's tenant. Returns the number of
    journal rows read. Notes, and customers set by hand, stay."""
    last, count = ("", 0, 0), 0
    statement = text(
        "select domain, epoch, seq, extract(epoch from at)::float8 as at, event, commands, extra from contact_journal "
        "where (domain, epoch, seq) > (:domain, :epoch, :seq) order by domain, epoch, seq limit :batch"
    )
    while True:
        found = (
            await session.execute(statement, {"domain": last[0], "epoch": last[1], "seq": last[2], "batch": batch})
        ).all()
        if not found:
            return count
        entries = [Entry(row.domain, row.epoch, row.seq, row.at, row.event, row.commands, row.extra) for row in found]
        for domain in dict.fromkeys(entry.domain for entry in entries):
            own = [entry for entry in entries if entry.domain == domain]
            await store_projection(session, domain, project(own, read_number))
        last, count = (found[-1].domain, found[-1].epoch, found[-1].seq), count + len(found)
