"""A selection that is marked here on a real ledger: handed over, seated, sealed, opened by the clock, announced,
ranked, objected to, corrected, fixed (domain.md 2h, 3)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.selection import handover, marked_tables
from services.selection.attendance import RecordAttendance
from services.selection.candidates import ScoreStage
from services.selection.imports import ReceiveResults
from services.selection.marks import CorrectScore, RecordMarks
from services.selection.objections import (
    DecideResultObjection,
    DisqualifyCandidate,
    FileResultObjection,
    WithdrawCandidate,
)
from services.selection.opening import AmendRoster, HandOver, OpenScores
from services.selection.panels import DecreedSeat, HoldCalibration, SeatByDecree, TakeSeat
from services.selection.reactions import OPENING
from services.selection.recusals import DeclareConflict, ReplacePanelist
from services.selection.results import AnnounceStage, FixRanking, RankCandidates
from services.selection.rosters import roster_of_one
from services.selection.sealing import OpenSheets, SealScore
from services.selection.selections import DecideTie
from services.selection.service import SELECTION, composed
from services.selection.sessions import ScheduleSession
from services.selection.sheets import sealed_sheets
from services.selection.standings import Rules, moved
from shared.events import Damaged, codec, instant
from shared.events.intake import Tie
from shared.events.platform import AttemptRefused, ImportedRow, Words
from shared.events.selection import (
    PanelistRecused,
    RankedRow,
    RankingFixed,
    RankingPublished,
    ScoresOpened,
    SelectionOpened,
    StageResultAnnounced,
    StageScored,
)
from shared.ledger import verify
from shared.runtime import rebuild, turn
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.reactions import Reactor
from shared.runtime.service import Service
from shared.runtime.timetable import tick
from tests.domain.marked import INTERVIEW, JUDGES, PACK, TERMS, VACANCY

SELECTING, PANEL, LIST = f"selection-{VACANCY}", f"panel-{VACANCY}", "e" * 64
NOTE = Words(id="w1", mac="b" * 64)
PEOPLE = tuple(sha256(b"person %d" % n).hexdigest()[:32] for n in range(4))


@dataclass
class World:
    """Selection of one agency, under a clock that is moved by hand; two persons' acts are approved already."""

    folder: Folder
    pipeline: Pipeline
    now: dt.datetime = dt.datetime(2027, 5, 3, 2, tzinfo=dt.UTC)
    keys: Iterator[int] = field(default_factory=count)

    def act(self, stream: str, command: Any, by: str = "committee") -> Answer:
        call = Call(stream=stream, command=command, by=by, key=f"k{next(self.keys)}", received_at=instant(self.now))
        (answer,) = self.pipeline.run([prepared(self.pipeline.service, self.pipeline.ledger, call)])
        assert not answer.failed, command
        return answer

    def must(self, stream: str, command: Any, by: str = "committee") -> None:
        answer = self.act(stream, command, by)
        assert answer.refused is None, (answer.refused, command)

    def candidate(self, n: int) -> str:
        return f"candidate-{VACANCY}+{PEOPLE[n]}"

    def alias(self, n: int) -> str:
        return self.folder.keys.aliases(VACANCY)(PEOPLE[n])

    def happened(self, kind: Any) -> list[Any]:
        events = (codec.event_of(one) for page in self.pipeline.ledger.read() for one in page)
        return [event for event in events if isinstance(event, kind)]

    def hand_over(self, *states: str) -> None:
        """What intake's events would have told of these persons."""
        self.folder.keys.enrol({f"holder-{n}": [one] for n, one in enumerate(PEOPLE)})
        self.folder.keys.vacancy_digest(VACANCY)
        scheme, seats = codec.body(TERMS).decode(), codec.dumps({"general": 1}).decode()
        with self.pipeline.ledger.writer.begin() as tx:
            for table in handover.HANDOVER.tables:
                table.create(tx)
            notice = (VACANCY, "pauh.2027-1", "pkm-03", "perawat", PACK.digest, scheme, seats, 398,
                      "2027-05-01T17:00:00.000000Z", 0)  # fmt: skip
            tx.execute(sa.insert(handover.vacancies).values(notice))
            for n, state in enumerate(states):
                row = (f"pauh.{PEOPLE[n]}", VACANCY, f"holder-{n}", "general", '{"gpa":"3.50"}', state, 9)
                tx.execute(sa.insert(handover.applications).values(row))
        self.must(SELECTING, HandOver(), by="secretary")

    def seat(self) -> None:
        """Five by decree, who declare for the roster and have practised."""
        roster = self.happened(SelectionOpened)[0].roster.root
        seats = tuple(DecreedSeat(panelist=one, kind=kind, pledge="f" * 64) for one, kind in JUDGES.items())
        self.must(PANEL, SeatByDecree(seats=seats))
        for stage in ("competence", "interview"):
            self.must(PANEL, HoldCalibration(stage=stage, panelists=tuple(JUDGES), practice="a" * 64))
        for one in JUDGES:
            self.must(PANEL, DeclareConflict(roster=roster, tie_count=0, ties=()), by=one)

    def written(self, *rights: int) -> None:
        """The CAT, and its line announced."""
        self.write(*rights)
        self.must(SELECTING, AnnounceStage(stage="written"))

    def scored(self, stage: str) -> list[Any]:
        return [one for one in self.happened(StageScored) if one.stage == stage]

    def came(self, n: int, stage: str, *, present: bool = True) -> None:
        if stage != "written" and not self.happened(StageResultAnnounced):
            self.written(*(75 for _ in range(self.happened(SelectionOpened)[0].roster.rows)))
        self.must(self.candidate(n), RecordAttendance(stage=stage, present=present), by="supervisor")

    def write(self, *rights: int) -> None:
        """A local CAT: those who came, and what the operator's list prints."""
        for n in range(len(rights)):
            self.came(n, "written")
        self.must(f"import-pauh.{LIST}", ReceiveResults(body="pauh", stages=("written",), rows=4, vacancies=1))
        for n, right in enumerate(rights):
            row = ImportedRow(import_=LIST, row=n + 1)
            self.must(self.candidate(n), RecordMarks(stage="written", parts={"written": Decimal(right)}, source=row))

    def seal(self, n: int, stage: str, *marks: int, judges: tuple[str, ...] = tuple(JUDGES)) -> None:
        """Every judge gives the same points, criterion by criterion."""
        names = ("nursing",) if stage == "competence" else tuple(INTERVIEW)
        points = {name: Decimal(mark) for name, mark in zip(names, marks, strict=True)}
        for one in judges:
            if stage == "interview":
                roster = roster_of_one(self.alias(n))
                self.must(PANEL, DeclareConflict(roster=roster, tie_count=0, ties=()), by=one)
            nonce = sha256(f"{one}{n}{stage}".encode()).hexdigest()
            self.must(self.candidate(n), SealScore(stage=stage, points=points, nonce=nonce), by=one)

    def open(self, stage: str) -> None:
        """The committee opens what is sealed, the reaction scores."""
        self.must(SELECTING, OpenScores(stage=stage))
        self.react()

    def tick(self) -> list[Answer]:
        return tick(self.pipeline, instant(self.now))

    def react(self) -> None:
        reactor = Reactor(OPENING, self.pipeline)
        reactor.create()
        reactor.catch_up(self.pipeline.ledger)

    def later(self, **more: int) -> None:
        self.now += dt.timedelta(**more)

    def marked(self, *rights: int) -> None:
        """Three stages of as many persons, equal on all but the written one."""
        self.written(*rights)
        for stage, marks in (("competence", (80,)), ("interview", (78, 80, 74, 83))):
            for n in range(len(rights)):
                self.came(n, stage)
            for n in range(len(rights)):
                self.seal(n, stage, *marks)
            self.open(stage)

    def assert_whole(self) -> None:
        """Leaves, facts and tables are what the events say."""
        ledger = self.pipeline.ledger
        assert verify.check(ledger).findings == []
        assert rebuild.own_drifted(self.pipeline.service, ledger) is None


