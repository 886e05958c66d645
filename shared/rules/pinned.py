"""A pack by the digest that an event pins it with."""

from functools import cache

from shared.rules.errors import UnknownPack
from shared.rules.packs import load, names
from shared.rules.shapes import Pack


@cache
def pinned(digest: str) -> Pack:
    """The pack of this digest; `UnknownPack` if none of ours has it: rules are data, never guessed."""
    for name in names():
        if load(name).digest == digest:
            return load(name)
    raise UnknownPack(f"no rule pack has the digest {digest[:16]}…; known: {', '.join(names())}")
