"""Model cases (典型案例): recordings, or parts of them, that show how it is done."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import soundfile
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from zuoxi.accounts import Principal, User
from zuoxi.contacts import Contact
from zuoxi.platform import audit
from zuoxi.platform.errors import NotFound
from zuoxi.recordings.encode import RATE
from zuoxi.recordings.errors import CaseNotHeard, SpanOutside
from zuoxi.recordings.models import ModelCase, Recording
from zuoxi.recordings.queries import audible, get

SHORTEST_S = 1.0
DRAFT, RELEASED, WITHDRAWN = "draft", "released", "withdrawn"


async def cases(
    session: AsyncSession,
    principal: Principal,
    category: str | None = None,
    state: str | None = None,
    q: str | None = None,
) -> Select[Any]:
    """Rows (ModelCase, Recording, Contact, maker's name) that this user may see, without an order: everybody the
    released; curators the others as well, as far as they may hear those calls."""
    statement = (
        select(ModelCase, Recording, Contact, User.name.label("maker"))
        .join(Recording, (Recording.tenant_id == ModelCase.tenant_id) & (Recording.id == ModelCase.recording_id))
        .join(Contact, (Contact.tenant_id == Recording.tenant_id) & (Contact.id == Recording.contact_id))
        .outerjoin(User, (User.tenant_id == ModelCase.tenant_id) & (User.id == ModelCase.made_by))
    )
    seen: ColumnElement[bool] = ModelCase.state == RELEASED
    if principal.may("recordings.curate"):
        seen = or_(seen, await audible(session, principal))
    statement = statement.where(seen)
    if state is not None:
        statement = statement.where(ModelCase.state == state)
    if category is not None:
        statement = statement.where(ModelCase.category == category)
    if q is not None:
        words = [column.contains(q, autoescape=True) for column in (ModelCase.title, ModelCase.comment)]
        statement = statement.where(or_(*words))
    return cast("Select[Any]", statement)


async def get_case(
    session: AsyncSession, principal: Principal, case_id: str, *, with_peaks: bool = False
) -> tuple[ModelCase, Recording]:
    """A case with its recording. Raises NotFound when there is none that this user may see."""
    statement = (await cases(session, principal)).where(ModelCase.id == case_id)
    if with_peaks:
        statement = statement.options(undefer(Recording.peaks))
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def make_case(
    session: AsyncSession, principal: Principal, recording_id: str, values: Mapping[str, Any], now: datetime
) -> ModelCase:
    """Make a case of what the user may hear. ``values``: title, category, comment, from_s, to_s (None: to the end),
    state. Raises NotFound, CaseNotHeard, SpanOutside."""
    recording = await get(session, principal, recording_id)
    if recording.state == "removed":
        raise CaseNotHeard
    from_s = values["from_s"]
    to_s = recording.seconds if values["to_s"] is None else values["to_s"]
    if to_s > recording.seconds + 0.5 or to_s - from_s < min(SHORTEST_S, recording.seconds):
        raise SpanOutside(field="to_s", seconds=round(recording.seconds, 1))
    case = ModelCase(
        recording_id=recording.id,
        title=values["title"],
        category=values["category"],
        comment=values["comment"],
        from_s=from_s,
        to_s=min(to_s, recording.seconds),
        made_by=principal.user_id,
        made_at=now,
    )
    session.add(case)
    _set_state(case, principal, values["state"], now)
    await session.flush()
    detail = {"recording": recording.id, "state": case.state}
    await audit.record(session, principal.user_id, "create", "model_case", case.id, detail)
    return case


async def change_case(
    session: AsyncSession, principal: Principal, case_id: str, values: Mapping[str, Any], now: datetime
) -> ModelCase:
    """Change title, category, comment or state. Raises NotFound."""
    case, _ = await get_case(session, principal, case_id)
    for name in ("title", "category", "comment"):
        if values.get(name) is not None:
            setattr(case, name, values[name])
    if values.get("state") is not None:
        _set_state(case, principal, values["state"], now)
    await session.flush()
    changed = {name: value for name, value in values.items() if value is not None and name != "comment"}
    await audit.record(session, principal.user_id, "change", "model_case", case.id, changed)
    return case


def _set_state(case: ModelCase, principal: Principal, state: str, now: datetime) -> None:
    if state == RELEASED and case.state != RELEASED:
        case.released_by, case.released_at = principal.user_id, now
    case.state = state


def cut(content: bytes, from_s: float, to_s: float) -> bytes:
    """Seconds ``from_s`` to ``to_s`` of a FLAC file as a FLAC file; the same every time, so that a player may ask
    for parts."""
    with soundfile.SoundFile(io.BytesIO(content)) as whole:
        begin = min(int(from_s * RATE), whole.frames)
        whole.seek(begin)
        part = whole.read(max(0, min(int(to_s * RATE), whole.frames) - begin), dtype="int16")
    target = io.BytesIO()
    soundfile.write(target, part, RATE, format="FLAC", subtype="PCM_16")
    return target.getvalue()


def cut_peaks(peaks: Mapping[str, Any], from_s: float, to_s: float) -> dict[str, Any]:
    """The buckets of a waveform that lie in the span."""
    seconds, buckets = float(peaks["seconds"]), int(peaks["buckets"])
    first = min(int(from_s / seconds * buckets), buckets - 1) if seconds else 0
    last = max(first + 1, round(to_s / seconds * buckets)) if seconds else buckets
    channels = [
        {"side": each["side"], "min": each["min"][first:last], "max": each["max"][first:last]}
        for each in peaks["channels"]
    ]
    return {
        "seconds": to_s - from_s,
        "buckets": min(last, buckets) - first,
        "scale": peaks["scale"],
        "channels": channels,
    }
