"""From the handover to the opened scores: an exam, work samples without names, interviews, seals that open at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from services.cli.demonstration.round.cast import HEAD, NURSES, OTHERS, VACANCIES, Applicant
from services.cli.demonstration.round.panels import replaced
from services.cli.demonstration.round.stage import AGENCY, Stage, happened
from services.selection.attendance import RecordAttendance
from services.selection.imports import ImportResults
from services.selection.marks import RecordMarks
from services.selection.opening import HandOver, OpenScores
from services.selection.panels import HoldCalibration
from services.selection.recusals import DeclareConflict
from services.selection.results import AnnounceStage
from services.selection.rosters import roster_of_one
from services.selection.sealing import SealScore
from services.selection.sessions import CloseSession, ScheduleSession
from shared.events.intake import Tie
from shared.events.platform import ImportedRow
from shared.events.selection import (
    ConflictDeclared,
    PanelistRecused,
    PanelistReplaced,
    ScoreSealed,
    ScoresOpened,
    SelectionOpened,
    StageResultAnnounced,
)

ROOM: Final = 500  # seats of a computer room
KIND: Final = "general"
MINUTES: Final = sha256(b"berita acara (contoh)").hexdigest()
LOCAL: Final = (NURSES, *OTHERS)
SICK, KIN = NURSES, OTHERS[0]  # where a panelist falls ill, and where one has a sibling among the applicants


@dataclass
class Judging:
    """Who stands where. `going` are those who go on, by vacancy; `seats` the labels that judge."""

    stage: Stage
    seed: int
    standing: Mapping[str, list[Applicant]]
    going: dict[str, list[Applicant]] = field(default_factory=dict)
    seats: dict[str, list[str]] = field(default_factory=dict)
    twins: tuple[Applicant, Applicant] | None = None

    def alias(self, one: Applicant) -> str:
        """As the public knows somebody."""
        return self.stage.platform.folder.keys.aliases(one.vacancy)(one.application)

    def by_alias(self, vacancy: str) -> dict[str, Applicant]:
        """Everybody of a vacancy, by alias."""
        alias = self.stage.platform.folder.keys.aliases(vacancy)
        return {alias(one.application): one for one in self.standing[vacancy]}

    def right(self, one: Applicant) -> int:
        """Answers of 85 that are right."""
        if self.twins and one in self.twins:
            return 78
        return one.mark(self.seed, "written", 40, 80)

    def points(self, one: Applicant, stage: str, criterion: str, seat: int) -> int:
        """What the panelist on a seat gives; the second of the twins is a little better at solving problems and as much
        worse at analysing, so that the sums are the same."""
        if self.twins and one in self.twins:
            first, second = self.twins
            extra = {"problem_solving": 8, "analysis": -7}.get(criterion, 0) if one is second else 0
            return first.mark(self.seed, f"{criterion}/{seat}", 72, 82) + extra
        return one.mark(self.seed, f"{stage}/{criterion}/{seat}", 62, 86)


def hand_over(play: Judging) -> None:
    """Twelve rosters; from here on the files are selection's."""
    stage = play.stage
    for vacancy in VACANCIES:
        stage.act(f"selection-{vacancy}", HandOver(), "secretary")
    total = sum(len(of) for of in play.standing.values())
    stage.tell("handed", selections=stage.counted(SelectionOpened), candidates=total)


def written(play: Judging) -> None:
    """Rooms, roll call, the computer's list, the line at three times the seats."""
    stage = play.stage
    everybody = [one for vacancy in LOCAL for one in play.standing[vacancy]]
    nurses = play.standing[NURSES]
    play.twins = (nurses[0], nurses[1])
    absent = [one for one in everybody if one.number % 40 == 7 and one not in play.twins]
    came = [one for one in everybody if one not in absent]
    rooms = roll_call(play, everybody, absent)
    printed = "\n".join(f"{play.alias(one)},{play.right(one)}" for one in came)
    file = sha256(printed.encode()).hexdigest()
    listed = ImportResults(body="BKN", stages=("written",), rows=len(came), vacancies=len(LOCAL))
    stage.act(f"import-{AGENCY}.{file}", listed, "cat_operator")
    stage.all(
        [
            stage.call(one.candidacy, marks(file, row, Decimal(play.right(one))), "cat_operator")
            for row, one in enumerate(came, 1)
        ]
    )
    stranger = absent[0]
    code = stage.refused(stranger.candidacy, marks(file, 1, Decimal(80)), "cat_operator")
    for vacancy in LOCAL:
        stage.act(f"selection-{vacancy}", AnnounceStage(stage="written"), "committee")
        play.going[vacancy] = through(play, vacancy)
    stage.tell(
        "written",
        rooms=rooms,
        present=len(came),
        absent=len(absent),
        through=sum(map(len, play.going.values())),
    )
    stage.tell("unseen", code=code)
    stage.to(stage.on(stage.today + dt.timedelta(days=4)))


