"""Where intake's reads hang; how, is every service's (`shared.runtime.http.reads`)."""

from __future__ import annotations

from functools import partial
from typing import Final

from shared.ledger import Ledger
from shared.runtime.http import reads
from shared.runtime.http.reads import Everybody, Said, Text, by_language, tagged, unkept
from shared.runtime.http.site import Site

__all__ = ["NAME", "PREFIX", "Everybody", "Said", "Text", "by_language", "hung", "ledger_of", "tagged", "unkept"]

NAME: Final = "intake"
PREFIX: Final = f"/api/{NAME}/v1"
hung = partial(reads.hung, NAME)


def ledger_of(site: Site) -> Ledger:
    """Intake's, in this process."""
    return reads.ledger_of(site, NAME)
