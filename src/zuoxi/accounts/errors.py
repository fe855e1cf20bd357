"""What can go wrong when signing in and when managing users."""

from __future__ import annotations

from zuoxi.platform.errors import DomainError


class NotSignedIn(DomainError):
    code = "accounts.not_signed_in"
    kind = "unauthenticated"
    zh = "请先登录"
    en = "Please sign in first"


class BadCredentials(DomainError):
    """The same whether the login exists or not, so that nobody can try out logins."""

    code = "accounts.bad_credentials"
    kind = "unauthenticated"
    zh = "账号或密码不正确"
    en = "The login or the password is wrong"


class CodeRequired(DomainError):
    code = "accounts.code_required"
    kind = "unauthenticated"
    zh = "请输入动态验证码"
    en = "Please enter the one-time code"


class BadCode(DomainError):
    code = "accounts.bad_code"
    kind = "unauthenticated"
    zh = "动态验证码不正确或已使用"
    en = "The one-time code is wrong or was used already"


class CodeNotAccepted(DomainError):
    """While setting up or removing the one-time code: the user is signed in, so this is no sign-in failure."""

    code = "accounts.code_not_accepted"
    kind = "invalid"
    zh = "动态验证码不正确,请核对手机时间后重试"
    en = "The one-time code is wrong; check the time on your phone and try again"


class TooManyAttempts(DomainError):
    code = "accounts.too_many_attempts"
    kind = "limited"
    zh = "尝试次数过多,请在 {retry_after} 秒后重试"
    en = "Too many attempts; try again in {retry_after} seconds"


class DemoLoginRefused(DomainError):
    code = "accounts.demo_login_refused"
    kind = "forbidden"
    zh = "演示账号不能在对外地址上登录"
    en = "Demo logins are refused on a public address"


class ConfirmFirst(DomainError):
    """A grave change, and the password was given some time ago: the page asks for it and sends the change again."""

    code = "accounts.confirm_first"
    kind = "forbidden"
    zh = "此操作需要再次确认身份,请输入您的密码"
    en = "This change asks for your password again"


class WrongPassword(DomainError):
    code = "accounts.wrong_password"
    kind = "invalid"
    zh = "当前密码不正确"
    en = "The present password is wrong"


class CommonPassword(DomainError):
    code = "accounts.common_password"
    kind = "invalid"
    zh = "该密码太常见或与账号、系统名称相近,容易被猜到,请换一个"
    en = "This password is too common, or too like the login or the system's name: choose another"


class WeakPassword(DomainError):
    code = "accounts.weak_password"
    kind = "invalid"
    zh = "密码须为 {minimum} 到 {maximum} 个字符"
    en = "A password has {minimum} to {maximum} characters"


class LoginTaken(DomainError):
    code = "accounts.login_taken"
    kind = "conflict"
    zh = "登录账号 {login} 已被使用"
    en = "The login {login} is already taken"


class NumberTaken(DomainError):
    code = "accounts.number_taken"
    kind = "conflict"
    zh = "工号 {number} 已被使用"
    en = "The staff number {number} is already taken"


class RoleNeeded(DomainError):
    code = "accounts.role_needed"
    kind = "invalid"
    zh = "请至少选择一个角色:没有角色的人登录后什么也做不了"
    en = "Choose at least one role: somebody without any can sign in but do nothing"


class RoleNotYours(DomainError):
    code = "accounts.role_not_yours_to_give"
    kind = "forbidden"
    zh = "您不能授予或收回角色 {role}"
    en = "You may not give or take the role {role}"


class LastAdministrator(DomainError):
    code = "accounts.last_administrator"
    kind = "conflict"
    zh = "至少要保留一名可登录的管理员"
    en = "At least one administrator who can sign in must remain"


class BadSecret(DomainError):
    code = "accounts.bad_secret"
    kind = "forbidden"
    zh = "一次性口令不正确或已使用"
    en = "The one-time secret is wrong or was used already"


class CodeAlreadySet(DomainError):
    code = "accounts.code_already_set"
    kind = "conflict"
    zh = "动态验证码已启用,请先停用"
    en = "One-time codes are on already; turn them off first"


class CodeNotStarted(DomainError):
    code = "accounts.code_not_started"
    kind = "conflict"
    zh = "请先开始设置动态验证码"
    en = "Start setting up one-time codes first"


class BadToken(DomainError):
    code = "accounts.bad_token"
    kind = "unauthenticated"
    zh = "令牌无效或已过期,请重新登录"
    en = "The token is not valid or has expired; sign in again"


class NameTaken(DomainError):
    code = "accounts.name_taken"
    kind = "conflict"
    zh = "名称 {name} 已被使用"
    en = "The name {name} is already taken"


class OwnTenant(DomainError):
    code = "accounts.own_tenant"
    kind = "conflict"
    zh = "不能停用您自己所在的租户"
    en = "You cannot lock the tenant that you belong to"
