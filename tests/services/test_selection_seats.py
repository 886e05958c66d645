"""Seats through a real pipeline: whose offer it is, who left, what lapses, what is late, what a round waits for
(domain.md 3a; TEST 15, 32, 34, 35)."""

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

from services.selection import handover, seat_parts
from services.selection.api.seats import acts
from services.selection.decrees import Appoint, FixEmployeeNumber, RevokeAppointment
from services.selection.duties import Duty
from services.selection.offers import OfferAppointment
from services.selection.opinions import RecordOpinion, record_three
from services.selection.own_prepare import with_own
from services.selection.place_facts import Places
from services.selection.seat_queries import of_vacancy, own_offers, places_of, seats_of, undecided, waiting
from services.selection.seats import AcceptOffer, DeclineOffer
from shared.events import Refused, codec, instant
from shared.events.intake import Scheme, SchemeStage
from shared.events.platform import ListDigest, Words
from shared.events.selection import (
    CandidateDisqualified,
    CandidateWithdrawn,
    ObjectionWindowExtended,
    RankedRow,
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ScoresOpened,
    SelectionCancelled,
    SelectionOpened,
)
from shared.ledger import sql
from shared.rules import packs
from shared.runtime import rebuild
from shared.runtime.approvals import Approve, proposed, with_approvals
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.grants import digest_of_call
from shared.runtime.http.bodies import command_of
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.service import Service
from shared.runtime.timetable import tick

VACANCY, ROUND = "pauh.2027-014", "pauh.2027-1"
SELECTION = f"selection-{VACANCY}"
UNITS = {"ppk": "setda", "hr": "bkpsdm", "second": "inspektorat", "person-3": "dinkes"}
FIXED = dt.datetime(2027, 2, 8, 2, tzinfo=dt.UTC)
WORDS = "Pengalaman memimpin puskesmas terpencil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Whatever a stream of this world is told, as it is."""

    event: Any
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFacts:
    """What the selection asks for, too."""

    places: Places


class Told:
    """A stand-in for the streams that are not seats: what it is told happens; of the three, by the real rule."""

    initial: Any = None
    Facts: Any = ToldFacts

    def decide(self, command: Any, state: Any, facts: Any) -> list[Any]:
        return record_three(command, facts.places) if isinstance(command, RecordOpinion) else [command.event]

    def evolve(self, state: Any, event: Any) -> Any:
        return state


TOLD = Told()
SERVICE = with_approvals(
    Service(
        name="selection",
        deciders={**seat_parts.DECIDERS, "selection": TOLD, "candidate": TOLD},
        facts=seat_parts.FACTS,
        views=seat_parts.VIEWS,
        commands={kind.__name__: kind for kind in (*seat_parts.TIMED, *seat_parts.BY_TWO)},
        prepare=with_own(seat_parts.PREPARE),
    )
)


def ident(n: int) -> str:
    return sha256(b"application %d" % n).hexdigest()[:32]


def seat(n: int) -> str:
    return f"seat-{VACANCY}+general+{n}"


