"""The domains in their order, for the composition roots: what a room offers is found by the name of its module."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from types import ModuleType

ROOMS = ("accounts", "customers", "orders", "cases", "lines", "contacts", "draws", "recordings", "reporting")


def modules(name: str, rooms: Sequence[str] = ROOMS) -> Iterator[ModuleType]:
    """The modules of this name (``routes``, ``jobs``, ``models``), of each room that has one."""
    for room in rooms:
        if find_spec(f"zuoxi.{room}") and find_spec(f"zuoxi.{room}.{name}"):
            yield importlib.import_module(f"zuoxi.{room}.{name}")
