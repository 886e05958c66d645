"""The order of the story: needs, notices, applications, checks, panels, scores, rankings, seats, induction, feedback,
help; then the proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from services.cli.abreast import Eyes
from services.cli.demonstration.round import caring, cast, judging, opening, panels, proving, ranks, seating
from services.cli.demonstration.round.cast import NURSES, VACANCIES
from services.cli.demonstration.round.judging import Judging
from services.cli.demonstration.round.stage import Astray, Stage
from services.cli.platform import Platform
from services.projections.queries import picture
from shared.events.selection import RankingPublished
from shared.runtime.demo import DemoClock

SEED: Final = 2027
MANY: Final = 3_000


def played(
    platform: Platform,
    eyes: Eyes,
    say: Callable[[str, Mapping[str, Any]], None],
    *,
    many: int = MANY,
    seed: int = SEED,
) -> Mapping[str, Mapping[str, Any]]:
    """The numbers of every step; `eyes` recount at the end. Astray if the platform answers otherwise than foreseen."""
    if not isinstance(platform.clock, DemoClock):
        raise Astray("a demonstration plays on a clock of its own: MERIT_DEMO=1")
    links = [(one, platform.pipelines[source]) for source, found in platform.links.items() for one in found]
    stage = Stage(platform=platform, clock=platform.clock, links=links, say=say)
    standing = to_the_check(stage, many)
    play = Judging(stage=stage, seed=seed, standing=standing)
    to_the_ranking(play)
    to_the_seats(play)
    nurses = seating.induct(play)
    caring.care(play, nurses)
    stage.settle()
    proving.recount(play, eyes)
    proving.cheat(play)
    return stage.told


def to_the_check(stage: Stage, many: int) -> dict[str, list[cast.Applicant]]:
    """Who met the requirements, by vacancy."""
    cast.officials(stage)
    cast.experts(stage)
    stage.tell("officials", roles=len(cast.OFFICES))
    opening.needs(stage)
    opens, until = opening.publish(stage)
    stage.to(opens + dt.timedelta(minutes=1))
    standing = opening.apply(stage, cast.applicants(many), until)
    meets = opening.check(stage, standing)
    return {vacancy: [one for one in meets if one.vacancy == vacancy] for vacancy in VACANCIES}


def to_the_ranking(play: Judging) -> None:
    """Everybody's place, as published first."""
    stage = play.stage
    panels.draw(stage)
    play.seats = {
        vacancy: list(panels.drawn(stage.pipeline(f"panel-{vacancy}"), f"panel-{vacancy}").drawn)
        for vacancy in VACANCIES
    }
    judging.hand_over(play)
    judging.written(play)
    judging.attempts(play)
    judging.declare(play)
    judging.panel_stages(play)
    judging.open_(play)
    ranks.rank(play, "result")
    stage.settle()
    place, step = tie(play)
    stage.tell("ranked", rankings=stage.counted(RankingPublished), place=place, step=step)


def tie(play: Judging) -> tuple[int, str]:
    """The first two of the nurses whose final scores are the same, and what set one before the other."""
    ranking = play.stage.platform.ranking
    with ranking.store.begin() as tx:
        for _, rows, _ in picture(tx, [NURSES]):
            for row in rows:
                if row.decided_by not in (None, "final") and row.place is not None:
                    return row.place, str(row.decided_by)
    raise Astray("nobody stands level with anybody")


def to_the_seats(play: Judging) -> None:
    """An objection, the fixed order, the decrees."""
    ranks.object_(play)
    ranks.fix(play)
    seating.choose(play)
    seating.fill(play)
