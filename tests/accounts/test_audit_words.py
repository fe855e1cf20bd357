"""Everything that is written into the audit log has words on its page, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "zuoxi"
WORDS = ROOT / "web" / "src" / "features" / "users" / "audit-words.ts"

# What an argument of ``audit.record`` can be where it is no plain text in the source: by file and expression.
COMPUTED = {
    ("accounts/tenant_routes.py", "kind.__tablename__"): {"client", "project"},
    ("draws/run_draw.py", "action"): {"create", "change", "remove", "import", "open", "close", "draw", "cancel"},
    ("lines/change_lines.py", "kind.__tablename__"): {"skill", "queue", "business_line", "hotline"},
    ("lines/change_settings.py", "kind.__tablename__"): {"disposition", "not_ready_reason"},
    ("orders/waybills.py", "step.value"): {"print", "reprint"},
    ("recordings/queries.py", "kind"): {"recording", "model_case"},
}


def _records(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "record_audit"):
            yield node


def recorded(argument: int) -> dict[str, str]:
    """What the code records as action (argument 2) or kind (3), each with a place where it does."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for call in _records(ast.parse(path.read_text())):
            value = call.args[argument]
            if isinstance(value, ast.Constant):
                codes = {str(value.value)}
            else:
                key = (name, ast.unparse(value))
                assert key in COMPUTED, f"say in COMPUTED what {key[1]} can be in {name}:{call.lineno}"
                codes = COMPUTED[key]
            found.update(dict.fromkeys(codes, f"{name}:{call.lineno}"))
    return found


def words(table: str) -> dict[str, tuple[str, str]]:
    """A table of the page's words by their codes: Chinese and English."""
    block = re.search(rf"export const {table}[^=]*= define\(\{{(.*?)\n\}}\)", WORDS.read_text(), re.S)
    assert block is not None, f"{WORDS.name} has no {table}"
    pairs = re.findall(r'^  (\w+): \["([^"]+)", "([^"]+)"\],$', block[1], re.M)
    return {code: (chinese, english) for code, chinese, english in pairs}


def test_the_walk_sees_what_is_recorded() -> None:
    actions, kinds = recorded(2), recorded(3)
    assert {"sign_in", "reveal", "listen", "reprint", "change"} <= set(actions)
    assert {"user", "waybill", "business_line", "project", "customer"} <= set(kinds)


def test_every_action_and_every_kind_has_words() -> None:
    for argument, table in ((2, "actionWords"), (3, "kindWords")):
        known = words(table)
        missing = {code: place for code, place in recorded(argument).items() if code not in known}
        assert not missing, f"{WORDS.relative_to(ROOT)}: {table} lacks these codes"
        assert all(chinese != english for chinese, english in known.values())