def marks(file: str, row: int, right: Decimal) -> RecordMarks:
    """A row of the computer's list."""
    source = ImportedRow(import_=file, row=row)
    return RecordMarks(stage="written", parts={"written": right}, source=source)


def roll_call(play: Judging, everybody: Sequence[Applicant], absent: Sequence[Applicant]) -> int:
    """Everybody in a room, called by the supervisor; how many rooms."""
    stage = play.stage
    missing = {one.number for one in absent}
    groups = [everybody[start : start + ROOM] for start in range(0, len(everybody), ROOM)]
    day = stage.today + dt.timedelta(days=2)
    ids = [f"{AGENCY}.2027-w{n:02}" for n, _ in enumerate(groups, 1)]
    for id, group in zip(ids, groups, strict=True):
        scheduled = ScheduleSession(
            stage="written",
            site="gedung-cat",
            room=id[-2:],
            from_=stage.on(day, 8),
            to=stage.on(day, 10),
            seats=ROOM,
            aliases=tuple(map(play.alias, group)),
            vacancies=tuple(sorted({one.vacancy for one in group})),
        )
        stage.act(f"session-{id}", scheduled, "committee")
    stage.to(stage.on(day, 8, 5))
    for id, group in zip(ids, groups, strict=True):
        stage.all(
            [
                stage.call(
                    one.candidacy,
                    RecordAttendance(stage="written", present=one.number not in missing, session=id, identity="ktp"),
                    "supervisor",
                )
                for one in group
            ]
        )
    stage.to(stage.on(day, 10, 5))
    for id, group in zip(ids, groups, strict=True):
        away = sum(one.number in missing for one in group)
        closed = CloseSession(present=len(group) - away, absent=away, devices=MINUTES, incidents=())
        stage.act(f"session-{id}", closed, "supervisor")
    return len(groups)


def through(play: Judging, vacancy: str) -> list[Applicant]:
    """Who goes on, by the announcement."""
    announced = happened(play.stage, f"selection-{vacancy}", StageResultAnnounced)[-1]
    known = play.by_alias(vacancy)
    return sorted((known[row["alias"]] for row in announced.next.head or ()), key=lambda one: one.number)


def attempts(play: Judging) -> None:
    """What is tried and stays on record: somebody who applied after the close, a stage that no notice names."""
    stage = play.stage
    inserted = Applicant(999_999, NURSES, application=sha256(b"siluman").hexdigest()[:32])
    stage.platform.folder.keys.enrol({"f" * 32: [inserted.application]})
    roll = RecordAttendance(stage="written", present=True, identity="ktp")
    late = stage.refused(inserted.candidacy, roll, "supervisor")
    one = play.going[NURSES][0]
    added = RecordAttendance(stage="extra", present=True, identity="ktp")
    stage.tell("inserted", code=late)
    stage.tell("extra", code=stage.refused(one.candidacy, added, "supervisor"))


def declare(play: Judging) -> None:
    """Every panelist signs for the roster of the blind stages; one has a sibling on it and is out for the vacancy."""
    stage = play.stage
    for vacancy in VACANCIES:
        roster = happened(stage, f"selection-{vacancy}", SelectionOpened)[0].roster.root
        for name in list(play.seats[vacancy]):
            ties: tuple[Tie, ...] = ()
            if vacancy == KIN and name[0] == "A" and play.seats[vacancy].index(name) == first(play, vacancy, "A"):
                ties = (Tie(application=play.going[KIN][0].application, kind="kin"),)
            said = DeclareConflict(roster=roster, tie_count=len(ties), ties=ties)
            stage.act(f"panel-{vacancy}", said, f"{vacancy}/{name}")
            if ties:
                steps_in(play, vacancy, name, "conflict", roster)
    stage.tell(
        "declared", declarations=stage.counted(ConflictDeclared), recused=stage.counted(PanelistRecused)
    )  # fmt: skip


def steps_in(play: Judging, vacancy: str, out: str, reason: str, roster: str) -> None:
    """The next reserve, who signs for the roster, too."""
    into = replaced(play.stage, vacancy, out, reason)
    play.seats[vacancy][play.seats[vacancy].index(out)] = into
    said = DeclareConflict(roster=roster, tie_count=0, ties=())
    play.stage.act(f"panel-{vacancy}", said, f"{vacancy}/{into}")


def first(play: Judging, vacancy: str, letter: str) -> int:
    """The first seat of a kind."""
    return next(n for n, name in enumerate(play.seats[vacancy]) if name.startswith(letter))


