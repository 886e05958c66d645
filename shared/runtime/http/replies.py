"""What goes wrong, as RFC 9457 problems: a code for programs, a sentence in Indonesian or English for people.

No answer carries a stack, a body or what somebody typed; a fault of ours is 500 and says how to go on.
"""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from shared.events import Damaged, MeritError, NotFound, Refused, Unknown, Unreadable
from shared.runtime.http.bodies import TooLarge, most_of
from shared.runtime.http.minimum import NotYet, late
from shared.runtime.http.routes import template_of
from shared.runtime.http.rules import NotAllowed, OutOfReach, SignedOut
from shared.runtime.http.statuses import CONFLICT, FORBIDDEN, NOT_FOUND, STATUS, UNPROCESSABLE
from shared.runtime.problems import sentence

log = logging.getLogger("merit.http")

TYPE: Final = "/api/problems/"  # and the code: the page that documents it
DENIALS: Final = frozenset({401, FORBIDDEN, NOT_FOUND})  # of a refusal: each is logged
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
PAUSE: Final = "5"  # seconds, where nothing better is known
IN_A_PATH: Final = "/:@!$&'()*+,;="  # RFC 3986, beside letters, digits and -._~
BEARER: Final[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}
BOUNDS: Final[Mapping[str, str]] = {  # what a rule of pydantic's expects, by the name that it has there
    "enum": "expected",
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
    "literal_error": "expected",
    "string_pattern_mismatch": "pattern",
    "string_too_long": "max_length",
    "string_too_short": "min_length",
    "too_long": "max_length",
    "too_short": "min_length",
}
FIELD: Final = re.compile("[a-z][a-z_]{0,39}")


def status_of(code: str) -> int:
    """The HTTP status of a refusal."""
    fits = [prefix for prefix in STATUS if code.startswith(prefix)]
    return STATUS[max(fits, key=len)] if fits else CONFLICT


def lang_of(request: Request) -> str:
    """`en` where the reader prefers it, else `id`: the first of the two that Accept-Language names."""
    for one in request.headers.get("accept-language", "").lower().split(","):
        if one.strip().startswith(("id", "en")):
            return one.strip()[:2]
    return "id"


