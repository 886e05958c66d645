"""From the first ranking to the fixed one: published, objected to, corrected in sight of all, published anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from services.cli.demonstration.round.cast import NURSES, VACANCIES, Applicant
from services.cli.demonstration.round.judging import MINUTES, Judging
from services.cli.demonstration.round.stage import Astray, Stage, happened
from services.selection.marks import CorrectScore
from services.selection.objections import DecideResultObjection, FileResultObjection
from services.selection.results import FixRanking, RankCandidates
from shared.events.selection import (
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ResultObjectionFiled,
    StageScored,
)


def rank(play: Judging, ground: str, vacancies: Sequence[str] = VACANCIES) -> None:
    """The order of each vacancy, published; three days to object."""
    for vacancy in vacancies:
        play.stage.act(f"selection-{vacancy}", RankCandidates(ground=ground), "committee")


def ranking(play: Judging, vacancy: str, version: int = -1) -> RankingPublished:
    """A version of a published ranking."""
    found: RankingPublished = happened(play.stage, f"selection-{vacancy}", RankingPublished)[version]
    return found


def place_of(play: Judging, vacancy: str, alias: str) -> int:
    """Where somebody stands in the last version."""
    for row in ranking(play, vacancy).head:
        if row.alias == alias:
            return row.place
    raise Astray(f"{alias} stands on no place of {vacancy}")


def object_(play: Judging) -> None:
    """Somebody just outside the seats was given fewer points than the sheet says: corrected, ranked anew once everybody
    has an answer."""
    stage = play.stage
    row, other = ranking(play, NURSES).head[41], ranking(play, NURSES).head[60]
    one, wrong = (play.by_alias(NURSES)[of.alias] for of in (row, other))
    for who in (one, wrong):
        said = stage.platform.stores.vault.add(who.person, b"Nilai wawancara saya salah dicatat (contoh)")
        stage.act(who.candidacy, FileResultObjection(announcement=1, ground="sum", words=said), who.actor)
    stage.by_two(one.candidacy, answer(stage, one, upheld=True), "committee", "ppk")
    stage.by_two(one.candidacy, correction(stage, one), "committee", "ppk")
    stage.to(stage.on(stage.today + dt.timedelta(days=4)))
    code = stage.refused(f"selection-{NURSES}", RankCandidates(ground="objection"), "committee")
    stage.act(wrong.candidacy, answer(stage, wrong, upheld=False), "committee")
    rank(play, "objection", (NURSES,))
    before = {old.alias: old.place for old in ranking(play, NURSES, 0).head}
    moved = sum(before.get(new.alias) != new.place for new in ranking(play, NURSES).head)
    now = place_of(play, NURSES, row.alias)
    stage.tell(
        "objected",
        filed=stage.counted(ResultObjectionFiled),
        upheld=sum(
            one.upheld for one in happened(stage, f"candidate-{NURSES}+{one.application}", ResultObjectionDecided)
        ),
        was=row.place,
        now=now,
        moved=moved,
    )
    stage.tell("pending", code=code)


def answer(stage: Stage, one: Applicant, *, upheld: bool) -> DecideResultObjection:
    """The committee's answer, in words that lie in the person's vault."""
    said = stage.platform.stores.vault.add(one.person, b"Lembar nilai diperiksa ulang (contoh)")
    return DecideResultObjection(
        announcement=1,
        upheld=upheld,
        reason="misread" if upheld else "as_sealed",
        words=said,
        fault="committee" if upheld else "applicant",
        remedy="corrected" if upheld else "none",
    )


def correction(stage: Stage, one: Applicant) -> CorrectScore:
    """The lowest of the sheets, twelve points more than was read."""
    scored: StageScored = next(
        event for event in happened(stage, one.candidacy, StageScored) if event.stage == "interview"
    )
    sheet = min(scored.sheets or (), key=lambda one: one.points["experience"])
    was = sheet.points["experience"]
    return CorrectScore(
        stage="interview",
        part="experience",
        panelist=sheet.panelist,
        was=was,
        is_=min(was + 12, Decimal(90)),
        reason="misread",
        words=stage.platform.stores.vault.add(one.person, b"Nilai dikoreksi (contoh)"),
        ground="objection",
    )


def fix(play: Judging) -> None:
    """Nobody may object any more: the rankings hold."""
    stage = play.stage
    stage.to(stage.on(stage.today + dt.timedelta(days=4)))
    fixed = [
        (f"selection-{vacancy}", FixRanking(version=ranking(play, vacancy).version, minutes=MINUTES))
        for vacancy in VACANCIES
    ]
    stage.all_by_two(fixed, "committee", "secretary")
    stage.tell("fixed", rankings=stage.counted(RankingFixed))
