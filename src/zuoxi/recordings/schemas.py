"""What goes over HTTP about recordings. Numbers are masked unless the reader may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from zuoxi.contacts import Contact
from zuoxi.customers import Id, Strict, read_number
from zuoxi.lines import Names
from zuoxi.platform.masking import mask_number
from zuoxi.recordings.models import ModelCase, Recording

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$"), Field(min_length=1, max_length=100)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$"), Field(max_length=2000)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$"), Field(min_length=1, max_length=500)
]


class RecordingOut(BaseModel):
    """``starts_at``: when its first second was heard; ``cut_s``: seconds of the call left out before it; ``agents``:
    who answered, in that order; ``state`` removed: the sound is gone, see ``removed_reason``."""

    id: Id
    contact_id: Id
    starts_at: datetime
    seconds: float
    cut_s: float
    bytes: int
    sha256: str
    state: str
    sealed: bool
    held: bool
    removed_at: datetime | None
    removed_reason: str | None
    number: str
    number_place: str | None
    dialled: str
    line_name: str | None
    hotline_name: str | None
    outcome: str | None
    customer_id: Id | None
    agents: list[str]

    @classmethod
    def of(cls, recording: Recording, contact: Contact, names: Names, agents: list[str], *, held: bool) -> RecordingOut:
        phone = read_number(contact.number)
        return cls(
            id=recording.id,
            contact_id=recording.contact_id,
            starts_at=recording.starts_at,
            seconds=recording.seconds,
            cut_s=recording.cut_s,
            bytes=recording.size,
            sha256=recording.sha256,
            state=recording.state,
            sealed=recording.key_version is not None,
            held=held,
            removed_at=recording.removed_at,
            removed_reason=recording.removed_reason,
            number=mask_number(phone.shown or contact.number),
            number_place=phone.place,
            dialled=contact.dialled,
            line_name=names.lines.get(contact.line_id or ""),
            hotline_name=names.hotlines.get(contact.hotline_id or ""),
            outcome=contact.outcome,
            customer_id=contact.customer_id,
            agents=agents,
        )


class Waveform(BaseModel):
    """The lowest and highest sample of each of ``buckets`` equal parts, for caller and agent, within ±``scale``."""

    seconds: float
    buckets: int
    scale: int
    channels: list[dict[str, Any]]


class MarkOut(BaseModel):
    """Something that happened ``at_s`` seconds into the sound; ``to``: to whom or where."""

    model_config = ConfigDict(from_attributes=True)
    at_s: float
    kind: str
    agent: str | None
    to: str | None


class StretchOut(BaseModel):
    """``what``: waiting, talking (with ``agent``) or held."""

    model_config = ConfigDict(from_attributes=True)
    from_s: float
    to_s: float
    what: str
    agent: str | None


class GapOut(BaseModel):
    """The recording was paused."""

    model_config = ConfigDict(from_attributes=True)
    from_s: float
    to_s: float


class TimelineOut(BaseModel):
    """The conversation laid over its sound, in seconds from the first sample."""

    model_config = ConfigDict(from_attributes=True)
    marks: list[MarkOut]
    stretches: list[StretchOut]
    gaps: list[GapOut]


class ExportIn(Strict):
    ids: Annotated[list[Id], Field(min_length=1, max_length=100)]
    format: Literal["flac", "wav"] = "flac"
    reason: Reason


class HoldIn(Strict):
    """``until`` absent: until it is lifted."""

    why: Reason
    until: AwareDatetime | None = None


class LiftIn(Strict):
    why: Reason


class HoldOut(BaseModel):
    id: Id
    recording_id: Id
    contact_id: Id
    starts_at: datetime
    seconds: float
    why: str
    until: datetime | None
    placed_at: datetime
    placed_by_name: str | None
    lifted_at: datetime | None
    lifted_by_name: str | None
    lifted_why: str | None
    stands: bool


class RetentionIn(Strict):
    """``project_id`` absent: all projects without a rule of their own; ``days`` absent: without end."""

    project_id: Id | None = None
    days: Annotated[int, Field(ge=1, le=36500)] | None = None
    keep_cases: bool = True


class RetentionOut(BaseModel):
    """``own``: the project has a rule of its own; else it follows the tenant's."""

    project_id: Id | None
    project_name: str | None
    client_name: str | None
    days: int | None
    keep_cases: bool
    own: bool


