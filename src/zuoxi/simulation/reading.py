"""A simulation file (TOML) to a Scenario; docs/examples/day.toml shows every setting."""

from __future__ import annotations

import tomllib
from math import inf
from pathlib import Path

from zuoxi.routing.model import AgentProfile, Configuration, Hotline, Overflow, Queue, Reach, Rules
from zuoxi.simulation.mistakes import Mistake, ScenarioMistakes, TableReader
from zuoxi.simulation.scenario import Arrivals, Duration, Scenario, Staff, Stream

_KINDS = ("fixed", "exponential", "lognormal")


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file. Raises ScenarioMistakes with everything that is wrong with it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioMistakes([_file("not_readable", path, error.strerror or str(error))]) from error
    except UnicodeDecodeError as error:
        raise ScenarioMistakes([_file("not_readable", path, "UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise ScenarioMistakes([Mistake("not_toml", (("detail", str(error)),))]) from error
    mistakes: list[Mistake] = []
    scenario = _Reading(TableReader(data, "", mistakes)).scenario()
    if mistakes:
        raise ScenarioMistakes(mistakes)
    return scenario


def _file(code: str, path: Path, detail: str) -> Mistake:
    return Mistake(code, (("file", str(path)), ("detail", detail)))


class _Reading:
    def __init__(self, top: TableReader) -> None:
        self.top = top
        self.start = top.time("start", 0.0)
        self.end = top.time("end", 86400.0)
        if self.end <= self.start:
            top.note("order", "end")
        self.skills: set[str] = set()

    def scenario(self) -> Scenario:
        top = self.top
        seed = top.whole("seed", 1)
        message = top.number("message_seconds", 12.0)
        # What a hotline does not say itself is said once for all of them.
        self.patience = self._duration(top, "patience", Duration("never"))
        self.handling = self._duration(top, "handling", None)
        self.wrap_up = self._duration(top, "wrap_up", Duration("fixed", 0.0))
        rules = self._rules()
        staff, profiles = self._staff()
        queues, levels = self._queues()
        hotlines, streams = self._hotlines({queue.id for queue in queues})
        top.finish()
        configuration = Configuration(1, rules, tuple(queues), tuple(hotlines), tuple(profiles))
        return Scenario(configuration, tuple(streams), tuple(staff), levels, message, seed=seed)

    def _duration(self, table: TableReader, key: str, default: Duration | None) -> Duration:
        reader = table.table(key)
        if reader is None:
            if default is None:
                table.note("missing", key)
            return default or Duration("fixed", 0.0)
        # Only patience may be without end.
        kinds = (*_KINDS, "never") if key == "patience" else _KINDS
        kind = reader.choice("kind", kinds, "exponential")
        mean = 0.0 if kind == "never" else reader.number("mean")
        deviation = reader.number("deviation") if kind == "lognormal" else 0.0
        reader.finish()
        return Duration(kind, mean, deviation)

    def _rules(self) -> Rules:
        reader = self.top.table("rules")
        if reader is None:
            return Rules()
        ageing = reader.number("seconds_per_priority") if reader.has("seconds_per_priority") else None
        age = reader.number("last_agent_max_age") if reader.has("last_agent_max_age") else None
        default = Rules()
        rules = Rules(
            vip_boost=reader.whole("vip_boost", default.vip_boost),
            last_agent_boost=reader.whole("last_agent_boost", default.last_agent_boost),
            last_agent_reach=Reach(reader.choice("last_agent_reach", tuple(Reach), default.last_agent_reach)),
            last_agent_max_age=age,
            seconds_per_priority=ageing,
        )
        reader.finish()
        return rules

    def _queues(self) -> tuple[list[Queue], dict[str, float]]:
        queues: list[Queue] = []
        levels: dict[str, float] = {}
        for reader in self.top.tables("queue", required=True):
            name = reader.text("name")
            skill = reader.text("skill", name)
            if name in levels:
                reader.note("twice", "name", value=name)
            if skill and self.skills and skill not in self.skills:
                reader.note("reference", "skill", what="skill", value=skill)
            levels[name] = reader.number("service_level", 20.0)
            queues.append(
                Queue(
                    name,
                    skill,
                    reader.whole("priority", 0, minimum=None),
                    reader.number("time_limit", inf),
                    reader.number("offer_timeout", 15.0, minimum=1.0),
                    reader.number("wrap_up_limit") if reader.has("wrap_up_limit") else None,
                    max_waiting=reader.whole("max_waiting") if reader.has("max_waiting") else None,
                    overflow=self._steps(reader),
                )
            )
            reader.finish()
        for queue in queues:
            for step in queue.overflow:
                if step.to_queue not in levels or step.to_queue == queue.id:
                    self.top.note("reference", "queue.overflow.to", what="queue", value=step.to_queue)
        return queues, levels

    @staticmethod
    def _steps(queue: TableReader) -> tuple[Overflow, ...]:
        steps = []
        for reader in queue.tables("overflow"):
            longer = reader.whole("waiting_more_than") if reader.has("waiting_more_than") else None
            steps.append(Overflow(reader.text("to"), reader.number("after", 0.0), longer))
            reader.finish()
        return tuple(steps)

    def _hotlines(self, queues: set[str]) -> tuple[list[Hotline], list[Stream]]:
        hotlines: list[Hotline] = []
        streams: list[Stream] = []
        seen: set[str] = set()
        for reader in self.top.tables("hotline", required=True):
            number, queue = reader.text("number"), reader.text("queue")
            if number in seen:
                reader.note("twice", "number", value=number)
            seen.add(number)
            if queue and queue not in queues:
                reader.note("reference", "queue", what="queue", value=queue)
            vip_skill = reader.text("vip_skill", None) or None
            if vip_skill is not None and self.skills and vip_skill not in self.skills:
                reader.note("reference", "vip_skill", what="skill", value=vip_skill)
            hotlines.append(
                Hotline(number, number, reader.text("line", "line"), "simulation", queue, vip_skill=vip_skill)
            )
            streams.append(
                Stream(
                    number,
                    self._arrivals(reader),
                    self._duration(reader, "patience", self.patience),
                    self._duration(reader, "handling", self.handling),
                    self._duration(reader, "wrap_up", self.wrap_up),
                    reader.number("vip_share", 0.0, maximum=1.0),
                    reader.number("returning_share", 0.0, maximum=1.0),
                )
            )
            reader.finish()
        return hotlines, streams

    def _arrivals(self, hotline: TableReader) -> Arrivals:
        reader = hotline.table("arrivals")
        if reader is None:
            hotline.note("missing", "arrivals")
            return Arrivals(self.start, 3600.0)
        interval = reader.number("interval_minutes", 30.0, minimum=1.0) * 60.0
        counts = tuple(int(count) for count in reader.numbers("counts", whole=True))
        rates = reader.numbers("rates", whole=False)
        if reader.has("counts") == reader.has("rates"):
            reader.note("either")
        reader.finish()
        given = len(counts) or len(rates)
        most = int((self.end - self.start) / interval + 1e-9) if interval else given
        if given > most >= 0 and self.end > self.start:
            reader.note("too_long", "counts" if counts else "rates", value=given, limit=most)
        return Arrivals(self.start, interval, counts, rates)

    def _staff(self) -> tuple[list[Staff], list[AgentProfile]]:
        staff: list[Staff] = []
        profiles: list[AgentProfile] = []
        names: set[str] = set()
        for reader in self.top.tables("agents", required=True):
            name = reader.text("name")
            if name in names:
                reader.note("twice", "name", value=name)
            names.add(name)
            count = reader.whole("count", 1, minimum=1, maximum=100_000)
            skills = reader.levels("skills")
            if not skills:
                reader.note("missing", "skills")
            self.skills.update(skill for skill, _ in skills)
            agents = tuple(f"{name} {index}" for index in range(1, count + 1))
            profiles.extend(AgentProfile(agent, skills) for agent in agents)
            staff.append(
                Staff(
                    agents,
                    self._spans(reader, "shifts") or ((self.start, self.end),),
                    self._spans(reader, "breaks"),
                    self._duration(reader, "answers_after", Duration("fixed", 0.0)),
                    reader.number("misses", 0.0, maximum=1.0),
                    reader.number("returns_after", 60.0),
                )
            )
            reader.finish()
        return staff, profiles

    @staticmethod
    def _spans(table: TableReader, key: str) -> tuple[tuple[float, float], ...]:
        spans = []
        for reader in table.tables(key):
            begin, end = reader.time("from"), reader.time("to")
            if reader.has("from") and reader.has("to") and end <= begin:
                reader.note("order")
            spans.append((begin, end))
            reader.finish()
        return tuple(spans)
