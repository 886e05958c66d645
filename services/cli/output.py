"""How the command line speaks: answers on stdout, as text or as JSON; progress and errors on stderr; documented exit
codes."""

from __future__ import annotations

import json
import os
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
FAILED = 70  # a fault of ours

Progress = Callable[[str, int, int], None]


def say(text: str) -> None:
    """A line of the answer."""
    print(text)


def as_json(value: Any) -> None:
    """The answer for programs: one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def complain(text: str) -> None:
    """An error, in red on a terminal that wants colour."""
    red, plain = ("\033[31m", "\033[0m") if colour(sys.stderr) else ("", "")
    print(f"{red}merit: {text}{plain}", file=sys.stderr)


def colour(stream: Any) -> bool:
    """Whether a stream is a terminal whose reader wants colour (https://no-color.org)."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def lang(said: str | None) -> Literal["id", "en"]:
    """`id` or `en`: as asked, else by MERIT_LANG, else by the locale; English where none says."""
    names = ("MERIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = said or next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "id" if found.startswith("id") else "en"


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
