"""What a vacancy's panel is now: what was drawn, who has signed, who is out, and who was called instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.selection.panel_facts import Pool
from shared.events.selection import (
    CalibrationHeld,
    ConflictDeclared,
    PanelDrawAnnounced,
    PanelDrawn,
    PanelistReplaced,
    PanelistSeated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Places have names: a drawn label until its expert signs, or the pseudonym of whoever was called by decree."""

    announced: PanelDrawAnnounced | None = None
    drawn: PanelDrawn | None = None
    seated: Mapping[str, PanelistSeated] = field(default_factory=dict)  # by panelist, also those who are out
    gone: Mapping[str, str] = field(default_factory=dict)
    tied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declared: tuple[ConflictDeclared, ...] = ()
    replaced: Mapping[str, PanelistReplaced] = field(default_factory=dict)  # by who went
    calibrations: tuple[CalibrationHeld, ...] = ()

    @property
    def pool_name(self) -> str | None:
        """The pool that this panel is drawn from."""
        return None if self.announced is None else self.announced.pool_name

    @property
    def called(self) -> tuple[str, ...]:
        """Every name that may have signed so far: those drawn, and those called instead of somebody."""
        drawn = () if self.drawn is None else self.drawn.drawn
        return (*drawn, *(one.in_ for one in self.replaced.values()))

    @property
    def unsigned(self) -> frozenset[str]:
        """Called, not replaced, and nobody has signed for it yet."""
        signed = {one.label or panelist for panelist, one in self.seated.items()}
        return frozenset(self.called) - signed - self.replaced.keys()

    def is_seated(self, panelist: str) -> bool:
        """Has signed, and is not out."""
        return panelist in self.seated and panelist not in self.gone

    def kind(self, name: str, pool: Pool) -> str:
        """The kind of seat of a panelist, of a label, or of somebody called: that of whom they step in for."""
        if name in self.seated:
            return self.seated[name].kind
        for out, one in self.replaced.items():
            if one.in_ == name:
                return self.kind(out, pool)
        return pool.kind(name)
