"""`merit doctor`: does the folder prove what it holds? Every ledger event by event, every read model against its
events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from services.cli.platform import Platform
from services.intake.service import INTAKE
from services.selection.service import SELECTION
from shared.ledger import Ledger
from shared.ledger.verify import Finding, Report, check
from shared.runtime import rebuild
from shared.runtime.service import Service

Progress = Callable[[str, int, int], None]

CURES = {
    "guard.missing": "find out who dropped it, and compare with a copy or receipts; `merit rebuild` puts it back",
    "leaf.differs": "changed after it was recorded: keep the folder as evidence, compare with a copy or receipts",
    "position.gap": "an event was taken out: keep the folder as evidence, compare with a copy or receipts",
    "version.gap": "events of this stream were taken out or put in: keep the folder as evidence",
    "head.differs": "rows were taken off or put on at the end: keep the folder as evidence",
    "clock.back": "recorded times never go back: the row was written past Merit",
    "key.missing": "keys.db or master.key are not those of this folder: put the right ones back",
    "event.unreadable": "written by a newer version of Merit, or changed: use the version that wrote it",
    "view.drift": "run `merit rebuild`; if it comes back, the read model is being written past Merit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The ledgers' reports, and the read models that say something else than their events."""

    reports: tuple[Report, ...]
    drifts: tuple[Finding, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything that does not hold."""
        return [finding for report in self.reports for finding in report.findings] + list(self.drifts)


def diagnose(platform: Platform, progress: Progress) -> Diagnosis:
    """The whole folder. Views are compared only where their ledger holds: a wrong ledger makes wrong views."""
    reports = [check(ledger, partial(progress, ledger.service)) for ledger in platform.ledgers()]
    if any(report.findings for report in reports):
        return Diagnosis(reports=tuple(reports), drifts=())
    drifts = [_own(INTAKE, platform.intake.ledger), _own(SELECTION, platform.selection.ledger)]
    found = rebuild.drifted(platform.ranking, platform.selection.ledger)
    drifts.append(None if found is None else _drift("projections", found))
    return Diagnosis(reports=tuple(reports), drifts=tuple(finding for finding in drifts if finding is not None))


def _own(service: Service, ledger: Ledger) -> Finding | None:
    """The facts and worklists that a service keeps in step with its own ledger."""
    found = rebuild.own_drifted(service, ledger)
    return None if found is None else _drift(service.name, found)


def _drift(where: str, what: str) -> Finding:
    return Finding(ledger=where, position=None, code="view.drift", what=what)
