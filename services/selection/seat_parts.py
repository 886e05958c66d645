"""What seats bring to selection as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.selection import seats
from services.selection.decrees import RevokeAppointment
from services.selection.offers import OfferAppointment
from services.selection.place_facts import NO_PLACES, Places, fold_places, places_key
from services.selection.seat_queries import PREPARE
from services.selection.seat_views import VIEW
from services.selection.seats import LapseOffer
from shared.runtime.service import Decider, Fact, View

__all__ = ["BY_TWO", "DECIDERS", "FACTS", "PREPARE", "TIMED", "VIEWS"]

PLACES: Final = Fact(name="places", of=Places, initial=NO_PLACES, key=places_key, fold=fold_places)
FACTS: Final = (PLACES,)
VIEWS: Final[tuple[View, ...]] = (VIEW,)
DECIDERS: Final[Mapping[str, Decider]] = {"seat": seats}
TIMED: Final[tuple[Any, ...]] = (LapseOffer,)
BY_TWO: Final[tuple[Any, ...]] = (OfferAppointment, RevokeAppointment)
