"""``python -m zuoxi.lines --data DIR``: read out every prompt that has no sound yet, for all tenants."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from zuoxi.lines.make_prompts import make_missing_sounds
from zuoxi.lines.voices import EspeakVoice
from zuoxi.platform.config import Settings, SettingsError


def main() -> int:
    """Returns 0, or 2 when the settings cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.lines", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the installation")
    try:
        settings = Settings.read(parser.parse_args().data)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    made = asyncio.run(make_missing_sounds(settings, EspeakVoice()))
    sys.stdout.write(f"{made} prompts read out\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
