"""HTTP at the edge of the domains: the application object, and how errors become answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from asyncpg.exceptions import DataError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from zuoxi.platform.errors import DomainError, Kind, Unavailable
from zuoxi.platform.validation import describe

log = structlog.get_logger("zuoxi.http")

STATUS: dict[Kind, int] = {
    "invalid": 422,
    "not_found": 404,
    "conflict": 409,
    "forbidden": 403,
    "unauthenticated": 401,
    "limited": 429,
    "unavailable": 503,
}

CSRF_HEADER = "x-zuoxi"
_HARMLESS = {"GET", "HEAD", "OPTIONS"}


class ForgedRequest(DomainError):
    code = "platform.forged_request"
    kind = "forbidden"
    zh = "请求缺少安全标头,请刷新页面后重试"
    en = "The request lacks its safety header; reload the page and try again"


class NoSuchAddress(DomainError):
    code = "platform.no_such_address"
    kind = "not_found"
    zh = "没有此地址"
    en = "There is no such address"


class MethodRefused(DomainError):
    code = "platform.method_refused"
    kind = "invalid"
    zh = "此地址不支持该操作"
    en = "This address does not take that method"


class BadRequest(DomainError):
    code = "platform.bad_request"
    kind = "invalid"
    zh = "请求无法读取"
    en = "The request cannot be read"


class TooLarge(DomainError):
    code = "platform.too_large"
    kind = "invalid"
    zh = "内容过大"
    en = "The content is too large"


class BadValue(DomainError):
    """A value that no column can hold, found by the database itself (too large a number, a NUL in a text)."""

    code = "platform.bad_value"
    kind = "invalid"
    zh = "输入中有无法保存的值"
    en = "The input holds a value that cannot be stored"


class BadInput(DomainError):
    code = "platform.bad_input"
    kind = "invalid"
    zh = "输入有误:{faults_zh}"
    en = "The input is wrong: {faults_en}"


class OurFault(DomainError):
    code = "platform.our_fault"
    kind = "unavailable"
    zh = "系统内部错误,已记录,请稍后重试"
    en = "Something went wrong on our side; it has been noted. Try again shortly"


def locale_of(request: Request) -> str:
    """The reader's language: the signed-in user's own, else the browser's, else Chinese."""
    own = getattr(request.state, "locale", None)
    if own:
        return str(own)
    wanted = request.headers.get("accept-language", "")
    return "en" if wanted.lower().lstrip().startswith("en") else "zh-CN"


def answer(request: Request, error: DomainError, status: int | None = None) -> Response:
    """An error as an answer, in the reader's language."""
    headers = {"Cache-Control": "no-store"}
    retry_after = error.data.get("retry_after")
    if error.kind == "limited" and isinstance(retry_after, int):
        headers["Retry-After"] = str(retry_after)
    return JSONResponse(error.body(locale_of(request)), status or STATUS[error.kind], headers)


async def _domain_error(request: HTTPConnection, error: Exception) -> Response | None:
    assert isinstance(error, DomainError)
    if isinstance(request, WebSocket):
        # A socket has no body to say it in: 4401, 4403, 4404 … stand for the status.
        await request.close(4000 + STATUS[error.kind], error.code)
        return None
    assert isinstance(request, Request)
    return answer(request, error)


async def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [describe(fault) for fault in error.errors()]
    shown: dict[str, Any] = {
        "faults_zh": ";".join(fault.zh for fault in faults),
        "faults_en": "; ".join(fault.en for fault in faults),
    }
    body = BadInput(field=faults[0].field if faults else None, **shown).body(locale_of(request))
    english = locale_of(request).startswith("en")
    body["error"]["data"] = {
        "faults": [{"field": fault.field, "message": fault.en if english else fault.zh} for fault in faults]
    }
    return JSONResponse(body, 422)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known: dict[int, DomainError] = {
        404: NoSuchAddress(),
        405: MethodRefused(),
        413: TooLarge(),
    }
    found = known.get(error.status_code, OurFault() if error.status_code >= 500 else BadRequest())
    response = answer(request, found, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _database_gone(request: Request, error: Exception) -> Response:
    if isinstance(error, DBAPIError) and _is_bad_value(error):
        return answer(request, BadValue())
    lost = not isinstance(error, DBAPIError) or error.connection_invalidated or isinstance(error, InterfaceError)
    if not lost and not isinstance(error, OperationalError):
        return await _unexpected(request, error)
    log.warning("database unavailable", path=request.url.path, error=type(error).__name__)
    return answer(request, Unavailable())


def _is_bad_value(error: DBAPIError) -> bool:
    """Whether the database (SQLSTATE class 22) or its driver refused a value as such."""
    cause = error.orig.__cause__ if error.orig is not None else None
    if isinstance(cause, DataError):
        return True
    return str(getattr(cause, "sqlstate", None) or "").startswith("22")


async def _unexpected(request: Request, error: Exception) -> Response:
    # Only where and what kind: the text of an exception may carry personal data.
    log.error(
        "unexpected error", path=request.url.path, method=request.method, error=type(error).__name__, exc_info=error
    )
    return answer(request, OurFault(), 500)


class RefuseForged:
    """Refuses state-changing requests without our header, or that the browser says come from elsewhere: a page of
    another origin cannot set the one nor hide the other, and the session cookie is SameSite=Strict besides."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _HARMLESS:
            request = Request(scope)
            origin = request.headers.get("origin")
            foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
            site = request.headers.get("sec-fetch-site", "same-origin")
            if request.headers.get(CSRF_HEADER) != "1" or foreign or site not in ("same-origin", "none"):
                await answer(request, ForgedRequest())(scope, receive, send)
                return
        await self.app(scope, receive, send)


class NeverStored:
    """Answers are for the one who asked and for now: browsers and relays keep none, unless a route says otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)


def create_app(title: str, **options: Any) -> FastAPI:
    """A FastAPI application with our error answers and forgery check; ``options`` go to FastAPI."""
    options.setdefault("docs_url", None)
    options.setdefault("redoc_url", None)
    app = FastAPI(title=title, **options)
    app.add_exception_handler(DomainError, _domain_error)  # type: ignore[arg-type]  # it serves sockets, too
    app.add_exception_handler(RequestValidationError, _bad_input)
    app.add_exception_handler(HTTPException, _http_error)
    for gone in (DBAPIError, ConnectionError, TimeoutError):
        app.add_exception_handler(gone, _database_gone)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(RefuseForged)
    app.add_middleware(NeverStored)
    return app
