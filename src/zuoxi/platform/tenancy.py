"""The wall between tenants: row-level security, and the three roles of the database.

- ``zuoxi_owner`` owns tables and runs migrations. It is no superuser, and because security is FORCEd, even it sees no
  tenant's rows without saying which tenant.
- ``zuoxi_app`` is what the processes work as. Every transaction names its tenant (``platform.database``); a policy on
  each tenant table shows and takes that tenant's rows only. Without a tenant it sees nothing.
- ``zuoxi_narrow`` answers the few questions asked before a tenant is known. Everything it may do is granted by
  ``open_to_narrow`` or by a grant next to it in a migration: see ``NARROW_RIGHTS``, which a test compares with the
  database's own catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from zuoxi.platform.database import CURRENT_TENANT

OWNER_ROLE = "zuoxi_owner"
APP_ROLE = "zuoxi_app"
NARROW_ROLE = "zuoxi_narrow"


# Everything the narrow role may do, and what for. The keys of ``lines`` and later rooms stand here too: one place to
# look, compared with the catalogue by a test.
NARROW_RIGHTS: Mapping[str, tuple[frozenset[str], str]] = {
    "outbox": (frozenset({"select", "delete"}), "the relay takes committed announcements of all tenants"),
    "idempotency": (frozenset({"select", "delete"}), "the worker forgets remembered answers after a day"),
    "tenant": (frozenset({"select"}), "the worker goes through the tenants; the system administrator lists them"),
    "app_user": (frozenset({"select"}), "sign-in: which tenant a login belongs to (login and keys only)"),
    "user_session": (frozenset({"select", "delete"}), "which tenant a session belongs to; ended ones are removed"),
    "sign_in_attempt": (frozenset({"select", "insert", "delete"}), "counting failed sign-ins"),
    "installation_once": (frozenset({"select", "insert"}), "the first administrator is made once"),
    "sip_ban": (frozenset({"select", "insert", "update"}), "addresses that SIP refuses are no tenant's"),
    "hotline": (frozenset({"select"}), "which tenant a dialled number belongs to"),
}


class Operations(Protocol):
    """The part of Alembic's ``op`` that is used here."""

    def execute(self, sqltext: str) -> object: ...


def protect(
    op: Operations,
    table: str,
    *,
    column: str = "tenant_id",
    rights: Sequence[str] = ("select", "insert", "update", "delete"),
) -> None:
    """Wall a table: enable and force row-level security, one policy for the tenant's own rows, rights for the
    application's role. Call it in the migration that creates the table. ``rights`` without update and delete makes an
    append-only table."""
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(
        f'create policy tenant on "{table}" to {APP_ROLE}, {OWNER_ROLE} '
        f"using ({column} = {CURRENT_TENANT}) with check ({column} = {CURRENT_TENANT})"
    )
    op.execute(f'grant {", ".join(rights)} on "{table}" to {APP_ROLE}')


def open_to_narrow(
    op: Operations, table: str, right: str = "select", *, columns: Sequence[str] = (), where: str = "true"
) -> None:
    """Let the narrow role do one thing (select, insert, update or delete) with a protected table, across tenants: to
    the given columns (none given: all) of the rows that ``where`` holds for. Add it to ``NARROW_RIGHTS``, too."""
    of_columns = f" ({', '.join(columns)})" if columns else ""
    op.execute(f'grant {right}{of_columns} on "{table}" to {NARROW_ROLE}')
    check = {
        "select": f"using ({where})",
        "delete": f"using ({where})",
        "insert": f"with check ({where})",
        "update": f"using ({where}) with check ({where})",
    }[right]
    op.execute(f'create policy narrow_{right} on "{table}" for {right} to {NARROW_ROLE} {check}')