def older_first(tied: Any) -> Any:
    """People's answer: in the order in which the persons stand here."""
    return (tuple(sorted(tied, key=PEOPLE.index)),)


@contextmanager
def world(path: Path, service: Service | None = None) -> Iterator[World]:
    at: list[World] = []
    folder = Folder(path, create=True, clock=lambda: at[0].now if at else dt.datetime(2027, 5, 3, 2, tzinfo=dt.UTC))
    made = service or composed(folder.master, by_age=older_first)
    try:
        at.append(World(folder, Pipeline(made, folder.ledger(made))))
        yield at[0]
    finally:
        folder.close()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two-person acts are somebody else's suite."""
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")
    with world(tmp_path / "data") as made:
        yield made


def test_a_selection_from_the_handover_to_the_fixed_result(here: World) -> None:
    """TEST 14, 25, 34: every version on the record, nothing fixed while somebody may object."""
    here.hand_over("meets", "meets", "fails")
    here.seat()
    here.marked(75, 63)
    (announced,) = here.happened(StageResultAnnounced)
    assert (announced.list.rows, announced.next.rows, announced.counts) == (2, 2, {"P/L": 2})
    here.must(SELECTING, RankCandidates(ground="opening"))
    (first,) = here.happened(RankingPublished)
    assert [(row.place, row.alias) for row in first.head] == [(1, here.alias(0)), (2, here.alias(1))]
    # r3(63 / 85 * 100) = 74.118, of 40: 29.647; 80 of 25: 20; 78 80 74 83 of 10 10 8 7: 7.8 + 8 + 5.92 + 5.81
    written, competence, interview = Decimal("29.647"), Decimal("20.000"), Decimal("27.530")
    assert first.head[1].stages == {"written": written, "competence": competence, "interview": interview}
    fix = FixRanking(version=1, minutes="f" * 64)
    assert here.act(SELECTING, fix).refused == "ranking.window_open"

    objection = FileResultObjection(announcement=1, ground="other_score", words=NOTE)
    here.must(here.candidate(1), objection, by="holder-1")
    assert here.act(here.candidate(2), objection, by="holder-2").refused == "score.not_on_roster"
    here.later(days=5)
    assert here.act(SELECTING, fix).refused == "ranking.objection_open"
    answer = DecideResultObjection(
        announcement=1, upheld=True, reason="misread", words=NOTE, fault="operator", remedy="corrected"
    )
    here.must(here.candidate(1), answer)
    correction = CorrectScore(
        stage="written", part="written", was=Decimal(63), is_=Decimal(78), reason="misread", words=NOTE,
        ground="objection",
    )  # fmt: skip
    here.must(here.candidate(1), correction)
    assert here.act(SELECTING, fix).refused == "ranking.score_newer"
    here.must(SELECTING, RankCandidates(ground="objection"))
    second = here.happened(RankingPublished)[1]
    assert moved(first.head, second.head) == {here.alias(0): (1, 2), here.alias(1): (2, 1)}
    here.later(days=5)
    here.must(SELECTING, replace(fix, version=2))
    assert [one.version for one in here.happened(RankingFixed)] == [2]
    here.assert_whole()


