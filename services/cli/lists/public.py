"""What a cell may hold that will be seen: in an event, on a screen, in a file that somebody opens.

Promise: a name, an identity number, an address or a telephone number that a shifted row brings into a column of public
words is a finding; so is a sign that steers a terminal.
"""

import re

LONGEST_CELL = 4_000  # characters; the longest real one has 339
_KIND = re.compile(r"[A-Za-z0-9/-]{1,12}")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
# Line breaks and tabs are what spreadsheets put into cells; a no-break space is in a real list, and harmless.
_STEERING = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_NIK = r"(?<![A-Za-z0-9])[0-9]{16}(?![A-Za-z0-9])"
_MOBILE = r"(?:\+?62|0)[ .-]?8[0-9](?:[ .-]?[0-9]){7,10}"
_LINE = r"(?:\+62|\(0[0-9]{2,3}\)|0[2-9][0-9]{1,2})[ .-]?[0-9](?:[ .-]?[0-9]){5,8}"
_MAIL = r"[^\s@]+@[^\s@]+\.[^\s@]"
_PERSONAL = re.compile(f"{_NIK}|{_MAIL}|(?<![A-Za-z0-9])(?:{_MOBILE}|{_LINE})(?![A-Za-z0-9])")
_PERSONAL_NAME = re.compile(f".*{_NIK}.*|{_MOBILE}")


def is_kind(word: str) -> bool:
    """Whether a kind of need looks like a code: 12 signs at most, fewer than 6 digits in a row."""
    return _KIND.fullmatch(word) is not None and _SIX_DIGITS.search(word) is None


def is_personal(text: str) -> bool:
    """Whether text holds something like a NIK, an e-mail address or a telephone number."""
    return _PERSONAL.search(text) is not None


def is_personal_name(name: str) -> bool:
    """The same of an identifier: digits between hyphens are those of a UUID, so a telephone number is all of it."""
    return _PERSONAL_NAME.fullmatch(name) is not None


def steers(cell: str) -> bool:
    """Whether a cell holds control characters, escape sequences or signs that turn the direction of writing."""
    return not cell.isprintable() and _STEERING.search(cell) is not None
