"""Logs: one JSON object a line, and no row of the database in them."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import orjson
import pytest
import structlog
from sqlalchemy.exc import IntegrityError
from tests.fixtures.database import Tenant

from zuoxi.accounts import Client
from zuoxi.platform import logs
from zuoxi.platform.database import Database


@pytest.fixture
def configured() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    try:
        written = io.StringIO()
        logs.configure("api", stream=written)
        yield written
    finally:
        root.handlers, root.level = handlers, level
        structlog.configure(**before)


def test_ours_and_the_libraries_come_out_alike(configured: io.StringIO) -> None:
    structlog.get_logger("zuoxi.test").info("hello", number=3)
    logging.getLogger("some.library").warning("well, %s", "well")
    ours, theirs = (orjson.loads(line) for line in configured.getvalue().splitlines())
    assert (ours["event"], ours["number"], ours["part"], ours["level"]) == ("hello", 3, "api", "info")
    assert (theirs["event"], theirs["part"], theirs["level"]) == ("well, well", "api", "warning")


def test_an_exception_is_told_with_its_place(configured: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger("zuoxi.test").exception("it fell")
    line = orjson.loads(configured.getvalue())
    assert line["exception"]["kind"] == "builtins.ValueError"
    assert line["exception"]["text"] == "broken"
    assert "test_logs.py" in line["exception"]["where"][-1]


def test_what_slipped_in_is_hidden(configured: io.StringIO) -> None:
    structlog.get_logger("zuoxi.test").info("call", caller="13812345678", desk_token="abc.def", number=3)
    try:
        raise ValueError("no such caller 13812345678")
    except ValueError:
        structlog.get_logger("zuoxi.test").exception("it fell")
    call, fault = (orjson.loads(line) for line in configured.getvalue().splitlines())
    assert (call["caller"], call["desk_token"], call["number"]) == ("138****5678", "…", 3)
    assert fault["exception"]["text"] == "no such caller #"


@pytest.mark.database
async def test_a_database_error_does_not_quote_the_row(database: Database, tenant: Tenant) -> None:
    with pytest.raises(IntegrityError) as raised:
        async with database.transaction(tenant.id) as session:
            session.add_all([Client(name="王小明13812345678"), Client(name="王小明13812345678")])
    told = logs.describe(raised.value)
    assert told["constraint_name"] == "client_tenant_id_name_key"
    assert "13812345678" not in str(told)
    assert sys.exc_info() == (None, None, None)
