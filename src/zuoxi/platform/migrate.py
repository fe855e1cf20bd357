"""Bring a database to the newest form: ``python -m zuoxi.platform.migrate --data DIR``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from zuoxi.platform.config import Settings, SettingsError
from zuoxi.platform.database import async_url

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"

# Any number; two migrations of one database must agree on it.
_LOCK = 4_021_001


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, working on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(dsn: str, revision: str = "head") -> None:
    """Migrate as the owner's role to ``revision``. All steps are one transaction; two at a time wait for each other."""
    engine = create_async_engine(async_url(dsn))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), revision))
    finally:
        await engine.dispose()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zuoxi.platform.migrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the installation")
    try:
        settings = Settings.read(parser.parse_args().data)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    asyncio.run(migrate(settings.database.owner_dsn.get_secret_value()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