@dataclass
class Agency:
    """Selection of one agency, under a clock that is moved by hand."""

    folder: Folder
    pipeline: Pipeline
    now: dt.datetime
    keys: Iterator[int] = field(default_factory=count)

    def alias(self, n: int) -> str:
        return self.folder.keys.aliases(VACANCY)(ident(n))

    def call(self, stream: str, command: Any, by: str) -> Call:
        key, moment = f"k{next(self.keys)}", instant(self.now)
        return Call(stream=stream, command=command, by=by, unit=UNITS.get(by), key=key, received_at=moment)

    def act(self, stream: str, command: Any, by: str = "ppk") -> Answer:
        made = prepared(SERVICE, self.pipeline.ledger, self.call(stream, command, by))
        (answer,) = self.pipeline.run([made])
        assert not answer.failed
        return answer

    def must(self, stream: str, command: Any, by: str = "ppk") -> None:
        assert self.act(stream, command, by).refused is None, command

    def say(self, event: Any, stream: str = SELECTION) -> None:
        self.must(stream, Say(event=event))

    def by_two(self, stream: str, command: Any, second: str = "second") -> list[str | None]:
        call, id = self.call(stream, command, "ppk"), f"approval-pauh.P{next(self.keys)}"
        self.must(id, proposed(call))
        self.must(id, Approve(digest=digest_of_call(call)), by=second)
        return self.tick()

    def tick(self) -> list[str | None]:
        return [answer.refused for answer in tick(self.pipeline, instant(self.now))]

    def offer(self, n: int, **more: Any) -> OfferAppointment:
        return OfferAppointment(**{"to": self.alias(n), "place": n, "basis": "rank", **more})

    def fill(self, n: int) -> None:
        """The n-th in rank is offered the n-th seat, accepts and is appointed."""
        self.must(seat(n), self.offer(n))
        self.must(seat(n), AcceptOffer(papers=()), by=f"person-{n}")
        self.must(seat(n), APPOINT)

    def duties(self) -> list[tuple[str, str]]:
        return [(one.duty, one.subject.removeprefix(f"{VACANCY}+")) for one in self.late()]

    def late(self) -> list[Duty]:
        return of_vacancy(self.pipeline.ledger, VACANCY, self.now)

    def undecided(self) -> list[str]:
        return [name.removeprefix(f"{VACANCY}+general+") for name in undecided(self.pipeline.ledger, ROUND)]

    def assert_whole(self) -> None:
        assert rebuild.own_drifted(SERVICE, self.pipeline.ledger) is None


APPOINT = Appoint(decree="821/45", unit="pauh.pkm-03", post="perawat", on=dt.date(2027, 3, 1))
STAGES = tuple(
    SchemeStage(id=id, method="cat", sight="cat", weight=Decimal(50), max=Decimal(100), attendance="required")
    for id in ("written", "interview")
)
TERMS = Scheme(stages=STAGES, formula="pauh-merit-2026", rounding="half_up", ties=(), level="regional")


def ranking(world: Agency, people: int, version: int = 1, until: dt.datetime | None = None) -> RankingPublished:
    rows = tuple(
        RankedRow(place=n, alias=world.alias(n), kind="general", stages={}, final=Decimal(90 - n))
        for n in range(1, people + 1)
    )
    listed = ListDigest(rows=people, root="0" * 64)
    return RankingPublished(version=version, ground="first", as_of=0, list=listed, head=rows, until=until)


@contextmanager
def agency(path: Path, seats: int, people: int, pack: str = "pauh-merit-2026") -> Iterator[Agency]:
    """A vacancy whose ranking is fixed on 8 February 2027."""
    folder = Folder(path, create=True, clock=lambda: world.now)
    try:
        pipeline = Pipeline(SERVICE, folder.ledger(SERVICE))
        world = Agency(folder, pipeline, FIXED)
        folder.keys.enrol({f"holder-{n}": [ident(n)] for n in range(1, people + 1)})
        with pipeline.ledger.writer.begin() as tx:
            handover.metadata.create_all(tx)
            rows = [
                (f"pauh.{ident(n)}", VACANCY, f"person-{n}", "general", "{}", "meets", n) for n in range(1, people + 1)
            ]
            sql.fill(tx, "handover_applications", handover.ROWS, rows)
            of = (VACANCY, ROUND, "pkm-03", "perawat", "", "{}", f'{{"general":{seats}}}', 1, None, 0)
            sql.fill(tx, "handover_vacancies", handover.VACANCY, [of])
        assert len(undecided(pipeline.ledger, ROUND)) == seats  # not handed over yet
        world.say(
            SelectionOpened(
                scheme="0" * 64, pack_digest=packs.load(pack).digest, roster=ListDigest(rows=people, root="0" * 64),
                source="intake:1", seats={"general": seats}, terms=TERMS, round=ROUND,
            )
        )  # fmt: skip
        world.say(ranking(world, people))
        world.say(RankingFixed(version=1, minutes="0" * 64, ok="pauh.1"))
        yield world
        world.assert_whole()
    finally:
        folder.close()


