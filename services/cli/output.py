"""How the command line speaks: answers on stdout, as text or as JSON; progress and errors on stderr; documented exit
codes."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from typing import Any, Literal

OK = 0
WRONG_USE = 2  # the command line itself: unknown option, missing argument
WRONG_INPUT = 3  # a file or an argument that is not what it should be; nothing was recorded
REFUSED = 4  # recorded, but some rows were refused by a rule
DAMAGED = 5  # a ledger or a read model does not prove what it holds
NOT_FOUND = 6  # no such vacancy, place, pack, data folder
IN_THE_WAY = 7  # the data folder is in use, or something is where this should be; nothing was done
FAILED = 70  # a fault of ours
INTERRUPTED = 130  # Ctrl-C

_steering = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)

Progress = Callable[[str, int, int], None]  # what, done, of


def say(text: str) -> None:
    """A line of the answer."""
    print(escaped(text))


def as_json(value: Any) -> None:
    """The answer for programs: one JSON document."""
    print(escaped_json(json.dumps(value, ensure_ascii=False, indent=2)))


def as_line(value: Any) -> None:
    """One JSON document on one line, at once: for programs that wait for it."""
    print(escaped_json(json.dumps(value, ensure_ascii=False)), flush=True)


def complain(text: str) -> None:
    """An error, in red on a terminal that wants colour."""
    red, plain = ("\033[31m", "\033[0m") if colour(sys.stderr) else ("", "")
    print(f"{red}merit: {escaped(text)}{plain}", file=sys.stderr)


def escaped(text: str) -> str:
    """The text with signs that steer a terminal written out; line breaks stay."""
    return text if text.isprintable() else _steering.sub(_written_out, text)


def escaped_json(text: str) -> str:
    """A JSON document whose strings hold no sign that steers a terminal, and say the same."""
    return _steering.sub(_written_out_16, text)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("ascii", "backslashreplace").decode() if ord(found[0]) > 0x7E else f"\\x{ord(found[0]):02x}"


def _written_out_16(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f"


def colour(stream: Any) -> bool:
    """Whether a stream is a terminal whose reader wants colour (https://no-color.org)."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def lang(said: str | None) -> Literal["id", "en"]:
    """`id` or `en`: as asked, else by MERIT_LANG, else by the locale; English where none says."""
    names = ("MERIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = said or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "id" if found.startswith("id") else "en"


def number(value: int, lang: str) -> str:
    """A whole number with the language's sign between thousands."""
    return f"{value:,}".replace(",", ".") if lang == "id" else f"{value:,}"


def progress() -> Progress:
    """Progress on stderr: a line that moves on a terminal, nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda what, done, total: None
    last = 0.0

    def show(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total or now - last > 0.1:
            last = now
            filled = 24 * done // max(total, 1)
            end = "\n" if done >= total else ""
            line = f"\r{what:<12} {'█' * filled}{'·' * (24 - filled)} {done:,} of {total:,}"
            print(line, end=end, file=sys.stderr, flush=True)

    return show
