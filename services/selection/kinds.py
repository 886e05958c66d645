"""A kind of need (jenis kebutuhan) in events: a word of the rule packs or a short code, never a person's words."""

from __future__ import annotations

import re

_KIND = re.compile(r"[A-Za-z0-9/-]{1,12}")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def is_kind(word: str) -> bool:
    """Letters, digits, hyphens and slashes, 12 signs at most, fewer than 6 digits in a row."""
    return _KIND.fullmatch(word) is not None and _SIX_DIGITS.search(word) is None