def test_34_an_offer_is_due_in_fourteen_days_and_late_in_public(tmp_path: Path) -> None:
    """TEST 34: fixed 2027-02-08 -> due 02-22; on 02-28 "Terlambat 6 hari, menunggu: PPK"."""
    with agency(tmp_path, seats=1, people=2) as world:
        (duty,) = world.late()
        assert (duty.duty, duty.holder, duty.late, duty.due) == ("offer", "ppk", 0, "2027-02-22T17:00:00.000000Z")
        assert (duty.said(), duty.said("en")) == ("Menunggu: PPK", "Waiting for: appointing authority")
        world.now = dt.datetime(2027, 2, 28, 2, tzinfo=dt.UTC)
        (duty,) = world.late()
        assert duty.said() == "Terlambat 6 hari, menunggu: PPK"
        assert duty.said("en") == "6 days late, waiting for: appointing authority"
        assert duty._replace(late=1, holder="clock").said("en") == "1 day late, waiting for: clock"
        assert waiting(world.pipeline.ledger, world.now, holder="chair") == []
        assert waiting(world.pipeline.ledger, world.now, agency="lahat") == []
        assert waiting(world.pipeline.ledger, world.now) == [duty]
        world.must(seat(1), world.offer(1))
        assert [(one.duty, one.said()) for one in world.late()] == [("answer_offer", "Menunggu: peserta")]


def test_the_holder_of_the_application_alone_answers(tmp_path: Path) -> None:
    with agency(tmp_path, seats=1, people=2) as world:
        world.must(seat(1), world.offer(1))
        for stranger in ("person-2", "ppk"):
            assert world.act(seat(1), AcceptOffer(papers=()), by=stranger).refused == "seat.not_yours"
            assert world.act(seat(1), DeclineOffer(reason="x"), by=stranger).refused == "seat.not_yours"
        forged = AcceptOffer(papers=(), own_alias=world.alias(1))
        assert world.act(seat(1), forged, by="person-2").refused == "seat.not_yours"
        world.must(seat(1), AcceptOffer(papers=()), by="person-1")
        (own,) = own_offers(world.pipeline.ledger, "person-1")
        assert (own["seat"], own["state"], own["place"]) == (f"{VACANCY}+general+1", "accepted", 1)
        assert own_offers(world.pipeline.ledger, "person-2") == own_offers(world.pipeline.ledger, "stranger") == []
        assert world.late() == []


def test_15_an_unanswered_offer_lapses_and_the_next_in_rank_steps_in(tmp_path: Path) -> None:
    """TEST 15, and 3a: only an offer lapses. What arrived in time counts for the life of a ticket."""
    with agency(tmp_path, seats=2, people=3) as world:
        world.fill(1)
        world.must(seat(2), world.offer(2))
        world.now = dt.datetime(2027, 2, 15, 17, tzinfo=dt.UTC)
        assert world.tick() == []
        world.now = dt.datetime(2027, 2, 15, 17, 10, tzinfo=dt.UTC)
        assert world.tick() == [None]
        assert world.act(seat(2), AcceptOffer(papers=()), by="person-2").refused == "seat.offer_lapsed"
        assert world.duties() == [("offer", "general+2")]
        assert world.undecided() == ["2"]
        world.must(seat(2), world.offer(3, basis="replacement"))
        world.must(seat(2), AcceptOffer(papers=()), by="person-3")
        world.must(seat(2), FixEmployeeNumber(letter="AG-1", on=dt.date(2027, 2, 16)), by="hr")
        assert world.undecided() == ["2"]
        world.must(seat(2), DeclineOffer(reason="other_work"), by="person-3")
        assert (world.duties(), world.undecided(), world.tick()) == ([], [], [])
        assert world.act(seat(2), world.offer(3)).refused == "seat.nobody_steps_in"
        with world.pipeline.ledger.reader.begin() as tx:
            assert [row["state"] for row in seats_of(tx, VACANCY)] == ["appointed", "ended"]


