"""Pools, panels and sessions as parts of selection: what its service is assembled from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.selection import panels, pools, sessions
from services.selection.panel_facts import (
    NO_PANEL,
    NO_POOL,
    Panel,
    Pool,
    fold_panel,
    fold_pool,
    panel_key,
    pool_home,
    pool_key,
)
from services.selection.panel_prepare import prepare
from services.selection.panel_views import PANELS, POOLS, SESSIONS
from services.selection.recusals import RecusePanelist, ReplacePanelist
from services.selection.session_facts import NO_SESSION, Session, fold_session, session_key
from shared.runtime.service import Decider, Fact, Prepare, View

POOL: Final = Fact(name="pool", of=Pool, initial=NO_POOL, key=pool_key, fold=fold_pool, home=pool_home)
PANEL: Final = Fact(name="panel", of=Panel, initial=NO_PANEL, key=panel_key, fold=fold_panel)
SESSION: Final = Fact(name="session", of=Session, initial=NO_SESSION, key=session_key, fold=fold_session)

FACTS: Final[tuple[Fact, ...]] = (POOL, PANEL, SESSION)
VIEWS: Final[tuple[View, ...]] = (POOLS, PANELS, SESSIONS)
DECIDERS: Final[Mapping[str, Decider]] = {"pool": pools, "panel": panels, "session": sessions}
BY_TWO: Final[tuple[Any, ...]] = (
    pools.AdmitExpert, panels.SeatByDecree, RecusePanelist, ReplacePanelist, sessions.VoidSession,
)  # fmt: skip
TIMED: Final[tuple[Any, ...]] = ()
PREPARE: Final[Mapping[Any, Prepare]] = prepare()
