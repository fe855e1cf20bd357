"""Tenants, clients, projects, users with roles, sessions, sign-in. The first of the domains: all others know it."""

from zuoxi.accounts.dependencies import Confirmed, OnceOnly, SignedIn, TenantSession, require, signed_in, tenant_session
from zuoxi.accounts.desk_token import DeskIdentity
from zuoxi.accounts.desk_token import sign as sign_desk_token
from zuoxi.accounts.desk_token import verify as verify_desk_token
from zuoxi.accounts.errors import BadToken
from zuoxi.accounts.models import Client, Project, Tenant, User, UserRole
from zuoxi.accounts.passwords import Passwords
from zuoxi.accounts.permissions import PERMISSIONS, ROLES, permissions_of
from zuoxi.accounts.principal import Principal
from zuoxi.accounts.tenants import NewTenant, create_tenant
from zuoxi.accounts.users import USER_CHANGED, NewUser, create_user, random_password

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "USER_CHANGED",
    "BadToken",
    "Client",
    "Confirmed",
    "DeskIdentity",
    "NewTenant",
    "NewUser",
    "OnceOnly",
    "Passwords",
    "Principal",
    "Project",
    "SignedIn",
    "Tenant",
    "TenantSession",
    "User",
    "UserRole",
    "create_tenant",
    "create_user",
    "permissions_of",
    "random_password",
    "require",
    "sign_desk_token",
    "signed_in",
    "tenant_session",
    "verify_desk_token",
]