def test_32_a_round_waits_for_every_seat_that_somebody_can_still_hold(tmp_path: Path) -> None:
    """TEST 32: a seat undecided is named. One for which nobody is left is closed."""
    with agency(tmp_path, seats=3, people=2) as world:
        assert world.undecided() == ["1", "2", "3"]
        assert world.duties() == [("offer", "general+1"), ("offer", "general+2")]  # there are two for three seats
        world.fill(1)
        assert world.undecided() == ["2", "3"]
        world.fill(2)
        assert (world.undecided(), world.duties()) == ([], [])
        assert undecided(world.pipeline.ledger, "pauh.2028-1") == ()


def test_a_departure_takes_two_persons_and_says_whom_it_passes_over(tmp_path: Path) -> None:
    with agency(tmp_path, seats=1, people=3) as world:
        silent = world.act(seat(1), world.offer(3))
        assert (silent.refused, silent.events) == ("seat.departure_without_reason", 1)
        assert world.act(seat(1), world.offer(3, words=WORDS)).refused == "act.needs_approval"
        assert world.by_two(seat(1), world.offer(3, words=WORDS)) == [None]
        (event,) = [
            made
            for page in world.pipeline.ledger.read()
            for one in page
            if one.type == "merit.selection.AppointmentOffered.v1" and (made := codec.event_of(one))
        ]
        assert event.departure.over == (world.alias(1), world.alias(2))
        assert event.ok is not None
        with world.pipeline.ledger.reader.begin() as tx:
            assert [(row["departs"], row["place"]) for row in seats_of(tx, VACANCY)] == [(1, 3)]


def test_nobody_who_applied_has_a_hand_in_a_seat(tmp_path: Path) -> None:
    """Neither the applicant nor a rival, neither as the first nor as the second of two; somebody else may."""
    number = FixEmployeeNumber(letter="AG-1", on=FIXED.date())
    with agency(tmp_path, seats=1, people=3) as world:
        for person in ("person-1", "person-3"):
            tried = world.act(seat(1), world.offer(1), by=person)
            assert (tried.refused, tried.events) == ("candidate.own", 1)
        assert world.by_two(seat(1), world.offer(3, words=WORDS), second="person-3") == ["candidate.own"]
        world.must(seat(1), world.offer(1))
        world.must(seat(1), AcceptOffer(papers=()), by="person-1")
        assert world.act(seat(1), number, by="person-2").refused == "candidate.own"
        assert world.act(seat(1), APPOINT, by="person-1").refused == "candidate.own"
        forged = replace(APPOINT, own=False, notice_unit=None, unit="pauh.setda")
        assert world.act(seat(1), forged, by="person-1").refused == "candidate.own"
        world.must(seat(1), number, by="hr")
        world.must(seat(1), APPOINT)


def test_an_appointment_is_what_the_notice_said(tmp_path: Path) -> None:
    with agency(tmp_path, seats=1, people=1) as world:
        world.must(seat(1), world.offer(1))
        world.must(seat(1), AcceptOffer(papers=()), by="person-1")
        assert world.act(seat(1), replace(APPOINT, unit="pauh.setda")).refused == "seat.other_unit"
        assert world.act(seat(1), replace(APPOINT, post="kepala-bagian")).refused == "seat.other_post"
        early = replace(APPOINT, on=FIXED.date() - dt.timedelta(days=1))
        assert world.act(seat(1), early).refused == "seat.before_offer"
        world.must(seat(1), replace(APPOINT, unit="pauh.pkm-03.ugd", on=FIXED.date()))


