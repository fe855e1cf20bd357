"""Which role may do what: one table. A user has the union of the rights of all roles held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

AGENT = "agent"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"
DISPATCHER = "dispatcher"
TENANT_ADMINISTRATOR = "tenant_administrator"
SYSTEM_ADMINISTRATOR = "system_administrator"

_AGENT = frozenset(
    {
        "desk.use",
        "calls.dial",  # call whom they may see
        "callbacks.work",  # their own, and those of the queues that they serve
        "customers.read",
        "customers.write",
        "orders.read",
        "orders.write",
        "contacts.read_own",
        "recordings.read_own",
        "voicemail.work",  # agents: of the queues of their skills
        "callers.report",  # the nuisance key
    }
)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    AGENT: _AGENT,
    SUPERVISOR: _AGENT
    | {
        "floor.view",
        "floor.supervise",  # listen, barge, take over, force; of everybody's calls
        "contacts.read",
        "recordings.read",
        "wallboard.view",
        "customers.reveal",
        "customers.curate",  # VIP and blacklist
        "draws.view",
        "flows.view",
        "voicemail.manage",  # after how long unheard messages are told
        "callers.block",  # rules against callers
        "recordings.export",
        "recordings.curate",  # model cases
    },
    AUDITOR: frozenset(
        {
            "orders.read",
            "orders.audit",
            "customers.read",
            "customers.reveal",
            "contacts.read",
            "draws.view",
            "recordings.read",
            "recordings.export",
            "recordings.curate",
            "recordings.hold",  # nothing removes what is held
        }
    ),
    DISPATCHER: frozenset(
        {
            "orders.read",
            "orders.dispatch",
            "waybills.print",
            "customers.read",
            "customers.reveal",
            "shipping.import",
        }
    ),
    TENANT_ADMINISTRATOR: frozenset(
        {
            "users.manage",
            "lines.manage",
            "flows.view",
            "flows.manage",  # draw, publish and restore call flows
            "voicemail.manage",
            "callers.block",
            "catalogue.manage",
            "audit.read",
            "wallboard.view",
            "floor.view",
            "customers.read",
            "customers.curate",
            "orders.read",
            "contacts.read",
            "recordings.read",
            "recordings.export",
            "recordings.hold",
            "recordings.manage",  # retention, keys, the nightly comparison
            "draws.view",
            "draws.manage",
        }
    ),
    SYSTEM_ADMINISTRATOR: frozenset({"installation.manage", "tenants.manage"}),
}

ROLES: tuple[str, ...] = tuple(PERMISSIONS)
ALL_PERMISSIONS: frozenset[str] = frozenset().union(*PERMISSIONS.values())

# A tenant's own administrator gives these out; system administrators are made by system administrators.
TENANT_ROLES: frozenset[str] = frozenset(ROLES) - {SYSTEM_ADMINISTRATOR}


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """The rights of somebody with these roles; an unknown role gives none."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