class RetentionPage(BaseModel):
    """All rules (the tenant's first); ``due``: how many recordings the next night removes."""

    items: list[RetentionOut]
    due: int


class CheckOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: Id
    started_at: datetime
    finished_at: datetime
    counts: dict[str, Any]


class ChecksOut(BaseModel):
    """The last checks, newest first; ``open``: findings that wait for somebody, by kind."""

    items: list[CheckOut]
    open: dict[str, int]


class FindingOut(BaseModel):
    """``subject``: the contact, the recording or the file that it is about."""

    id: Id
    kind: str
    subject: str
    contact_id: Id | None
    recording_id: Id | None
    detail: dict[str, Any]
    state: str
    found_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    closed_by_name: str | None
    note: str | None


class ExplainIn(Strict):
    note: Reason


class KeyOut(BaseModel):
    """A version of the key and how many recordings it wraps."""

    version: int
    current: bool
    recordings: int


class RotationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: Id
    to_version: int
    total: int
    done: int
    asked_at: datetime
    finished_at: datetime | None


class KeysOut(BaseModel):
    """``plain``: recordings that are not sealed yet."""

    items: list[KeyOut]
    rotations: list[RotationOut]
    plain: int


class UnclaimedOut(BaseModel):
    """Sound of a call that belongs to nobody; ``finished`` False: it still waits to be finished."""

    name: str
    bytes: int
    at: datetime
    finished: bool


class ScopeIn(Strict):
    project_ids: Annotated[list[Id], Field(max_length=200)]


class ScopeOut(BaseModel):
    """The projects whose recordings a user may hear; none: those of all projects."""

    user_id: Id
    name: str
    number: str
    roles: list[str]
    project_ids: list[Id]


class PersonOut(BaseModel):
    """Somebody who takes calls."""

    model_config = ConfigDict(from_attributes=True)
    id: Id
    name: str
    number: str


class CaseIn(Strict):
    """A new model case: seconds ``from_s`` to ``to_s`` (absent: the end) of a recording."""

    recording_id: Id
    title: Line
    category: Line
    comment: Words = ""
    from_s: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = 0.0
    to_s: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    state: Literal["draft", "released"] = "draft"


class CaseChange(Strict):
    """Absent fields stay."""

    title: Line | None = None
    category: Line | None = None
    comment: Words | None = None
    state: Literal["draft", "released", "withdrawn"] | None = None


class CaseOut(BaseModel):
    """A model case as a listener sees it: nothing of the caller. ``recording_id`` only for curators."""

    id: Id
    recording_id: Id | None
    title: str
    category: str
    comment: str
    from_s: float
    to_s: float
    state: str
    audible: bool
    agents: list[str]
    line_name: str | None
    call_at: datetime
    made_at: datetime
    made_by_name: str | None
    released_at: datetime | None

    @classmethod
    def of(
        cls,
        case: ModelCase,
        recording: Recording,
        contact: Contact,
        maker: str | None,
        names: Names,
        agents: list[str],
        *,
        curator: bool,
    ) -> CaseOut:
        return cls(
            id=case.id,
            recording_id=recording.id if curator else None,
            title=case.title,
            category=case.category,
            comment=case.comment,
            from_s=case.from_s,
            to_s=case.to_s,
            state=case.state,
            audible=recording.state == "kept",
            agents=agents,
            line_name=names.lines.get(contact.line_id or ""),
            call_at=recording.starts_at,
            made_at=case.made_at,
            made_by_name=maker,
            released_at=case.released_at,
        )


class Categories(BaseModel):
    """Categories in use, with how many cases each."""

    items: dict[str, int]