def test_without_a_notice_nothing_is_compared(tmp_path: Path) -> None:
    """An official list names neither unit nor post."""
    with agency(tmp_path, seats=1, people=1) as world:
        with world.pipeline.ledger.writer.begin() as tx:
            tx.execute(sa.delete(handover.vacancies))
        world.must(seat(1), world.offer(1))
        world.must(seat(1), AcceptOffer(papers=()), by="person-1")
        world.must(seat(1), replace(APPOINT, unit="pauh.setda"))


def test_who_left_is_not_passed_over_and_holds_nothing(tmp_path: Path) -> None:
    words = Words(id="0" * 32, mac="0" * 64)
    with agency(tmp_path, seats=1, people=3) as world:
        world.say(CandidateWithdrawn(reason="other_work"), f"candidate-{VACANCY}+{ident(1)}")
        assert world.act(seat(1), world.offer(1)).refused == "seat.left"
        world.must(seat(1), world.offer(2))
        world.must(seat(1), AcceptOffer(papers=()), by="person-2")
        out = CandidateDisqualified(reason="fraud", evidence="0" * 64, words=words, ok="pauh.2")
        world.say(out, f"candidate-{VACANCY}+{ident(2)}")
        assert world.act(seat(1), APPOINT).refused == "seat.left"
        number = FixEmployeeNumber(letter="AG-1", on=FIXED.date())
        assert world.act(seat(1), number, by="hr").refused == "seat.left"
        world.must(seat(1), world.offer(3, basis="replacement"))
        assert world.act(seat(1), AcceptOffer(papers=()), by="person-2").refused == "seat.not_yours"
        with world.pipeline.ledger.reader.begin() as tx:
            assert places_of(tx, VACANCY).gone == (world.alias(2),)
            assert places_of(tx, "pauh.none") == Places()


def test_35_a_senior_post_waits_for_the_opinion_of_the_three(tmp_path: Path) -> None:
    """TEST 35; 3a: the PPK's fourteen days run from the opinion."""
    three = RecordOpinion(about="three", body="BKN", letter="B/1", verdict="agreed", on=FIXED.date())
    with agency(tmp_path, seats=1, people=4, pack="jpt-2019") as world:
        assert world.duties() == []
        assert world.act(seat(1), world.offer(1)).refused == "seat.opinion_missing"
        world.must(SELECTION, three, by="hr")
        assert world.duties() == [("offer", "general+1")]
        world.must(seat(1), world.offer(1))
        world.must(seat(1), DeclineOffer(reason="other_work"), by="person-1")
        second = world.offer(2, basis="replacement")
        assert world.act(seat(1), second).refused == "seat.opinion_missing"
        world.must(SELECTION, replace(three, letter="B/2"), by="hr")
        world.must(seat(1), second)
        world.must(seat(1), AcceptOffer(papers=()), by="person-2")
        assert world.act(seat(1), APPOINT).refused == "seat.opinion_missing"
        world.must(seat(1), replace(three, about="chosen"), by="hr")
        world.must(seat(1), APPOINT)
        assert world.undecided() == []
        revoke = RevokeAppointment(reason="fraud", ground="verdict", decree="9", on=FIXED.date(), words="Joki")
        assert world.by_two(seat(1), revoke) == [None]
        assert (world.undecided(), world.duties()) == ([], [])


