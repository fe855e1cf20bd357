from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from zuoxi.installation import account, postgres
from zuoxi.installation.postgres import Cluster, Postgres, PostgresError

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with postgres.throwaway() as made:
        yield made


@contextlib.asynccontextmanager
async def connected(dsn: str):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_the_roles_are_ordinary(cluster: Cluster):
    for dsn in (cluster.dsns.owner, cluster.dsns.app, cluster.dsns.narrow):
        async with connected(dsn) as connection:
            row = await connection.fetchrow("select * from pg_roles where rolname = current_user")
            for right in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"):
                assert not row[right], (dsn.split(":")[1], right)


async def test_only_the_owner_makes_tables(cluster: Cluster):
    async with connected(cluster.dsns.owner) as connection:
        await connection.execute("create table made_by_owner (name text); drop table made_by_owner")
    for dsn in (cluster.dsns.app, cluster.dsns.narrow):
        async with connected(dsn) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("create table made_by_others (name text)")


async def test_nobody_comes_in_without_the_password(cluster: Cluster):
    port = cluster.server.port
    for user in ("postgres", "zuoxi_owner", "zuoxi_app"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://{user}:guess@127.0.0.1:{port}/zuoxi")


async def test_passwords_follow_the_settings(cluster: Cluster):
    new = {**cluster.passwords, postgres.APP: "another"}
    cluster.server.create_roles(new)
    try:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(cluster.dsns.app)
        async with connected(postgres.dsns(cluster.server.port, new).app) as connection:
            assert await connection.fetchval("select 1") == 1
    finally:
        cluster.server.create_roles(cluster.passwords)


def test_a_killed_server_comes_back_with_what_was_committed(cluster: Cluster):
    cluster.server.superuser_sql("set synchronous_commit = on; create table kept (n int); insert into kept values (7)")
    cluster.server.process.kill()
    cluster.server.process.wait()
    end = 50
    while end:
        cluster.server.start()
        try:
            cluster.server.wait_ready()
            break
        except PostgresError:  # the old one's last children are still going
            end -= 1
    assert cluster.server.superuser_sql("select n from kept").strip() == "7"


def test_an_interrupted_making_is_begun_anew(cluster: Cluster):
    place = cluster.server.data.parent / "second"
    place.mkdir()
    account.give(place, account.ensure())
    half = place / "cluster.building"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    server = Postgres(place / "cluster", 1, account.ensure(), durable=False)
    server.init()
    assert (server.data / "global" / "pg_control").exists()
    assert not half.exists()
    shutil.rmtree(place)


def test_strange_files_are_not_overwritten(tmp_path: Path):
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "thesis.txt").write_text("precious")
    with pytest.raises(PostgresError, match="neither empty nor a PostgreSQL cluster"):
        Postgres(tmp_path / "cluster", 1).init()
