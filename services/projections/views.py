"""Every read model of projections, by the ledger that feeds it; a model of several ledgers is several views of its own
tables, joined by its question."""

from __future__ import annotations

from collections.abc import Mapping

from services.projections import needs, performance
from services.projections.publications import PUBLICATIONS
from services.projections.ranking import ranking_view
from services.projections.transparency import TRANSPARENCY
from shared.runtime.picture import Aliases
from shared.runtime.service import View


def views(aliases: Aliases) -> Mapping[str, tuple[View, ...]]:
    """With the function that knows a vacancy's aliases."""
    return {
        "intake": (TRANSPARENCY["intake"], needs.INTAKE),
        "selection": (ranking_view(aliases), PUBLICATIONS, TRANSPARENCY["selection"], needs.SELECTION),
        "training": (performance.TRAINING,),
        "feedback": (performance.FEEDBACK,),
    }
