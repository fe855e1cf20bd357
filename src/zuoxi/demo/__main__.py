"""``python -m zuoxi.demo --data DIR``: fill the demo centre of an installation."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import asyncpg

from zuoxi.demo.fill import LOGINS_FILE, fill
from zuoxi.platform.config import Settings, SettingsError


async def _fill(settings: Settings, seed: str) -> None:
    await fill(settings, seed=seed)
    owner = await asyncpg.connect(settings.database.owner_dsn.get_secret_value())  # type: ignore[no-untyped-call]
    try:
        # Else a caller is looked up with plans made for empty tables until the database counts by itself, in a minute.
        await owner.execute("analyze")
    finally:
        await owner.close()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.demo", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the installation")
    parser.add_argument("--seed", default="zuoxi", help="another seed makes up other people")
    options = parser.parse_args()
    try:
        settings = Settings.read(options.data)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    asyncio.run(_fill(settings, options.seed))
    sys.stdout.write(f"The demo centre is filled; its logins stand in {settings.data / LOGINS_FILE}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
