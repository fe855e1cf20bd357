"""docs/security.md: every test that it names exists, and both languages name the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/security.md", "docs/security.zh-CN.md")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named(page: str) -> list[tuple[str, str]]:
    return _NAMED.findall((ROOT / page).read_text("utf-8"))


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("page", PAGES)
def test_every_named_test_exists(page: str) -> None:
    tests = named(page)
    assert len(tests) > 90
    missing = [
        f"{path}::{name}"
        for path, name in tests
        if not (ROOT / path).is_file() or name not in functions(ROOT / path) or not name.startswith("test_")
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_point_names_a_test(page: str) -> None:
    rows = [line for line in (ROOT / page).read_text("utf-8").splitlines() if line.startswith("| ")]
    points = [row for row in rows if not re.match(r"\| (防线|条目|line of defence|point) \|", row)]
    assert len(points) > 40
    assert [row for row in points if not _NAMED.search(row)] == []


def test_both_languages_name_the_same() -> None:
    assert named(PAGES[0]) == named(PAGES[1])


def test_every_test_of_this_folder_holds_a_point() -> None:
    """Or the page does not tell what is held."""
    stated = set(named(PAGES[0]))
    here = {
        (f"tests/security/{path.name}", name)
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for name in functions(path)
        if name.startswith("test_")
    }
    assert here - stated == set()