def test_34_the_clock_opens_a_day_after_the_last_slot_and_names_what_is_missing(here: World) -> None:
    """TEST 34: 2 of 5 sheets missing: opened, 2 named; 3 missing: that result waits, and so does the announcement."""
    here.hand_over("meets", "meets")
    here.seat()
    here.came(0, "competence")
    here.came(1, "competence")
    here.seal(0, "competence", 80, judges=("p1", "p3", "p4"))
    here.seal(1, "competence", 70, judges=("p1", "p3"))
    assert here.tick() == []
    assert here.act(SELECTING, OpenScores(stage="competence")).refused == "scores.too_early"
    here.later(hours=25)
    assert [answer.refused for answer in here.tick()] == [None]
    here.react()
    (opened,) = here.happened(ScoresOpened)
    assert {one.panelist: one.n for one in opened.missing} == {"p2": 2, "p4": 1, "p5": 2}
    assert (opened.candidates, opened.seals.rows) == (2, 5)
    (scored,) = here.scored("competence")
    assert [sheet.panelist for sheet in scored.sheets] == ["p1", "p3", "p4"]
    assert scored.facts == {"gpa": "3.50", "kind": "general"}
    assert here.act(SELECTING, AnnounceStage(stage="competence")).refused == "stage.unscored"
    here.assert_whole()


