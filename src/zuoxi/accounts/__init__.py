"""Tenants, clients, projects, users with roles, sessions, sign-in. The first of the domains: all others know it."""

from zuoxi.accounts.dependencies import OnceOnly, SignedIn, TenantSession, require, signed_in, tenant_session
from zuoxi.accounts.models import Client, Project, Tenant, User, UserRole
from zuoxi.accounts.permissions import PERMISSIONS, ROLES, permissions_of
from zuoxi.accounts.principal import Principal

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "Client",
    "OnceOnly",
    "Principal",
    "Project",
    "SignedIn",
    "Tenant",
    "TenantSession",
    "User",
    "UserRole",
    "permissions_of",
    "require",
    "signed_in",
    "tenant_session",
]
