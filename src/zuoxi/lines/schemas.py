"""The JSON of lines, hotlines, queues, skills, words, prompts and settings."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from zuoxi.platform.fields import Id, Line, Strict, Words

Name = Annotated[Line, Field(min_length=1, max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[Words, Field(min_length=1, max_length=500)]
DialledNumber = Annotated[Line, Field(max_length=30)]
Seconds = Annotated[float, Field(gt=0, le=86400)]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SkillIn(Strict):
    name: Name


class SkillOut(_Out):
    id: str
    name: str


class ExitBody(Strict):
    """What becomes of a caller: ``target`` is the closing message's prompt (null: the usual one), the queue of an
    overflow, a voicemail or a callback (null: the same), or the flow."""

    kind: Literal["message", "overflow", "voicemail", "callback", "flow"] = "message"
    target: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None


class OverflowBody(Strict):
    """A step to another queue after so many seconds of waiting, if more than ``waiting_more_than`` wait then (null:
    however many; with 0 seconds: when a caller comes)."""

    to_queue: Id
    after_s: Annotated[float, Field(ge=0, le=86400)] = 0
    waiting_more_than: Annotated[int, Field(ge=0, le=10000)] | None = None


class ComfortBody(Strict):
    """A message to those who wait, ``first_s`` seconds after they came and ``every_s`` seconds from then on (null:
    once)."""

    prompt: Code
    first_s: Annotated[float, Field(ge=0, le=3600)] = 30
    every_s: Annotated[float, Field(ge=10, le=3600)] | None = 60


class QueueChange(Strict):
    """What is to change of a queue; what is absent stays. Durations in seconds; a larger priority is served first;
    ``wrap_up_limit_s`` null: no limit; an agent may put it off ``wrap_up_extensions`` times. ``max_waiting`` null:
    never full; ``when_unstaffed`` null: callers wait also when nobody is signed in; ``announce_first_s`` null: place
    and wait are never said, ``announce_every_s`` null: once; ``seconds_per_priority`` null: as the rules say."""

    name: Name = ""
    skill_id: Id | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    time_limit_s: Seconds = 120
    offer_timeout_s: Annotated[float, Field(ge=3, le=300)] = 15
    wrap_up_limit_s: Seconds | None = 60
    wrap_up_extension_s: Seconds = 60
    wrap_up_extensions: Annotated[int, Field(ge=0, le=20)] = 2
    service_level_s: Seconds = 20
    music: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,30}$")] = "default"
    max_waiting: Annotated[int, Field(ge=0, le=10000)] | None = None
    when_full: ExitBody = ExitBody()
    when_unstaffed: ExitBody | None = None
    when_timed_out: ExitBody = ExitBody()
    overflow: Annotated[list[OverflowBody], Field(max_length=10)] = Field([])
    announce_first_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    announce_every_s: Annotated[float, Field(ge=10, le=3600)] | None = None
    say_position: bool = False
    say_wait: bool = False
    comfort: Annotated[list[ComfortBody], Field(max_length=10)] = Field([])
    offer_callback: bool = False
    seconds_per_priority: Annotated[float, Field(gt=0, le=86400)] | None = None


class QueueIn(QueueChange):
    """Without ``skill_id`` the queue asks for the skill of its own name, which is made when there is none."""

    name: Name


class QueueOut(_Out):
    id: str
    name: str
    skill_id: str
    priority: int
    time_limit_s: float
    offer_timeout_s: float
    wrap_up_limit_s: float | None
    wrap_up_extension_s: float
    wrap_up_extensions: int
    service_level_s: float
    music: str
    max_waiting: int | None
    when_full: ExitBody
    when_unstaffed: ExitBody | None
    when_timed_out: ExitBody
    overflow: list[OverflowBody]
    announce_first_s: float | None
    announce_every_s: float | None
    say_position: bool
    say_wait: bool
    comfort: list[ComfortBody]
    offer_callback: bool
    seconds_per_priority: float | None


class LineChange(Strict):
    """What is to change of a business line; what is absent stays. VIPs are offered to ``vip_skill_id`` first (null: no
    VIP group). Whom its agents call sees ``outbound_caller_id``, the number of a hotline (null: of the one in
    question)."""

    name: Name = ""
    project_id: Id = ""
    vip_skill_id: Id | None = None
    outbound_caller_id: DialledNumber | None = None


class LineIn(LineChange):
    name: Name
    project_id: Id


class LineOut(_Out):
    id: str
    name: str
    project_id: str
    vip_skill_id: str | None
    outbound_caller_id: str | None


class HotlineChange(Strict):
    """What is to change of a hotline; what is absent stays.

    ``hours``: ``{"weekly": {"mon": [["09:00", "21:00"]]}, "keep_holidays": true}``, null: always open.
    ``answer_before_waiting`` false: callers wait on early media. ``greeting``: a prompt's key or null.
    ``flow_id``: the call flow for its callers (null: straight into the queue); ``survey_flow_id``: for those whom the
    agent has left (null: none).
    """

    number: DialledNumber = ""
    name: Name = ""
    line_id: Id = ""
    queue_id: Id = ""
    answer_before_waiting: bool = True
    greeting: Code | None = None
    hours: dict[str, Any] | None = None
    flow_id: Id | None = None
    survey_flow_id: Id | None = None
    active: bool = True


class HotlineIn(HotlineChange):
    number: DialledNumber
    name: Name
    line_id: Id
    queue_id: Id


class HotlineOut(_Out):
    id: str
    number: str
    name: str
    line_id: str
    queue_id: str
    answer_before_waiting: bool
    greeting: str | None
    hours: dict[str, Any] | None
    flow_id: str | None
    survey_flow_id: str | None
    active: bool
    open_now: bool | None = None


class SkillLevel(Strict):
    skill_id: Id
    level: Annotated[int, Field(ge=1, le=10)] = 5


class AgentSkillsIn(Strict):
    skills: list[SkillLevel]


class AgentSkillsOut(BaseModel):
    agent_id: str
    skills: list[SkillLevel]


class WordChange(Strict):
    """What is to change of a word; what is absent stays."""

    zh: Name = ""
    en: Name = ""
    position: Annotated[int, Field(ge=0, le=10000)] = 0
    active: bool = True


class ReasonChange(WordChange):
    """What is to change of a reason; what is absent stays. Limits (null: none) at a stretch and over the day;
    ``warns``: agent and supervisors are told when one is reached."""

    stay_limit_s: Seconds | None = None
    day_limit_s: Seconds | None = None
    warns: bool = True


class DispositionChange(WordChange):
    """What is to change of a disposition; what is absent stays."""

    line_id: Id | None = None


class DispositionIn(DispositionChange):
    code: Code
    zh: Name
    en: Name


class DispositionOut(_Out):
    code: str
    zh: str
    en: str
    line_id: str | None = None


class ReasonIn(ReasonChange):
    code: Code
    zh: Name
    en: Name


class ReasonOut(_Out):
    code: str
    zh: str
    en: str
    selectable: bool
    stay_limit_s: float | None
    day_limit_s: float | None
    warns: bool


class SettingsBody(Strict):
    """``last_agent_max_age_s`` null: an order of any age counts. ``seconds_per_priority``: how many seconds of waiting
    outweigh one point of priority, null: priority always wins. ``confirm_home``: whoever lifts a home agent's telephone
    presses 1 before the caller is put through. ``record_waiting``: recordings keep the waiting, too.
    ``pause_recording_limit_s``: a recording paused by an agent goes on after so long. ``tell_supervised``: the agent's
    desk shows who listens; ``tell_supervised_projects``: projects that differ."""

    model_config = ConfigDict(from_attributes=True)

    vip_boost: Annotated[int, Field(ge=0, le=1000)] = 20
    last_agent_boost: Annotated[int, Field(ge=0, le=1000)] = 10
    last_agent_reach: Literal["any_line", "same_line", "off"] = "any_line"
    last_agent_max_age_s: Annotated[float, Field(gt=0, le=1e9)] | None = None
    seconds_per_priority: Annotated[float, Field(gt=0, le=86400)] | None = None
    confirm_home: bool = True
    spoken_language: Literal["zh", "en"] = "zh"
    record_waiting: bool = True
    pause_recording_limit_s: Annotated[float, Field(ge=10, le=3600)] = 120
    tell_supervised: bool = False
    tell_supervised_projects: dict[Id, bool] = Field({}, max_length=500)


class SpecialDayBody(Strict):
    """A holiday (open in ``spans`` only, none: closed) or a make-up day that works like a weekday (0 = Monday): of one
    hotline, or (null) of the whole tenant."""

    model_config = ConfigDict(from_attributes=True)

    day: datetime.date
    hotline_id: Id | None = None
    kind: Literal["holiday", "make_up"]
    name: Annotated[str, StringConstraints(max_length=60)] = ""
    like_weekday: Annotated[int, Field(ge=0, le=6)] = 0
    spans: list[list[str]] = Field([])


class MusicOut(BaseModel):
    """Waiting music to choose from: a folder of tunes, by its name."""

    name: str
    tunes: int


class PromptIn(Strict):
    zh: Text
    en: Text
    language: Literal["zh", "en", "zh+en"] = "zh"


class PromptOut(_Out):
    """``shipped``: the text is ours; ``own``: made by the tenant for call flows; ``uploaded``: the sound is a
    recording; ``ready``: there is a sound to play."""

    """``shipped``: the text is ours; ``uploaded``: the sound is a recording; ``ready``: there is a sound to play;
    ``piece``: a part of spoken numbers and announcements."""

    key: str
    zh: str
    en: str
    language: str
    shipped: bool
    uploaded: bool
    ready: bool
    own: bool = False
    piece: bool = False
    seconds: float | None = None