def test_the_clock_opens_with_the_last_seal_behind_the_last_slot(here: World) -> None:
    """domain.md 3a: the clock, when all is sealed; never before everybody's slot is over."""
    here.hand_over("meets", "meets")
    here.seat()
    begins, ends = (here.now + dt.timedelta(hours=hours) for hours in (1, 4))
    aliases = tuple(sorted(here.alias(n) for n in range(2)))
    session = ScheduleSession(
        stage="competence", site="Balai Kota", room="A", from_=begins, to=ends, seats=2, aliases=aliases,
        vacancies=(VACANCY,),
    )  # fmt: skip
    here.must("session-pauh.s1", session)
    here.written(75, 75)
    here.later(hours=1)
    for n in range(2):
        seated = RecordAttendance(stage="competence", present=True, session="pauh.s1", seat=f"{n}")
        here.must(here.candidate(n), seated, by="supervisor")
    here.seal(0, "competence", 80)
    assert here.tick() == []
    here.later(hours=4)
    assert here.tick() == []
    here.seal(1, "competence", 75)
    here.later(seconds=1)
    assert [answer.refused for answer in here.tick()] == [None]
    here.react()
    assert len(here.scored("competence")) == 2
    here.later(days=2)
    assert here.tick() == []
    here.assert_whole()


def test_25_langkat_marks_for_who_was_not_there_stay_out_and_on_record(here: World) -> None:
    """TEST 25: every attempt is evidence."""
    here.hand_over("meets", "meets", "fails")
    here.seat()
    seal = SealScore(stage="competence", points={"nursing": Decimal(80)}, nonce="0" * 64)
    assert here.act(here.candidate(0), seal, by="p1").refused == "score.absent"
    sktt = replace(seal, stage="sktt")
    assert here.act(here.candidate(0), sktt, by="p1").refused == "score.stage_unknown"
    inserted = RecordAttendance(stage="competence", present=True)
    assert here.act(here.candidate(2), inserted, by="supervisor").refused == "score.not_on_roster"
    listed = ScoreStage(stage="written", parts={}, source=ImportedRow(import_=LIST, row=1))
    assert here.act(here.candidate(0), listed).refused == "score.without_attendance"
    assert [one.code for one in here.happened(AttemptRefused)] == [
        "score.absent", "score.stage_unknown", "score.not_on_roster", "score.without_attendance",
    ]  # fmt: skip


def test_a_sheet_that_was_changed_in_the_table_is_not_opened(here: World) -> None:
    """The seal is in the ledger; a row that was swapped or changed does not open under the key."""
    here.hand_over("meets")
    here.seat()
    here.came(0, "competence")
    here.seal(0, "competence", 80)
    with here.pipeline.ledger.writer.begin() as tx:
        (p1,) = tx.execute(sa.select(sealed_sheets.c.sealed).where(sealed_sheets.c.panelist == "p1")).one()
        tx.execute(sa.update(sealed_sheets).where(sealed_sheets.c.panelist == "p2").values(sealed=p1))
        assert b"nursing" not in p1
    here.must(SELECTING, OpenScores(stage="competence"))
    with pytest.raises(Damaged):
        here.react()


def test_a_tie_that_age_decides_is_asked_of_people_and_stated(here: World) -> None:
    """domain.md 2h, TEST 28: equal on every step, the older goes first; the order is published, no date is."""
    here.hand_over("meets", "meets")
    here.seat()
    here.marked(75, 75)
    here.must(SELECTING, RankCandidates(ground="opening"))
    (made,) = here.happened(RankingPublished)
    assert made.by_age == ((here.alias(0), here.alias(1)),)
    assert [row.place for row in made.head] == [1, 2]


