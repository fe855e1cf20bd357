"""What the pages of documentation promise: links that lead somewhere, no path of one person's machine, every option and
every key named, both languages."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]

_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SOMEBODYS = re.compile(r"(?<![\w.~-])(?:/(?:home|Users|root|work|tmp|var/tmp|mnt)/[\w.-]+|[A-Z]:\\[\w.-]+)")
_KEY = re.compile(r"[\"'](?:(Mod|Alt|Shift)\+([A-Z]\w*)|(F\d+))[\"']|^\s*(F\d+):|[{,]\s*(F\d+):", re.MULTILINE)


def _pages() -> list[str]:
    """Tracked pages; in a tree without git (an unpacked archive) the ones at the usual places."""
    command = ["git", "-c", "safe.directory=*", "-c", "core.quotepath=off", "ls-files", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [page for page in listed.stdout.splitlines() if (ROOT / page).exists()]
    return sorted(str(page.relative_to(ROOT)) for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


PAGES = _pages()


@pytest.mark.parametrize("page", PAGES)
def test_relative_links_lead_to_files_of_the_repository(page: str) -> None:
    text = _CODE.sub("", (ROOT / page).read_text("utf-8"))
    lost = []
    for target in _LINK.findall(text):
        path = unquote(target.partition("#")[0])
        if not path or _ELSEWHERE.match(path):
            continue
        found = ((ROOT / page).parent / path).resolve()
        if path.startswith("/") or not found.is_relative_to(ROOT) or not found.exists():
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_path_of_somebodys_machine(page: str) -> None:
    assert _SOMEBODYS.findall((ROOT / page).read_text("utf-8")) == []


def test_the_guides_are_there_in_both_languages() -> None:
    guides = ["README", "docs/administrator", "docs/agent", "docs/back-office", "docs/supervisor"]
    for guide in guides:
        assert f"{guide}.md" in PAGES
        assert f"{guide}.zh-CN.md" in PAGES


def test_no_two_decisions_have_one_number_and_each_says_its_own() -> None:
    decisions = [page for page in PAGES if page.startswith("docs/decisions/")]
    numbers = [int(Path(page).name[:4]) for page in decisions]
    assert len(set(numbers)) == len(numbers) > 0
    for page, number in zip(decisions, numbers, strict=True):
        assert (ROOT / page).read_text("utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize("page", ["docs/administrator.md", "docs/administrator.zh-CN.md"])
def test_every_option_of_the_command_line_is_explained(page: str) -> None:
    usage = (ROOT / "zuoxi").read_text("utf-8").partition("<<'TEXT'")[2].partition("\nTEXT\n")[0]
    options = set(re.findall(r"--[a-z][a-z-]+", usage))
    assert "--trunk" in options
    text = (ROOT / page).read_text("utf-8")
    assert sorted(option for option in options if option not in text) == []


@pytest.mark.parametrize("page", ["docs/agent.md", "docs/agent.zh-CN.md"])
def test_every_shortcut_of_the_pages_is_in_the_keyboard_table(page: str) -> None:
    keys = set()
    for file in (ROOT / "web" / "src").rglob("*.tsx"):
        source = file.read_text("utf-8")
        if "useShortcuts" not in source:
            continue
        for modifier, letter, *functions in _KEY.findall(source):
            keys.add("".join(functions) or f"{modifier.replace('Mod', 'Ctrl')}+{letter}")
    assert {"F2", "F4", "Alt+R", "Ctrl+Enter"} <= keys
    text = (ROOT / page).read_text("utf-8")
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
