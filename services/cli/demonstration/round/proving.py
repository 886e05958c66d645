"""What the demonstration is about: everything recounted from the events, then a fraud on a copy, and how it shows."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from services.cli.abreast import Eyes
from services.cli.demonstration.round.cast import NURSES, SEATS
from services.cli.demonstration.round.judging import Judging
from services.cli.demonstration.round.ranks import ranking
from services.cli.demonstration.round.stage import Astray
from services.cli.platform import Platform, opened
from services.oversight.replay import Move, Replay, moved, replay
from shared.events import codec
from shared.events.selection import RankingPublished, StageScored
from shared.ledger.verify import check

BEHIND: Final = 10  # places behind the last seat stands whoever is favoured
CRITERION: Final = "experience"
GUARD: Final = "events_never_change"  # the trigger that keeps events as they are


class Mark(NamedTuple):
    """One mark in one event: where it stands, what it says, what it is made to say."""

    position: int
    alias: str
    was: str
    is_: str


def recount(play: Judging, eyes: Eyes) -> None:
    """Every ledger proved event by event, every table compared with its fold, every published ranking made again."""
    stage = play.stage
    found = eyes.diagnose(stage.platform.folder.path)
    if found.findings:
        raise Astray(f"the folder does not prove what it holds: {found.findings[0]}")
    stage.tell(
        "recounted",
        events=sum(report.events for report in found.reports),
        ledgers=len(found.reports),
        views=sum(len(links) for links in stage.platform.views.values()),
        rankings=stage.counted(RankingPublished),
    )


def told(play: Judging, platform: Platform, vacancy: str) -> Replay:
    """The ranking of a vacancy, by its events alone."""
    return replay(platform.selection.ledger, vacancy, platform.folder.keys.aliases)


def cheat(play: Judging) -> None:
    """One interview mark raised in a copy, by SQL: the guard taken off for a moment, and put back."""
    data = play.stage.platform.folder.path
    with TemporaryDirectory(prefix="merit-cheat-") as folder:
        copy = Path(folder) / "data"
        shutil.copytree(data, copy, ignore=shutil.ignore_patterns("*.lock"))
        mark = favoured(play)
        rewrite(copy / "selection.db", mark)
        with opened(copy) as platform:
            found = check(platform.selection.ledger).findings
            caught = [one for one in found if one.position == mark.position and one.code == "leaf.differs"]
            if not caught:
                raise Astray("a changed mark was not caught")
            moves = raised(told(play, play.stage.platform, NURSES), told(play, platform, NURSES))
    mine = next(move for move in moves if move.alias == mark.alias)
    play.stage.tell(
        "cheated",
        {"position": mark.position},
        was=mark.was,
        now=mark.is_,
        place=mine.was,
        rises=mine.is_,
        moved=len(moves),
    )


def favoured(play: Judging) -> Mark:
    """Somebody who stands behind the seats, and a mark of their interview."""
    row = ranking(play, NURSES).head[SEATS[NURSES] + BEHIND - 1]
    stream = play.by_alias(NURSES)[row.alias].candidacy
    for one in play.stage.pipeline(stream).ledger.history(stream):
        event = codec.event_of(one)
        if isinstance(event, StageScored) and event.stage == "interview" and event.sheets:
            was = min(int(sheet.points[CRITERION]) for sheet in event.sheets)
            return Mark(one.position, row.alias, str(was), str(was + 25))
    raise Astray(f"{stream} has no interview")


def rewrite(file: Path, mark: Mark) -> None:
    """What somebody with the database in their hands would do."""
    with sqlite3.connect(file) as store:
        (guard,) = store.execute("SELECT sql FROM sqlite_master WHERE name = ?", (GUARD,)).fetchone()
        (data,) = store.execute("SELECT data FROM events WHERE position = ?", (mark.position,)).fetchone()
        store.execute(f"DROP TRIGGER {GUARD}")
        said = f'"{CRITERION}":"{mark.was}"'
        if said not in data:
            raise Astray(f"position {mark.position} does not say {said}")
        changed = data.replace(said, f'"{CRITERION}":"{mark.is_}"', 1)
        store.execute("UPDATE events SET data = ? WHERE position = ?", (changed, mark.position))
        store.execute(guard)
    store.close()


def raised(before: Replay, after: Replay) -> list[Move]:
    """Whose place would be another."""
    return list(moved(before.after, after.after))
