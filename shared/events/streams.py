"""The grammar of a stream's name: `category-id[+part]`, the id led by the agency's code and a dot.

A name is parsed, never configured; it says what an event is about, so data does not repeat it (events.md 1).
"""

from __future__ import annotations

import re

from shared.events.errors import Unreadable

_NAME = re.compile(r"[a-z]+-[A-Za-z0-9._:-]+(?:\+[A-Za-z0-9._:-]+)*", re.ASCII)
LONGEST = 250  # signs; a name is part of every leaf, and a leaf ends at 65,535 bytes


def checked(stream: str) -> str:
    """The same name; Unreadable if it is none."""
    if len(stream) > LONGEST or not _NAME.fullmatch(stream):
        raise Unreadable(
            f"not a stream's name: {stream[:80]!r}; expected category-id[+part] of letters, digits and . _ : -"
        )
    return stream


def category(stream: str) -> str:
    """`candidate` of `candidate-pauh.V7+A1`."""
    return stream.partition("-")[0]


def parts(stream: str) -> list[str]:
    """`["pauh.V7", "A1"]` of `candidate-pauh.V7+A1`."""
    return stream.partition("-")[2].split("+")


def ident(stream: str) -> str:
    """The first part: `pauh.V7` of `candidate-pauh.V7+A1`."""
    return stream.partition("-")[2].partition("+")[0]


def agency(stream: str) -> str:
    """The agency's code that leads the id: `pauh`."""
    return ident(stream).partition(".")[0]


def covers(unit: str, other: str) -> bool:
    """Whether a unit is the other one or above it: `pauh` covers `pauh.dinkes`, not `pauh2`."""
    return f"{other}.".startswith(f"{unit}.")


def apart(one: str, other: str) -> bool:
    """Whether neither unit is the other, or above it: what two persons who act together come from."""
    return not (covers(one, other) or covers(other, one))


def slug(name: str) -> str:
    """A code from an agency's printed name, for lists that print no code: `pemerintah-kab-barito-utara`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