def problem(
    request: Request, code: str, status: int, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A problem document: `type`, `title`, `status`, `code`, `instance`, and what this code says more."""
    lang = lang_of(request)
    said = {
        "type": TYPE + code, "title": sentence(code, lang), "status": status, "code": code,
        "instance": quote(request.url.path, safe=IN_A_PATH, errors="replace"), **more,
    }  # fmt: skip
    made = {"Content-Language": lang, "Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(said, status, headers=made, media_type="application/problem+json")


def refusal(request: Request, code: str, **more: Any) -> Response:
    """The problem of a refused command."""
    status = status_of(code)
    headers = {503: {"Retry-After": PAUSE}, 401: BEARER}.get(status, {})
    if status in DENIALS:
        _log_denial(request, code)
    if status == HTTPStatus.NOT_FOUND:
        return absent(request)
    return problem(request, code, status, headers=headers, **more)


def absent(request: Request) -> Response:
    """What is not there, and what is somebody else's: alike in every byte (ASVS 6.3.8)."""
    return problem(request, "object.unknown", NOT_FOUND)


def denied(request: Request, code: str, status: int) -> Response:
    """Not let in at the door; 401 says how one signs in."""
    _log_denial(request, code)
    return problem(request, code, status, headers=BEARER if status == 401 else None)


def _log_denial(request: Request, code: str) -> None:
    """With the route's template and the roles that were not enough: neither whose they are nor what was asked for."""
    roles = " ".join(sorted(getattr(request.state, "roles", ())))
    log.info("denied", extra={"code": code, "route": template_of(request.scope), "actor_role": roles or "nobody"})


def unknown(request: Request, error: BaseException) -> Response:
    """The outcome is not known: the same key tells. 507 where the disk is full."""
    if is_full(error):
        return problem(request, "storage.full", HTTPStatus.INSUFFICIENT_STORAGE, headers={"Retry-After": "60"})
    return problem(request, "outcome.unknown", HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": PAUSE})


def is_full(error: BaseException | None) -> bool:
    """Whether there was no room to write, said by SQLite or by the system, at the root of an error."""
    while error is not None:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error, "errno", None) in NO_ROOM:
            return True
        error = error.__cause__
    return False


def wire(app: FastAPI) -> None:
    """Every error that a handler may raise, as its problem."""
    handlers: dict[Any, Any] = {
        Refused: lambda request, error: refusal(request, error.code),
        NotFound: lambda request, error: absent(request),
        Unreadable: lambda request, error: problem(request, "command.unreadable", UNPROCESSABLE),
        TooLarge: lambda request, error: too_large(request),
        SignedOut: lambda request, error: denied(request, "signin.missing", 401),
        OutOfReach: lambda request, error: denied(request, "object.unknown", NOT_FOUND),
        NotYet: late,
        NotAllowed: lambda request, error: denied(request, "role.missing", FORBIDDEN),
        Unknown: unknown,
        Damaged: _damaged,
        OperationalError: _store,
        OSError: _store,
        MeritError: _fault,
        RequestValidationError: _invalid,
        ClientDisconnect: lambda request, error: problem(request, "request.unreadable", 400),
        HTTPException: _http,
        Exception: _fault,
    }
    for kind, answer in handlers.items():
        app.add_exception_handler(kind, _awaited(answer))


def _awaited(answer: Any) -> Any:
    async def handle(request: Request, error: Exception) -> Response:
        response: Response = answer(request, error)
        return response

    return handle


def too_large(request: Request) -> Response:
    """A body beyond what its route takes."""
    most = most_of(template_of(request.scope))
    return problem(request, "request.too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, most=most)


def _damaged(request: Request, error: Damaged) -> Response:
    log.error("something is damaged", exc_info=error)
    return problem(request, "storage.damaged", HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})


def _store(request: Request, error: Exception) -> Response:
    """A store without a ledger's pipeline in front of it: full, held by somebody else, or a fault of ours."""
    if is_full(error):
        return unknown(request, error)
    if isinstance(error, OperationalError) and getattr(error.orig, "sqlite_errorname", "") == "SQLITE_BUSY":
        return unknown(request, error)
    return _fault(request, error)


def _fault(request: Request, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return problem(request, "fault", HTTPStatus.INTERNAL_SERVER_ERROR)


def _http(request: Request, error: HTTPException) -> Response:
    """FastAPI says 400 for whatever goes wrong while a body is read: what it was stands behind it."""
    if isinstance(error.__cause__, TooLarge):
        return too_large(request)
    if isinstance(error.__cause__, Unreadable):
        return problem(request, "command.unreadable", UNPROCESSABLE)
    code = {404: "object.unknown", 405: "request.method", 413: "request.too_large"}.get(
        error.status_code, "request.unreadable"
    )
    return problem(request, code, error.status_code, headers=error.headers)


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """Which fields, the rule that each breaks and what it expects; never what stood there."""
    found = error.errors()
    if any(tuple(one["loc"]) == ("header", "Idempotency-Key") and one["type"] == "missing" for one in found):
        return problem(request, "key.missing", 400)
    if not _is_json(request) and any(tuple(one["loc"]) == ("body",) and one["type"] != "missing" for one in found):
        return problem(request, "request.no_json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    said = [{"at": _at(one["loc"], one["type"]), "rule": one["type"], **_expected(one)} for one in found[:20]]
    return problem(request, "request.invalid", UNPROCESSABLE, errors=said)


def _is_json(request: Request) -> bool:
    """Whether the body was said to be JSON; FastAPI reads no other."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _expected(error: Mapping[str, Any]) -> dict[str, str]:
    """A rule's own bound, where it has one; nothing else of what pydantic knows, for that holds the input."""
    bound = BOUNDS.get(error["type"])
    return {} if bound is None else {"expected": str(error["ctx"][bound])}


def _at(loc: Sequence[Any], rule: str) -> str:
    """Where; a stranger's field is named only if it could be a field's name."""
    named = loc[:-1] if rule == "extra_forbidden" and not FIELD.fullmatch(str(loc[-1])) else loc
    return "/".join(str(part) for part in named)