def test_ranking_and_fixing_are_due_and_a_cancelled_selection_waits_for_nobody(tmp_path: Path) -> None:
    """3a: rank 3 days after the opening, fix 3 days after the last answer."""
    window = dt.datetime(2027, 2, 11, 17, tzinfo=dt.UTC)
    words = Words(id="0" * 32, mac="0" * 64)
    candidate = f"candidate-{VACANCY}+{ident(1)}"
    answer = ResultObjectionDecided(
        announcement=2, upheld=False, reason="as_scored", words=words, fault="none", remedy="none"
    )
    with agency(tmp_path, seats=1, people=1) as world:
        world.say(answer, candidate)  # nothing waits to be fixed
        world.say(ObjectionWindowExtended(announcement=1, until=window, words="Banjir", ok="pauh.3"))
        assert world.duties() == [("offer", "general+1")]
        for stage in ("written", "interview"):
            listed = ListDigest(rows=0, root="0" * 64)
            world.say(ScoresOpened(stage=stage, seals=listed, candidates=0, missing=()))
        assert world.duties()[0] == ("rank", VACANCY)
        world.say(ranking(world, 1, version=2, until=window))
        assert (world.late()[0].duty, world.late()[0].due) == ("fix", "2027-02-14T17:00:00.000000Z")
        longer = window + dt.timedelta(days=1)
        world.say(ObjectionWindowExtended(announcement=2, until=longer, words="Banjir", ok="pauh.3"))
        assert world.late()[0].due == "2027-02-15T17:00:00.000000Z"
        world.now = dt.datetime(2027, 2, 14, 2, tzinfo=dt.UTC)
        world.say(answer, candidate)
        assert world.late()[0].due == "2027-02-17T17:00:00.000000Z"
        world.say(SelectionCancelled(reason="budget", words="Anggaran", ok="pauh.4"))
        assert (world.late(), world.undecided()) == ([], [])
        assert world.act(seat(1), world.offer(1)).refused == "seat.cancelled"


def test_an_official_list_leaves_no_row(tmp_path: Path) -> None:
    with agency(tmp_path, seats=1, people=1) as world:
        other = "selection-pauh.list"
        digest = packs.load("cpns-2024").digest
        roster = ListDigest(rows=1, root="0" * 64)
        world.say(SelectionOpened(scheme="0" * 64, pack_digest=digest, roster=roster, source="0" * 64), other)
        world.say(ranking(world, 1), other)
        assert world.duties() == [("offer", "general+1")]


@pytest.mark.parametrize("act", acts(), ids=lambda act: f"{act.category}-{act.name}")
def test_every_example_is_a_body_of_its_command(act: Any) -> None:
    command = command_of(act.command, act.example)
    made = Call(
        stream=f"{act.category}-{VACANCY}+general+1", command=command, by="x", key="k", received_at=instant(FIXED)
    )
    if act.before is not None:
        nobody: Any = None
        assert act.before(nobody, nobody, made) == made


@pytest.mark.parametrize(
    "command",
    [
        AcceptOffer(papers=("ijazah.pdf",)),
        DeclineOffer(reason="Saya pindah ke kota lain"),
        RevokeAppointment(reason="fraud", ground="Putusan 1234", decree="9", on=FIXED.date(), words="Joki"),
        RevokeAppointment(reason="fraud", ground="verdict", decree="320115050590", on=FIXED.date(), words="Joki"),
        FixEmployeeNumber(letter="199005152027011001", on=FIXED.date()),
        Appoint(decree="NIK 3201010101870001", unit="pauh.pkm-03", post="perawat", on=FIXED.date()),
        Appoint(decree="821/45", unit="pauh.pkm-03", post="perawat, NIP 199005152027011001", on=FIXED.date()),
        RecordOpinion(about="chosen", body="BKN", letter="B/320101", verdict="agreed", on=FIXED.date()),
        RecordOpinion(about="chosen", body="BKN 3201", letter="B/1", verdict="agreed", on=FIXED.date()),
    ],
)
def test_a_sentence_is_no_code(command: Any) -> None:
    nobody: Any = None
    act, *_ = [one for one in acts() if one.command is type(command)]
    assert act.before is not None
    call = Call(stream=seat(1), command=command, by="x", key="k", received_at=instant(FIXED))
    with pytest.raises(Refused, match=r"seat\.code"):
        act.before(nobody, nobody, call)
