"""Errors that people see: each has a stable code, a kind, and its sentence in Chinese and in English."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Kind = Literal["invalid", "not_found", "conflict", "forbidden", "unauthenticated", "limited", "unavailable"]
Locale = Literal["zh-CN", "en"]


class DomainError(Exception):
    """A refusal with a reason. Subclass it once per reason and set ``code``, ``kind``, ``zh`` and ``en``.

    ``zh`` and ``en`` are format strings over the keyword arguments (``data``), which must be plain JSON values and must
    hold nothing that the reader may not see. ``field`` names the input that is to blame, where there is one.
    ``platform.http`` alone knows which status a kind becomes.
    """

    code: ClassVar[str] = "platform.error"
    kind: ClassVar[Kind] = "invalid"
    zh: ClassVar[str] = "操作无法完成"
    en: ClassVar[str] = "This cannot be done"

    def __init__(self, *, field: str | None = None, **data: Any) -> None:
        super().__init__(f"{self.code} {data}" if data else self.code)
        self.field = field
        self.data = data

    def message(self, locale: str) -> str:
        """The sentence in the reader's language (anything but English gets Chinese)."""
        return (self.en if locale.lower().startswith("en") else self.zh).format(**self.data)

    def body(self, locale: str) -> dict[str, Any]:
        """The JSON body of an answer that carries this error."""
        error: dict[str, Any] = {"code": self.code, "message": self.message(locale), "data": self.data}
        if self.field is not None:
            error["field"] = self.field
        return {"error": error}


class NotFound(DomainError):
    """Nothing of that identifier, or nothing that this reader may know of: the answer is the same."""

    code = "platform.not_found"
    kind = "not_found"
    zh = "没有找到该记录"
    en = "There is no such record"


class Forbidden(DomainError):
    code = "platform.forbidden"
    kind = "forbidden"
    zh = "您没有此操作的权限"
    en = "You are not allowed to do this"


class Conflict(DomainError):
    code = "platform.conflict"
    kind = "conflict"
    zh = "该记录已被他人更改,请刷新后重试"
    en = "Somebody else has changed this meanwhile; reload and try again"


class Invalid(DomainError):
    """Input that cannot be right. ``reason_zh`` and ``reason_en`` say why."""

    code = "platform.invalid"
    kind = "invalid"
    zh = "{reason_zh}"
    en = "{reason_en}"

    def __init__(self, reason_zh: str, reason_en: str, *, field: str | None = None, **data: Any) -> None:
        super().__init__(field=field, reason_zh=reason_zh, reason_en=reason_en, **data)


class Unavailable(DomainError):
    code = "platform.unavailable"
    kind = "unavailable"
    zh = "系统暂时不可用,请稍后重试"
    en = "The system is not available at the moment; try again shortly"
