"""Official status codes (keterangan): what a printed code means and whether its bearer stands in the order."""

import re
from functools import lru_cache

from shared.rules.errors import UnknownCode, UnknownKind
from shared.rules.shapes import Pack, StatusRule


@lru_cache(maxsize=4096)
def classify(pack: Pack, code: str, listing: str = "") -> StatusRule:
    """What a code of a list says; `listing` is `skd` or `final`, by default the list that the pack's order makes.

    `P/L-U*` in a pack stands for `P/L-U`, `P/L-U1`, `P/L-U23`. `UnknownCode` names the known codes: a code that nobody
    has classified is never guessed to be in or out.
    """
    listing = listing or pack.listing
    if listing not in pack.statuses:
        raise UnknownKind(f"{pack.name} has no list {listing!r}; known: {', '.join(sorted(pack.statuses))}")
    for rule in pack.statuses[listing]:
        if re.fullmatch(re.escape(rule.code).replace(r"\*", "[0-9]*"), code):
            return rule
    known = ", ".join(rule.code for rule in pack.statuses[listing])
    raise UnknownCode(f"{pack.name} knows no status {code!r} of the {listing} list; known: {known}")
