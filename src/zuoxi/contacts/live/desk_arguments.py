"""The arguments of a desk's command frames, and what can be wrong with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from zuoxi.platform.errors import DomainError

_E = TypeVar("_E", bound=StrEnum)


class CommandUnknown(DomainError):
    code = "desk.command_unknown"
    zh = "不支持的操作:{name}"
    en = "There is no such command: {name}"


class ArgumentMissing(DomainError):
    code = "desk.argument_missing"
    zh = "缺少或无效的参数:{argument}"
    en = "An argument is missing or not valid: {argument}"


class SwitchAway(DomainError):
    code = "desk.switch_unavailable"
    kind = "unavailable"
    zh = "电话系统暂时不可用,请稍后重试"
    en = "The telephone system is not available; try again shortly"


class NotPermitted(DomainError):
    code = "desk.not_permitted"
    kind = "forbidden"
    zh = "您没有执行该操作的权限"
    en = "You may not do this"


def text(frame: dict[str, Any], name: str, limit: int = 200) -> str:
    """A text that a frame must have, of 1 to ``limit`` characters. Raises ArgumentMissing."""
    value = frame.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise ArgumentMissing(argument=name)
    return value


def optional_text(frame: dict[str, Any], name: str) -> str | None:
    """The same where the argument may be left out."""
    return None if frame.get(name) is None else text(frame, name)


def member(kind: type[_E], frame: dict[str, Any], name: str) -> _E:
    """One of an enumeration's values. Raises ArgumentMissing."""
    value = frame.get(name)
    if value not in list(kind):
        raise ArgumentMissing(argument=name)
    return kind(value)


def one_of(frame: dict[str, Any], name: str, known: frozenset[str]) -> str:
    """One of these words. Raises ArgumentMissing."""
    value = frame.get(name)
    if not isinstance(value, str) or value not in known:
        raise ArgumentMissing(argument=name)
    return value


def figure(frame: dict[str, Any], name: str, most: float) -> float | None:
    """A measured figure from 0 to ``most``, or none. Raises ArgumentMissing."""
    value = frame.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ArgumentMissing(argument=name)
    return round(float(value), 1)
