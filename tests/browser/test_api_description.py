"""The pages' client is generated from a description of the API that is kept beside it: it must be the present one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zuoxi.api import assemble

KEPT = Path(__file__).parents[2] / "web/src/api/openapi.json"


def shapes(value: Any) -> Any:
    """Without the prose, which a client does not depend on."""
    if isinstance(value, dict):
        return {
            name: shapes(part)
            for name, part in value.items()
            if not (name in ("description", "title", "summary") and isinstance(part, str))
        }
    return [shapes(part) for part in value] if isinstance(value, list) else value


def test_the_pages_know_the_present_api() -> None:
    kept = shapes(json.loads(KEPT.read_text("utf-8")))
    present = shapes(json.loads(json.dumps(assemble(None).openapi())))
    renew = "python -m zuoxi.api --openapi > web/src/api/openapi.json && (cd web && npm run api && npm run check)"
    assert kept["paths"] == present["paths"], f"renew it: {renew}"
    assert kept["components"] == present["components"], f"renew it: {renew}"
