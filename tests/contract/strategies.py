"""Hypothesis strategies for any event, from the hints of its class; and plain values that an event may hold."""

import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from shared.events.codec.canonical import LARGEST

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=6)
WHOLE = st.integers(-LARGEST, LARGEST)
PLAIN = st.recursive(
    st.booleans() | WHOLE | TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)
INSTANTS = st.integers(0, 2**52).map(
    lambda tick: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=tick)
)
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    dt.datetime: INSTANTS,
    int: WHOLE,
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    dt.date: st.dates(),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a hint that events use."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(typing.cast(Any, hint), **{item.name: of(hints[item.name]) for item in fields(hint)})
    if origin is types.UnionType:
        return st.one_of(*(st.none() if item is types.NoneType else of(item) for item in inner))
    if origin is tuple:
        return st.lists(of(inner[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(KEYS, of(inner[1]), max_size=3)
    return LEAVES[hint]
