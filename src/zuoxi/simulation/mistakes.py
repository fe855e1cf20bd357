"""What can be wrong in a simulation file, as sentences in both languages, and a table reader that collects them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Any

# code -> (zh-CN, en). {where} is the place in the file, such as queue[2].priority.
SENTENCES: dict[str, tuple[str, str]] = {
    "not_readable": ("无法读取文件 {file}:{detail}", "The file {file} cannot be read: {detail}"),
    "not_toml": ("文件不是有效的 TOML:{detail}", "The file is not valid TOML: {detail}"),
    "unknown": ("{where}:没有这个设置。", "{where}: there is no such setting."),
    "unknown_near": (
        "{where}:没有这个设置。您是指「{near}」吗?",
        "{where}: there is no such setting. Did you mean “{near}”?",
    ),
    "missing": ("{where}:缺少此项。", "{where} is missing."),
    "not_text": ("{where}:应为非空文本。", "{where} must be a text that is not empty."),
    "not_number": ("{where}:应为数字,实际为 {value}。", "{where} must be a number, not {value}."),
    "not_whole": ("{where}:应为整数,实际为 {value}。", "{where} must be a whole number, not {value}."),
    "too_small": ("{where}:不能小于 {limit},实际为 {value}。", "{where} must be at least {limit}, not {value}."),
    "too_large": ("{where}:不能大于 {limit},实际为 {value}。", "{where} must be at most {limit}, not {value}."),
    "not_choice": ("{where}:应为 {choices} 之一,实际为 {value}。", "{where} must be one of {choices}, not {value}."),
    "not_time": (
        '{where}:应为 "时:分" 形式的时间,例如 "08:30",实际为 {value}。',
        '{where} must be a time such as "08:30", not {value}.',
    ),
    "not_table": ("{where}:应为表([{where}])。", "{where} must be a table ([{where}])."),
    "not_list": ("{where}:应为列表。", "{where} must be a list."),
    "empty": ("{where}:至少需要一项。", "{where}: at least one is needed."),
    "order": ("{where}:结束时间必须晚于开始时间。", "{where}: the end must be later than the start."),
    "reference": ("{where}:{what}「{value}」未定义。", "{where}: there is no {what} named {value}."),
    "twice": ("{where}:「{value}」重复。", "{where}: {value} is given twice."),
    "either": (
        "{where}:counts 和 rates 必须且只能有一个。",
        "{where}: give either counts or rates, not both or neither.",
    ),
    "too_long": (
        "{where}:共 {value} 个时段,超出了一天的起止时间(最多 {limit} 个)。",
        "{where}: {value} intervals do not fit between start and end (at most {limit}).",
    ),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. ``sentence(language)`` says it, in zh or en."""

    code: str
    data: tuple[tuple[str, object], ...]

    def sentence(self, language: str) -> str:
        zh, en = SENTENCES[self.code]
        return (zh if language == "zh" else en).format(**dict(self.data))


class ScenarioMistakes(Exception):
    """The file cannot be simulated; ``mistakes`` lists everything found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(mistake.sentence("en") for mistake in mistakes))
        self.mistakes = mistakes


_REQUIRED: Any = object()


class TableReader:
    """Reads one table's keys with their limits; every mistake is noted and a harmless value returned in its place."""

    def __init__(self, table: dict[str, Any], where: str, mistakes: list[Mistake]) -> None:
        self._table = table
        self.where = where
        self.mistakes = mistakes
        self._known: list[str] = []

    def note(self, code: str, key: str | None = None, **data: object) -> None:
        place = self.where if key is None else f"{self.where}.{key}" if self.where else key
        self.mistakes.append(Mistake(code, tuple({"where": place, **data}.items())))

    def has(self, key: str) -> bool:
        return key in self._table

    def _take(self, key: str, default: Any) -> Any:
        self._known.append(key)
        if key in self._table:
            return self._table[key]
        if default is _REQUIRED:
            self.note("missing", key)
        return None

    def text(self, key: str, default: str | None = _REQUIRED) -> str:
        value = self._take(key, default)
        if value is None:
            return "" if default is _REQUIRED or default is None else default
        if not isinstance(value, str) or not value.strip():
            self.note("not_text", key)
            return ""
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._take(key, default)
        if value is None:
            return default
        if value not in choices:
            self.note("not_choice", key, choices=", ".join(choices), value=repr(value))
            return default
        return str(value)

    def number(
        self, key: str, default: float | None = _REQUIRED, minimum: float | None = 0.0, maximum: float | None = None
    ) -> float:
        value = self._take(key, default)
        if value is None:
            return 0.0 if default is _REQUIRED or default is None else default
        return self._checked(key, value, minimum, maximum)

    def whole(self, key: str, default: int = _REQUIRED, minimum: int | None = 0, maximum: int | None = None) -> int:
        value = self._take(key, default)
        if value is None:
            return 0 if default is _REQUIRED else default
        if isinstance(value, bool) or not isinstance(value, int):
            self.note("not_whole", key, value=repr(value))
            return 0
        return int(self._checked(key, value, minimum, maximum))

    def _checked(self, key: str, value: Any, minimum: float | None, maximum: float | None) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            self.note("not_number", key, value=repr(value))
        elif minimum is not None and value < minimum:
            self.note("too_small", key, limit=f"{minimum:g}", value=value)
        elif maximum is not None and value > maximum:
            self.note("too_large", key, limit=f"{maximum:g}", value=value)
        else:
            return float(value)
        return 0.0

    def numbers(self, key: str, whole: bool) -> tuple[float, ...]:
        value = self._take(key, None)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note("not_list", key)
            return ()
        found = []
        for index, item in enumerate(value, 1):
            if whole and (isinstance(item, bool) or not isinstance(item, int)):
                self.note("not_whole", f"{key}[{index}]", value=repr(item))
            else:
                found.append(self._checked(f"{key}[{index}]", item, 0, None))
        return tuple(found)

    def time(self, key: str, default: float | None = _REQUIRED) -> float:
        """Seconds since midnight from "HH:MM"; hours beyond 24 are the next day's."""
        value = self._take(key, default)
        if value is None:
            return 0.0 if default is _REQUIRED or default is None else default
        parts = value.split(":") if isinstance(value, str) else []
        if len(parts) != 2 or not all(part.isdigit() for part in parts) or int(parts[1]) > 59 or int(parts[0]) > 48:
            self.note("not_time", key, value=repr(value))
            return 0.0
        return int(parts[0]) * 3600.0 + int(parts[1]) * 60.0

    def table(self, key: str) -> TableReader | None:
        value = self._take(key, None)
        if value is None:
            return None
        place = f"{self.where}.{key}" if self.where else key
        if not isinstance(value, dict):
            self.note("not_table", key)
            return None
        return TableReader(value, place, self.mistakes)

    def tables(self, key: str, required: bool = False) -> list[TableReader]:
        value = self._take(key, None)
        place = f"{self.where}.{key}" if self.where else key
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.note("not_list", key)
            return []
        if required and not value:
            self.note("empty", key)
        return [TableReader(item, f"{place}[{index}]", self.mistakes) for index, item in enumerate(value, 1)]

    def levels(self, key: str) -> tuple[tuple[str, int], ...]:
        """A table of skill = level."""
        reader = self.table(key)
        if reader is None:
            return ()
        return tuple((name, reader.whole(name, minimum=1, maximum=10)) for name in reader._table)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                near = get_close_matches(key, self._known, 1)
                if near:
                    self.note("unknown_near", key, near=near[0])
                else:
                    self.note("unknown", key)
