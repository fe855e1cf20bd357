"""Events, commands and configuration to and from plain JSON values (``{"kind": class name, field: value}``).

What a field looks like is read once from the classes themselves; afterwards encoding is a walk over the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from zuoxi.routing import commands, events, model
from zuoxi.routing.errors import CodecError

_Convert = Callable[[Any], Any]
_PLAIN = (str, int, float, bool, type(None))


class _Shape:
    """How one class is written and read."""

    __slots__ = ("cls", "defaults", "readers", "required", "writers")

    def __init__(self, cls: type) -> None:
        self.cls = cls
        hints = get_type_hints(cls)
        self.writers: list[tuple[str, _Convert | None]] = []
        self.readers: dict[str, tuple[_Convert | None, _Convert]] = {}
        self.required = []
        for field in fields(cls):
            write, read, check = _converters(hints[field.name])
            self.writers.append((field.name, write))
            self.readers[field.name] = (read, check)
            if field.default is MISSING and field.default_factory is MISSING:
                self.required.append(field.name)

    def write(self, value: Any) -> dict[str, Any]:
        return {
            name: getattr(value, name) if convert is None else convert(getattr(value, name))
            for name, convert in self.writers
        }

    def read(self, plain: Any) -> Any:
        if not isinstance(plain, dict):
            raise CodecError(kind=self.cls.__name__, value=plain)
        values = {}
        for name, value in plain.items():
            if name == "kind" and name not in self.readers:
                continue  # the class's own name; a part of another value may have a field of that name
            if name not in self.readers:
                raise CodecError(kind=self.cls.__name__, unknown=name)
            convert, check = self.readers[name]
            if not check(value):
                raise CodecError(kind=self.cls.__name__, field=name, value=value)
            values[name] = value if convert is None else convert(value)
        for name in self.required:
            if name not in values:
                raise CodecError(kind=self.cls.__name__, missing=name)
        return self.cls(**values)


_shapes: dict[type, _Shape] = {}


def _shape(cls: type) -> _Shape:
    shape = _shapes.get(cls)
    if shape is None:
        shape = _shapes[cls] = _Shape(cls)
    return shape


def _optional(convert: _Convert | None) -> _Convert | None:
    return None if convert is None else lambda value: None if value is None else convert(value)


def _converters(hint: Any) -> tuple[_Convert | None, _Convert | None, _Convert]:
    """How to write, how to read (None: as it is) and how to check a plain value of this type."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        write, read, check = _converters(inner[0])
        return _optional(write), _optional(read), lambda value: value is None or check(value)
    if origin is tuple:
        parts = get_args(hint)
        if len(parts) == 2 and parts[1] is Ellipsis:
            write, read, check = _converters(parts[0])
            return (
                list if write is None else lambda value: [write(item) for item in value],
                tuple if read is None else lambda value: tuple([read(item) for item in value]),
                lambda value: isinstance(value, list) and all(check(item) for item in value),
            )
        checks = [_converters(part)[2] for part in parts]
        return (
            list,
            tuple,
            lambda value: (
                isinstance(value, list)
                and len(value) == len(checks)
                and all(check(item) for check, item in zip(checks, value, strict=True))
            ),
        )
    if hint is float:
        return None, None, lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return None, None, lambda value: isinstance(value, int) and not isinstance(value, bool)
    if hint in _PLAIN:
        return None, None, lambda value: isinstance(value, hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        known = {member.value for member in hint}
        return str.__str__, hint, lambda value: value in known
    shape = _shape(hint)
    return shape.write, shape.read, lambda value: isinstance(value, dict)


_KINDS: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        *get_args(events.Event),
        *get_args(commands.Command),
        model.Configuration,
        model.CallbackPlan,
        model.Queue,
        model.PublishedFlow,
        model.Hotline,
        model.LastOrder,
        model.Caller,
    )
}


def encode(value: Any) -> dict[str, Any]:
    """A plain dict of an event, command, fact, Configuration or one of its parts."""
    cls = type(value)
    if cls.__name__ not in _KINDS:
        raise CodecError(kind=cls.__name__)
    return {"kind": cls.__name__, **_shape(cls).write(value)}


def decode(plain: dict[str, Any]) -> Any:
    """The value that ``encode`` wrote. Fields added since take their defaults; anything else raises CodecError."""
    kind = plain.get("kind") if isinstance(plain, dict) else None
    cls = _KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise CodecError(kind=kind)
    return _shape(cls).read(plain)
