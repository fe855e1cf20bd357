"""The JSON of call flows."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from zuoxi.lines.schemas import Code, Name, Text
from zuoxi.platform.fields import Id, Strict, Words

Note = Annotated[Words, Field(max_length=500)]
Document = dict[str, Any]


class FlowIn(Strict):
    """A new flow: from a template, or with the draft of another one."""

    name: Name
    note: Note = ""
    copy_of: Id | None = None
    template: Literal["empty", "order_status", "menu", "survey"] = "empty"


class FlowChange(Strict):
    """What is to change of a flow; what is absent stays."""

    name: Name = ""
    note: Note = ""
    archived: bool = False


class HotlineUseOut(BaseModel):
    """A hotline that uses the flow: for its callers, for its survey; or the flow's test number."""

    id: str
    number: str
    name: str
    use: Literal["flow", "survey", "test"]


class FlowOut(BaseModel):
    """``published`` is the version that callers meet now (null: none yet)."""

    id: str
    name: str
    note: str
    published: int | None
    draft_revision: int
    changed_at: datetime.datetime
    changed_by: str | None
    published_at: datetime.datetime | None
    hotlines: list[HotlineUseOut]
    archived: bool


class FlowFindingOut(BaseModel):
    """What the rules found, of a node or (null) of the whole flow."""

    node: str | None
    code: str
    zh: str
    en: str
    severity: Literal["error", "warning"]


class FlowFindings(BaseModel):
    findings: list[FlowFindingOut]


class DraftOut(BaseModel):
    document: Document
    revision: int
    based_on: int | None
    findings: list[FlowFindingOut]


class DraftIn(Strict):
    document: Document
    revision: int


class DraftSaved(BaseModel):
    revision: int
    findings: list[FlowFindingOut]


class DocumentIn(Strict):
    document: Document


class PublishIn(Strict):
    """``revision``: the draft as it was looked at."""

    revision: int
    note: Note = ""


class RestoreIn(Strict):
    version: Annotated[int, Field(ge=1)]


class VersionMade(BaseModel):
    version: int


class VersionOut(BaseModel):
    version: int
    note: str
    published_at: datetime.datetime
    published_by: str | None
    restored_from: int | None
    current: bool


class VersionDocument(BaseModel):
    version: int
    document: Document


class HotlinesIn(Strict):
    """Exactly these hotlines use the flow."""

    flow: list[Id] = Field([], max_length=500)
    survey: list[Id] = Field([], max_length=500)


class TestNumber(BaseModel):
    number: str


class OwnPromptIn(Strict):
    """A prompt of the tenant's own, for its call flows."""

    key: Code
    zh: Text
    en: Text
    language: Literal["zh", "en", "zh+en"] = "zh"
