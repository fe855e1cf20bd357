"""Every refusal of every room has its code, its kind, and its sentence in both languages."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from string import Formatter

import zuoxi
from zuoxi.platform.errors import DomainError
from zuoxi.platform.http import STATUS

# Run as programs, not imported.
_PROGRAMS = re.compile(r"__main__$|^zuoxi\.benchmarks")


def _all_errors() -> list[type[DomainError]]:
    for module in pkgutil.walk_packages(zuoxi.__path__, "zuoxi."):
        if not _PROGRAMS.search(module.name):
            importlib.import_module(module.name)
    found: list[type[DomainError]] = []
    open_ones = [DomainError]
    while open_ones:
        for kind in open_ones.pop().__subclasses__():
            # A leading underscore: carries sentences made elsewhere, and overrides ``message``.
            if kind.__module__.startswith("zuoxi.") and not kind.__name__.startswith("_"):
                found.append(kind)
            open_ones.append(kind)
    return found


def _placeholders(sentence: str) -> set[str]:
    """What a sentence is filled with; words given in both languages (``state_zh``, ``state_en``) count as one."""
    names = (re.split(r"[.\[!:]", name)[0] for _, name, _, _ in Formatter().parse(sentence) if name)
    return {re.sub(r"_(zh|en)$", "", name) for name in names}


def test_every_error_can_be_read_in_both_languages() -> None:
    errors = _all_errors()
    assert len(errors) > 50
    for error in errors:
        where = f"{error.__module__}.{error.__name__}"
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", error.code), where
        assert error.kind in STATUS, where
        assert not re.search(r"[\u4e00-\u9fff]", error.en), where
        inherited = error.zh is DomainError.zh or error.en is DomainError.en
        assert not inherited, f"{where} has no sentence of its own"
        assert _placeholders(error.zh) == _placeholders(error.en), where
        # One that only hands on a sentence has no words of its own.
        assert re.search(r"[\u4e00-\u9fff]", error.zh) or error.zh.startswith("{"), where


def test_a_code_means_one_thing() -> None:
    """Two errors may share a code only when one is a special case of the other."""
    errors = _all_errors()
    for code, times in Counter(error.code for error in errors).items():
        if times > 1:
            sharing = [error for error in errors if error.code == code]
            base = min(sharing, key=lambda error: len(error.__mro__))
            assert all(issubclass(error, base) for error in sharing), code