def test_a_tie_that_nothing_decides_is_decided_by_the_committee(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TEST 28, step 7."""
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")
    with world(tmp_path) as first:
        master = first.folder.master
    with world(tmp_path, composed(master)) as here:
        here.hand_over("meets", "meets")
        here.seat()
        here.marked(75, 75)
        assert here.act(SELECTING, RankCandidates(ground="opening")).refused == "ranking.tie_left_open"
        order = (here.alias(1), here.alias(0))
        size = here.pipeline.ledger.size()
        here.must(SELECTING, DecideTie(as_of=size, order=order, how="lot", minutes="e" * 64))
        here.must(SELECTING, RankCandidates(ground="opening"))
        (made,) = here.happened(RankingPublished)
        assert tuple(row.alias for row in made.head) == order
        here.assert_whole()


def test_31_who_is_behind_the_line_or_under_the_floor_does_not_sit_the_next_stage(here: World) -> None:
    """TEST 30, 31: 50 of 85 is under 24.000; the line is three times the seats."""
    here.hand_over("meets", "meets", "meets")
    here.write(75, 50)
    here.came(2, "written", present=False)
    here.must(SELECTING, AnnounceStage(stage="written"))
    (made,) = here.happened(StageResultAnnounced)
    assert made.counts == {"P/L": 1, "TH": 1, "TMS-N": 1}
    for n in (1, 2):
        behind = here.act(here.candidate(n), RecordAttendance(stage="competence", present=True))
        assert behind.refused == "attendance.behind_the_line"
    here.came(0, "competence")


def test_nobody_is_dropped_silently(here: World) -> None:
    """A ranking waits for whoever nobody has seen, and does not wait for whoever has left."""
    here.hand_over("meets", "meets", "meets")
    here.seat()
    here.write(75, 63)
    assert here.act(SELECTING, AnnounceStage(stage="written")).refused == "stage.unscored"
    with here.pipeline.ledger.writer.begin() as tx:
        tx.execute(sa.update(handover.applications).where(handover.applications.c.application == f"pauh.{PEOPLE[2]}")
                   .values(state="withdrawn"))  # fmt: skip
    here.must(here.candidate(2), WithdrawCandidate(reason="other_work"), by="system:intake")
    here.must(SELECTING, AnnounceStage(stage="written"))


def test_a_roster_is_amended_with_whom_intake_knows(here: World) -> None:
    here.hand_over("meets", "fails")
    stranger = AmendRoster(added=(here.alias(3),), removed=(), ground="forgotten")
    assert here.act(SELECTING, stranger).refused == "roster.unknown"
    assert here.act(SELECTING, replace(stranger, added=(here.alias(0),))).refused == "roster.unknown"
    here.must(SELECTING, replace(stranger, added=(here.alias(1),)))
    here.came(1, "written")
    here.must(SELECTING, AmendRoster(added=(), removed=(here.alias(0),), ground="court"))
    gone = here.act(here.candidate(0), RecordAttendance(stage="written", present=True))
    assert gone.refused == "score.not_on_roster"
    with here.pipeline.ledger.reader.begin() as tx:
        found = marked_tables.marked(tx, VACANCY)
    assert found is not None
    assert (found.added, found.removed) == ((here.alias(1),), (here.alias(0),))
    here.assert_whole()


def test_33_a_tied_panelist_seals_for_the_others_alone(here: World) -> None:
    """TEST 33: teacher of one: out for that one; what is missing names nobody who owes no sheet."""
    here.hand_over("meets", "meets")
    here.seat()
    here.came(0, "competence")
    here.came(1, "competence")
    tie = Tie(application=PEOPLE[0], kind="teacher")
    here.must(PANEL, DeclareConflict(roster="9" * 64, tie_count=1, ties=(tie,)), by="p1")
    seal = SealScore(stage="competence", points={"nursing": Decimal(80)}, nonce="0" * 64)
    assert here.act(here.candidate(0), seal, by="p1").refused == "score.tied"
    here.seal(0, "competence", 80, judges=("p2", "p3", "p4", "p5"))
    here.seal(1, "competence", 70)
    here.open("competence")
    assert here.happened(ScoresOpened)[0].missing == ()
    assert sorted(len(one.sheets) for one in here.scored("competence")) == [4, 5]


def test_34_whoever_steps_in_owes_only_what_nobody_sealed_in_that_seat(here: World) -> None:
    """domain.md 3a: who fell ill after sealing has judged: the sheets count, and the opening waits for nobody."""
    here.hand_over("meets", "meets")
    here.seat()
    here.came(0, "competence")
    here.came(1, "competence")
    here.seal(0, "competence", 80)
    here.seal(1, "competence", 70, judges=("p1", "p2", "p3", "p4"))
    here.must(PANEL, ReplacePanelist(out="p5", in_="p6", reason="ill"))
    here.must(PANEL, TakeSeat(pledge="f" * 64), by="p6")
    with here.pipeline.ledger.reader.begin() as tx:
        missing = marked_tables.missing_of(tx, VACANCY, "competence")
    assert {one.panelist: one.n for one in missing} == {"p6": 1}
    roster = here.happened(SelectionOpened)[0].roster.root
    here.must(PANEL, DeclareConflict(roster=roster, tie_count=0, ties=()), by="p6")
    here.must(PANEL, HoldCalibration(stage="competence", panelists=("p6",), practice="a" * 64))
    here.seal(1, "competence", 60, judges=("p6",))
    here.open("competence")
    assert here.happened(ScoresOpened)[0].missing == ()
    sheets = {tuple(sheet.panelist for sheet in one.sheets or ()) for one in here.scored("competence")}
    assert sheets == {("p1", "p2", "p3", "p4", "p5"), ("p1", "p2", "p3", "p4", "p6")}
    assert all(one.set_aside is None for one in here.scored("competence"))
    here.assert_whole()


def test_31_the_line_is_not_skipped_by_never_announcing_it(here: World) -> None:
    """TEST 31: nobody sits what comes after the line before it is said who is behind it."""
    here.hand_over("meets", "meets")
    here.write(75, 63)
    call = RecordAttendance(stage="competence", present=True)
    assert here.act(here.candidate(0), call).refused == "stage.unannounced"
    here.must(SELECTING, AnnounceStage(stage="written"))
    here.must(here.candidate(0), call)


def test_nothing_is_handed_over_before_the_check_can_no_longer_be_objected_to(here: World) -> None:
    here.now = dt.datetime(2027, 5, 1, 16, tzinfo=dt.UTC)
    with pytest.raises(AssertionError, match=r"selection\.not_ready"):
        here.hand_over("meets")


def test_a_service_without_a_key_seals_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seal whose sheet would be lost is worse than none."""
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")
    with world(tmp_path, SELECTION) as here:
        here.hand_over("meets")
        here.seat()
        here.came(0, "competence")
        with pytest.raises(Damaged):
            here.seal(0, "competence", 80)


def test_who_withdrew_or_was_disqualified_stands_outside_with_the_code_of_it(here: World) -> None:
    """domain.md 2h: APS, DIS; announcements and rankings count them and rank them not."""
    here.hand_over("meets", "meets", "meets")
    here.seat()
    here.marked(75, 70, 66)
    here.must(here.candidate(1), WithdrawCandidate(reason="other_work"), by="holder-1")
    out = DisqualifyCandidate(reason="impersonated", evidence="d" * 64, words=NOTE)
    here.must(here.candidate(2), out)
    here.must(SELECTING, AnnounceStage(stage="interview"))
    assert here.happened(StageResultAnnounced)[-1].counts == {"APS": 1, "DIS": 1, "P/L": 1}
    here.must(SELECTING, RankCandidates(ground="opening"))
    (made,) = here.happened(RankingPublished)
    assert [row.alias for row in made.head] == [here.alias(0)]
    with here.pipeline.ledger.reader.begin() as tx:
        found = [(row["stage"], row["version"]) for row in marked_tables.announced(tx, VACANCY)]
    assert found == [("written", 1), ("interview", 1), ("", 1)]
    here.assert_whole()


def test_a_sheet_is_corrected_in_sight(here: World) -> None:
    here.hand_over("meets")
    here.seat()
    here.came(0, "competence")
    here.seal(0, "competence", 80)
    here.open("competence")
    correction = CorrectScore(
        stage="competence", part="nursing", panelist="p1", was=Decimal(80), is_=Decimal(85), reason="misread",
        words=NOTE, ground="inspection",
    )  # fmt: skip
    here.must(here.candidate(0), correction)
    with here.pipeline.ledger.reader.begin() as tx:
        ((row,), marked) = marked_tables.of_vacancy(tx, VACANCY), marked_tables.marked(tx, VACANCY)
    assert marked is not None
    assert Rules.of(marked).marks(row)["competence"] == {"nursing": "81.000"}
    here.assert_whole()


def test_nobody_has_a_hand_in_the_own_candidacy(here: World) -> None:
    """By what intake handed over: not in the own roll call, nor in a correction, an answer or a removal of a rival."""
    here.hand_over("meets", "meets")
    here.seat()
    own = here.act(here.candidate(0), RecordAttendance(stage="written", present=True), by="holder-0")
    assert (own.refused, own.events) == ("candidate.own", 1)
    here.must(here.candidate(0), RecordAttendance(stage="written", present=True), by="holder-1")
    here.must(f"import-pauh.{LIST}", ReceiveResults(body="pauh", stages=("written",), rows=4, vacancies=1))
    row = RecordMarks(stage="written", parts={"written": Decimal(63)}, source=ImportedRow(import_=LIST, row=1))
    assert here.act(here.candidate(0), row, by="holder-0").refused == "candidate.own"
    here.must(here.candidate(0), row, by="operator")
    correction = CorrectScore(
        stage="written", part="written", was=Decimal(63), is_=Decimal(64), reason="misread", words=NOTE, ground="court"
    )  # fmt: skip
    out = DisqualifyCandidate(reason="joki", evidence="d" * 64, words=NOTE)
    answer = DecideResultObjection(
        announcement=1, upheld=True, reason="misread", words=NOTE, fault="operator", remedy="corrected"
    )
    for command in (correction, out, answer):
        for person in ("holder-0", "holder-1"):
            assert here.act(here.candidate(0), command, by=person).refused == "candidate.own"
    assert here.act(here.candidate(0), correction, by="p1").refused == "correction.panelist"
    here.must(here.candidate(0), correction)
    here.assert_whole()


def test_a_panelist_who_applies_later_is_out_with_the_next_declaration(here: World) -> None:
    here.hand_over("meets")
    here.seat()
    with here.pipeline.ledger.writer.begin() as tx:
        later = (f"pauh.{PEOPLE[1]}", VACANCY, "p1", "general", "{}", "submitted", 10)
        tx.execute(sa.insert(handover.applications).values(later))
    here.must(PANEL, DeclareConflict(roster=roster_of_one(here.alias(0)), tie_count=0, ties=()), by="p1")
    (out,) = here.happened(PanelistRecused)
    assert (out.panelist, out.all_, out.cause) == ("p1", True, "conflict")
    here.came(0, "competence")
    sheet = SealScore(stage="competence", points={"nursing": Decimal(80)}, nonce="a" * 64)
    assert here.act(here.candidate(0), sheet, by="p1").refused == "score.not_seated"


def test_what_is_not_marked_here_is_prepared_bare(here: World) -> None:
    """Nobody handed it over: every rule says so itself."""
    for table in handover.HANDOVER.tables:
        table.create(here.pipeline.ledger.writer)
    here.folder.keys.enrol({"holder-0": [PEOPLE[0]]})
    for command in (
        HandOver(), OpenScores(stage="interview"), AnnounceStage(stage="written"), RankCandidates(ground="opening"),
        AmendRoster(added=(), removed=(), ground="court"),
    ):  # fmt: skip
        code = "selection.not_ready" if isinstance(command, HandOver) else "selection.not_open"
        assert here.act(SELECTING, command).refused == code
    row = ImportedRow(import_=LIST, row=1)
    for act in (RecordAttendance(stage="written", present=True), RecordMarks(stage="written", parts={}, source=row)):
        assert here.act(here.candidate(0), act).refused == "selection.not_open"
    assert here.act(here.candidate(0), OpenSheets(stage="interview")).refused == "score.not_opened"


def test_places_that_moved_between_two_versions_are_told() -> None:
    """domain.md 3: the difference is published; who drops out is told."""
    one, two, three = (
        RankedRow(place=n, alias=alias, kind="general", stages={}, final=Decimal(1))
        for n, alias in ((1, "X"), (2, "Y"), (2, "Z"))
    )
    assert moved((one, two), (one, three)) == {"Y": (2, None), "Z": (None, 2)}
