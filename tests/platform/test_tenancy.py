"""The wall between tenants, as the database itself describes it and as it behaves."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from tests.fixtures.database import Tenant

from zuoxi.accounts import Client, Project
from zuoxi.platform.database import Database
from zuoxi.platform.tenancy import APP_ROLE, NARROW_RIGHTS, NARROW_ROLE, OWNER_ROLE

pytestmark = pytest.mark.database


async def test_every_table_with_a_tenant_is_walled(database: Database) -> None:
    async with database.transaction(None) as session:
        rows = (
            await session.execute(
                text(
                    """
                    select c.relname, c.relrowsecurity, c.relforcerowsecurity,
                           exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant'
                                     and pg_get_expr(p.polqual, c.oid) like '%app.tenant%'
                                     and pg_get_expr(p.polwithcheck, c.oid) like '%app.tenant%') as policy
                      from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where c.relkind in ('r', 'p') and n.nspname = 'public'
                       and (c.relname = 'tenant' or exists (
                            select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))
                    """
                )
            )
        ).all()
    assert len(rows) >= 8
    assert [name for name, enabled, forced, policy in rows if not (enabled and forced and policy)] == []


async def test_no_other_policy_lets_the_application_through(database: Database) -> None:
    """A second permissive policy would widen the first: besides ``tenant`` there are only those of the narrow role."""
    async with database.transaction(None) as session:
        rows = (
            await session.execute(
                text("select tablename, policyname, roles::text[] from pg_policies where schemaname = 'public'")
            )
        ).all()
    for table, policy, roles in rows:
        if policy == "tenant":
            assert set(roles) == {APP_ROLE, OWNER_ROLE}, table
        else:
            assert roles == [NARROW_ROLE], f"{table}.{policy}"


async def test_tables_without_a_tenant_are_closed_to_the_application(database: Database) -> None:
    async with database.transaction(None) as session:
        names = (
            await session.scalars(
                text(
                    f"""
                    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where c.relkind in ('r', 'p') and n.nspname in ('public', 'jobs') and c.relname <> 'tenant'
                       and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
                       and (has_any_column_privilege('{APP_ROLE}', c.oid, 'select, insert, update')
                            or has_table_privilege('{APP_ROLE}', c.oid, 'delete'))
                    """
                )
            )
        ).all()
    assert names == []


async def test_the_narrow_role_may_do_what_is_written_down_and_no_more(database: Database) -> None:
    async with database.transaction(None) as session:
        rows = (
            await session.execute(
                text(
                    f"""
                    select c.relname, r.what from pg_class c join pg_namespace n on n.oid = c.relnamespace,
                           unnest(array['select', 'insert', 'update', 'delete']) as r(what)
                     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname = 'public'
                       and case when r.what = 'delete' then has_table_privilege('{NARROW_ROLE}', c.oid, 'delete')
                                else has_any_column_privilege('{NARROW_ROLE}', c.oid, r.what) end
                    """
                )
            )
        ).all()
        tables = set(await session.scalars(text("select tablename from pg_tables where schemaname = 'public'")))
    held: dict[str, set[str]] = {}
    for table, right in rows:
        held.setdefault(table, set()).add(right)
    assert held == {table: set(rights) for table, (rights, _) in NARROW_RIGHTS.items() if table in tables}


async def test_no_role_of_ours_gets_around_the_wall(database: Database) -> None:
    async with database.transaction(None) as session:
        rows = (
            await session.execute(
                text("select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname like 'zuoxi%'")
            )
        ).all()
    assert [row[0] for row in rows] == [False, False, False]


async def test_rows_are_seen_by_their_own_tenant_only(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    async with database.transaction(tenant.id) as session:
        session.add(Client(name="甲方"))
    for tenant_id, seen in ((tenant.id, 1), (other_tenant.id, 0), (None, 0)):
        async with database.transaction(tenant_id) as session:
            assert await session.scalar(select(func.count()).select_from(Client)) == seen


async def test_a_pooled_connection_forgets_its_tenant(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant.id) as session:
        assert await session.scalar(text("select current_setting('app.tenant', true)")) == tenant.id
    async with database.transaction(None) as session:
        assert await session.scalar(text("select current_setting('app.tenant', true)")) in (None, "")


async def test_a_row_for_another_tenant_is_refused(database: Database, tenant: Tenant, other_tenant: Tenant) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(tenant.id) as session:
            session.add(Client(tenant_id=other_tenant.id, name="甲方"))


async def test_a_reference_cannot_reach_into_another_tenant(
    database: Database, tenant: Tenant, other_tenant: Tenant
) -> None:
    """Foreign keys look past row-level security: the composite key is what stops this."""
    theirs = Client(name="别家的甲方")
    async with database.transaction(other_tenant.id) as session:
        session.add(theirs)
    with pytest.raises(DBAPIError, match="foreign key"):
        async with database.transaction(tenant.id) as session:
            session.add(Project(client_id=theirs.id, name="项目"))


async def test_the_audit_log_cannot_be_changed(database: Database, tenant: Tenant) -> None:
    for statement in ("update audit_log set action = 'x'", "delete from audit_log"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(tenant.id) as session:
                await session.execute(text(statement))


async def test_only_named_functions_work_with_more_than_their_callers_rights(database: Database) -> None:
    """A definer function would be a door through the wall; the one there is adds jobs and pins its search path."""
    async with database.transaction(None) as session:
        rows = (
            await session.execute(
                text(
                    """
                    select n.nspname || '.' || p.proname, coalesce(p.proconfig::text, '')
                      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                     where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
                    """
                )
            )
        ).all()
    assert [name for name, _ in rows] == ["jobs.enqueue"]
    assert "search_path=pg_catalog, pg_temp" in rows[0][1]


async def test_views_do_not_look_past_the_wall(database: Database) -> None:
    """A view works with its owner's rights unless it says security_invoker."""
    async with database.transaction(None) as session:
        rows = await session.scalars(
            text(
                """
                select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'public' and (c.relkind = 'm'
                       or (c.relkind = 'v' and not coalesce(c.reloptions::text like '%security_invoker=true%', false)))
                """
            )
        )
        assert rows.all() == []