def sheets(play: Judging, vacancy: str, stage_: str, criteria: Sequence[str], one: Applicant) -> Iterator[Any]:
    """Five sealed sheets about one person."""
    for seat, name in enumerate(play.seats[vacancy]):
        points = {of: Decimal(play.points(one, stage_, of, seat)) for of in criteria}
        nonce = sha256(f"{play.seed}/{one.number}/{stage_}/{seat}".encode()).hexdigest()
        yield play.stage.call(
            one.candidacy, SealScore(stage=stage_, points=points, nonce=nonce), f"{vacancy}/{name}"
        )  # fmt: skip


def judge(play: Judging, vacancy: str, stage_: str, criteria: Sequence[str], *, named: bool) -> None:
    """Roll call, ties declared per person where the stage shows one, sheets sealed."""
    stage, people = play.stage, play.going[vacancy]
    present = RecordAttendance(stage=stage_, present=True, identity="ktp")
    stage.all([stage.call(one.candidacy, present, "supervisor") for one in people])
    calibrate(play, vacancy, stage_)
    if named:
        stage.all(
            [
                stage.call(
                    f"panel-{vacancy}",
                    DeclareConflict(roster=roster_of_one(play.alias(one)), tie_count=0, ties=()),
                    f"{vacancy}/{name}",
                )
                for name in play.seats[vacancy]
                for one in people
            ]
        )
    stage.all([call for one in people for call in sheets(play, vacancy, stage_, criteria, one)])


def calibrate(play: Judging, vacancy: str, stage_: str) -> None:
    """All who judge have marked the same practice candidate first."""
    people = tuple(play.stage.actors[f"{vacancy}/{name}"].id for name in play.seats[vacancy])
    held = HoldCalibration(stage=stage_, panelists=people, practice=MINUTES)
    play.stage.act(f"panel-{vacancy}", held, "secretary")


LOCAL_STAGES: Final = (
    ("competence", ("care", "records"), False),
    ("interview", ("experience", "regional_challenges", "analysis", "problem_solving"), True),
)
HEAD_STAGES: Final = (
    ("paper", ("paper",), False),
    ("competence", ("managerial", "sociocultural", "technical"), True),
    ("interview", ("vision", "experience", "regional_challenges", "analysis", "problem_solving"), True),
    ("track_record", ("track_record",), True),
)


def panel_stages(play: Judging) -> None:
    """Every stage that a panel marks; between the work sample and the interview a panelist falls ill."""
    stage = play.stage
    play.going[HEAD] = play.standing[HEAD]
    tried: dict[str, str] = {}
    for vacancy in VACANCIES:
        for name, criteria, named in HEAD_STAGES if vacancy == HEAD else LOCAL_STAGES:
            if vacancy == SICK and name == "interview":
                ill = play.seats[SICK][first(play, SICK, "P")]
                roster = happened(stage, f"selection-{vacancy}", SelectionOpened)[0].roster.root
                steps_in(play, SICK, ill, "ill", roster)
                tried = too_soon(play, criteria)
            judge(play, vacancy, name, criteria, named=named)
    replacements = happened(stage, f"panel-{SICK}", PanelistReplaced)
    stage.tell("sick", replaced=sum(one.reason == "ill" for one in replacements))
    stage.tell("sealed", {}, sheets=stage.counted(ScoreSealed), **tried)


def too_soon(play: Judging, criteria: Sequence[str]) -> dict[str, str]:
    """A sheet about somebody present before the panelist's declaration about that person, and one by a stranger."""
    stage, one = play.stage, play.going[SICK][0]
    stage.act(one.candidacy, RecordAttendance(stage="interview", present=True, identity="ktp"), "supervisor")
    call = next(sheets(play, SICK, "interview", criteria, one))
    name = play.seats[SICK][0]
    return {
        "undeclared": stage.refused(one.candidacy, call.command, f"{SICK}/{name}"),
        "stranger": stage.refused(one.candidacy, call.command, "hr"),
    }


def open_(play: Judging) -> None:
    """All is sealed: every stage opens, and each sheet is what was sealed."""
    stage, opened, by_clock = play.stage, 0, 0
    stage.to(stage.on(stage.today + dt.timedelta(days=2)))
    for vacancy in VACANCIES:
        done = {event.stage for event in happened(stage, f"selection-{vacancy}", ScoresOpened)}
        for name, *_ in HEAD_STAGES if vacancy == HEAD else LOCAL_STAGES:
            if name not in done:
                stage.act(f"selection-{vacancy}", OpenScores(stage=name), "committee")
            opened += 1
            by_clock += name in done
    stage.settle()
    last = play.going[NURSES][0]
    late = next(sheets(play, NURSES, "interview", LOCAL_STAGES[1][1], last))
    changed = SealScore(stage="interview", points=late.command.points, nonce="0" * 64)
    code = stage.refused(last.candidacy, changed, f"{NURSES}/{play.seats[NURSES][0]}")
    stage.tell("opened", stages=opened, by_clock=by_clock)
    stage.tell("behind", code=code)
