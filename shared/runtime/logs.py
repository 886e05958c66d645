"""Logs: one line per record on stderr, of allow-listed keys alone, without personal data.

Promises: what is not on the list is dropped; NIK, telephone numbers and e-mail addresses are masked in every value, our
own or a library's; an exception is named by its type and the places it came through, never by its message or locals (a
database's errors carry the parameters); a record is always one line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter

KEYS: Final = (
    "ts", "level", "event", "service", "logger", "act", "code", "stream_category", "position", "version", "view",
    "shard", "size", "events", "seconds", "port", "method", "route", "status", "milliseconds", "request_id",
    "actor_role", "reader_id", "application_id", "correlation_id", "causation_id", "trace_id", "error", "where",
)  # fmt: skip
ROOT: Final = Path(__file__).resolve().parents[2]
DEEPEST: Final = 8  # places of an exception that are named

Event = MutableMapping[str, Any]

_BETWEEN = r"(?:[\s.,_/()+\u2010-\u2015-]|%20|%2[BbDdFf])"  # what people and addresses put between digits
_SIGNS = r"[^\s@\"'<>(){},;:=|&]"  # of an address
_MASKS: Final = (
    (re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{15,}}"), "[number]"),
    (re.compile(rf"(?:\+|00|%2[Bb]){_BETWEEN}{{0,3}}6{_BETWEEN}{{0,3}}2(?:{_BETWEEN}{{0,3}}\d){{7,}}"), "[telephone]"),
    (re.compile(rf"(?:6{_BETWEEN}{{0,3}}2|0){_BETWEEN}{{0,3}}8(?:{_BETWEEN}{{0,3}}\d){{7,}}"), "[telephone]"),
    (re.compile(rf"{_SIGNS}{{1,64}}\s?(?:@|%40)\s?{_SIGNS}+"), "[e-mail]"),
)
_PARAMETERS: Final = re.compile(r"\[(?:SQL|parameters|generated in|cached since)\b.*", re.DOTALL | re.IGNORECASE)
_ID: Final = re.compile(r"(?=\d*[a-f])[0-9a-f]{32}(?:[0-9a-f]{32})?")


def masked(text: str) -> str:
    """The text without what it may not hold, on one line."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _PARAMETERS.sub("[statement]", plain)
    for pattern, instead in _MASKS:
        plain = pattern.sub(instead, plain)
    return "".join(sign if sign.isprintable() else " " for sign in plain)


def allowed(_logger: Any, _method: str, event: Event) -> Event:
    """The last processor before rendering: keys on the list, in its order, each value a masked text or a number."""
    found = event.get("exc_info")
    if found and not isinstance(found, BaseException):
        found = (found if isinstance(found, tuple) else sys.exc_info())[1]
    if found:
        event["error"], event["where"] = named(found), places(found)
    return {key: _value(key, event[key]) for key in KEYS if event.get(key) is not None}


def named(error: BaseException) -> str:
    """The type of an exception, and those of what caused it."""
    return " from ".join(type(one).__name__ for one in _causes(error))


def places(error: BaseException) -> str:
    """Where an exception came through, the innermost first: `shared/runtime/turn.py:88 decide`."""
    frames: list[str] = []
    at: TracebackType | None = error.__traceback__
    while at is not None:
        path = Path(at.tb_frame.f_code.co_filename)
        shown = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
        frames.append(f"{shown}:{at.tb_lineno} {at.tb_frame.f_code.co_name}")
        at = at.tb_next
    return ", ".join(frames[: -DEEPEST - 1 : -1])


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return iter(seen)


def _value(key: str, value: Any) -> Any:
    match value:
        case bool() | float():
            return value
        case int():
            text = str(value)
            return value if masked(text) == text else masked(text)
        case str():
            ours = key == "ts" or (key.endswith("_id") and _ID.fullmatch(value))
            return value if ours else masked(value)
    return named(value) if isinstance(value, BaseException) else f"[{type(value).__name__}]"


def _foreign(_logger: Any, _method: str, event: Event) -> Event:
    """A record of the standard library's logging: its extras beside, its text without exceptions' messages.

    Of a record that no module of ours wrote, only the first line counts: some libraries print whole objects behind it.
    """
    record: logging.LogRecord = event["_record"]
    text = _text(record.msg, event.get("positional_args"))
    ours = record.name.partition(".")[0] in ("merit", "services", "shared")
    extras = {key: value for key, value in record.__dict__.items() if key in KEYS and key not in ("ts", "level")}
    said = {"event": text if ours else text.partition("\n")[0], "logger": record.name}
    return {**event, **extras, **said}


def _text(message: Any, arguments: Any) -> str:
    if isinstance(arguments, Mapping):
        arguments = {name: _plain(one) for name, one in arguments.items()}
    elif arguments:
        arguments = tuple(map(_plain, arguments))
    return str(_plain(message)) % arguments if arguments else str(_plain(message))


def _plain(value: Any) -> Any:
    return named(value) if isinstance(value, BaseException) else value


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to today's stderr; a record that cannot be shown is named by its place, not printed with its arguments."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        line = {"level": "error", "event": "a record could not be logged", "where": f"{record.module}:{record.lineno}"}
        self.stream.write(json.dumps(line) + "\n")


def configure(service: str, level: str = "info", *, console: bool = False) -> None:
    """For the whole process: structlog, the standard library's logging, and what ends threads and the process."""

    def serving(_logger: Any, _method: str, event: Event) -> Event:
        event.setdefault("service", service)
        return event

    first: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%S.%fZ", utc=True, key="ts"),
        serving,
    ]
    last: list[Any] = [allowed]
    if console:
        last.append(structlog.dev.ConsoleRenderer(colors=True, timestamp_key="ts", pad_event_to=0))
    else:
        last.append(structlog.processors.JSONRenderer())
    handler = _Handler()
    handler.setFormatter(
        ProcessorFormatter(
            processors=last, foreign_pre_chain=[*first, _foreign], pass_foreign_args=True, use_get_message=False
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level.upper())
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*first, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    sys.excepthook = _ended
    threading.excepthook = lambda ended: _ended(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _ended(kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
    logging.getLogger("merit").critical("ended by an error", exc_info=(kind, error or kind(), at))
