"""Pool, draw, panel and sessions on a real ledger: facts by their keys, tables in step, two persons where it takes
two."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.selection import handover, panel_views
from services.selection.api.panels import acts
from services.selection.drawing import AnnounceDraw, DrawPanel
from services.selection.panel_facts import Panel
from services.selection.panel_parts import BY_TWO, DECIDERS, FACTS, VIEWS
from services.selection.panel_prepare import prepare
from services.selection.panels import DecreedSeat, SeatByDecree, TakeSeat
from services.selection.pools import AdmitExpert, ReleaseExpert
from services.selection.recusals import DeclareConflict, RecusePanelist, ReplacePanelist
from services.selection.sessions import CloseSession, RescheduleSession, ScheduleSession, VoidSession
from shared.events import NotFound, Refused, codec, instant
from shared.events.intake import Scheme, SchemeStage, Tie
from shared.events.platform import AttemptRefused
from shared.events.selection import PanelDrawAnnounced, PanelDrawn, SessionScheduled
from shared.ledger import verify
from shared.ledger.merkle import list_digest
from shared.runtime import rebuild, turn
from shared.runtime.approvals import Approve, proposed, with_approvals
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.grants import digest_of_call
from shared.runtime.http import bodies
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.service import Service
from shared.runtime.timetable import tick

VACANCY, POOL, PANEL = "pauh.2027-014", "pool-pauh.2027", "panel-pauh.2027-014"
NOW = dt.datetime(2027, 3, 10, 2, tzinfo=dt.UTC)
UNITS = {"secretary": "pauh.bkpsdm", "committee": "pauh.bkpsdm", "second": "pauh.setda", "supervisor": "pauh.bkpsdm"}
SECRET, BEACON = "5e" * 32, "c0ffee"
SEATS = {"internal": 2, "academic": 2, "practitioner": 1}
KINDS = {"A": "academic", "I": "internal", "P": "practitioner"}
ANNOUNCE = AnnounceDraw(
    pool_name="pauh.2027", excluded=(), seats=SEATS, reserves=1, commit=sha256(SECRET.encode()).hexdigest(),
    beacon="witness-1:412",
)  # fmt: skip
SLOT = ScheduleSession(
    stage="interview", site="Balai Kota", room="A", from_=NOW + dt.timedelta(days=1),
    to=NOW + dt.timedelta(days=1, hours=3), seats=2, aliases=("R2HD5JYUQCAB", "K3VQX7M2ADPL"), vacancies=(VACANCY,),
)  # fmt: skip
CHECKER = "verifier-1"


def person(label: str) -> str:
    """The pseudonym behind a label."""
    return sha256(label.encode()).hexdigest()[:32]


def duties_of(one: str, vacancy: str) -> Sequence[str]:
    return ("verifier",) if (one, vacancy) == (CHECKER, VACANCY) else ()


SERVICE = with_approvals(
    Service(
        name="selection", deciders=DECIDERS, facts=FACTS, views=VIEWS,
        commands={kind.__name__: kind for kind in BY_TWO}, prepare=prepare(duties_of),
    )
)  # fmt: skip


@dataclass
class World:
    """Selection's panels of one agency."""

    folder: Folder
    pipeline: Pipeline
    now: dt.datetime = NOW
    keys: Iterator[int] = field(default_factory=count)

    def raw(self, stream: str, command: Any, by: str) -> Call:
        return Call(
            stream=stream, command=command, by=by, unit=UNITS.get(by), key=f"k{next(self.keys)}",
            received_at=instant(self.now),
        )  # fmt: skip

    def act(self, stream: str, command: Any, by: str = "secretary") -> Answer:
        call = prepared(self.pipeline.service, self.pipeline.ledger, self.raw(stream, command, by))
        (answer,) = self.pipeline.run([call])
        return answer

    def must(self, stream: str, command: Any, by: str = "secretary") -> None:
        answer = self.act(stream, command, by)
        assert (answer.refused, answer.failed) == (None, False), command

    def by_two(self, stream: str, command: Any, by: str = "secretary") -> str | None:
        """Proposed by one, approved by a second of another unit, done by the timetable."""
        call, id = self.raw(stream, command, by), f"approval-pauh.P{next(self.keys)}"
        self.must(id, proposed(call), by)
        self.must(id, Approve(digest=digest_of_call(call)), "second")
        (answer,) = tick(self.pipeline, instant(self.now))
        assert not answer.failed
        return answer.refused

    def happened(self, kind: Any) -> list[Any]:
        events = (codec.event_of(one) for page in self.pipeline.ledger.read() for one in page)
        return [event for event in events if isinstance(event, kind)]

    def rows(self, ask: Any, *about: str) -> list[tuple[str, str]]:
        with self.pipeline.ledger.reader.begin() as tx:
            return [(row["name"], row["state"]) for row in ask(tx, *about)]

    def panel(self) -> Panel:
        with self.pipeline.ledger.reader.begin() as tx:
            chosen = sa.select(turn.facts_table.c.value).where(turn.facts_table.c.id == f"panel:{VACANCY}")
            return codec.read(Panel, tx.execute(chosen).scalar_one())  # type: ignore[no-any-return]

    def hand_over(self, panel: dict[str, int] | None, *applicants: str) -> None:
        """What intake's events would have told."""
        stage = SchemeStage(
            id="interview",
            method="panel",
            sight="open",
            weight=Decimal(35),
            max=Decimal(100),
            attendance="required",
            panel=panel,
        )
        scheme = Scheme(stages=(stage,), formula="x", rounding="x", ties=(), level="regional")
        ids = {person(one): one for one in applicants}
        self.folder.keys.enrol({f"holder-{id}": [id] for id in ids})
        self.folder.keys.vacancy_digest(VACANCY)  # makes its key
        with self.pipeline.ledger.writer.begin() as tx:
            tx.execute(
                handover.vacancies.insert().values(
                    vacancy=VACANCY,
                    round="pauh.2027",
                    unit="pauh.dinkes",
                    post="x",
                    pack_digest="0" * 64,
                    scheme=codec.body(scheme).decode(),
                    seats="{}",
                    cancelled=0,
                )
            )
            for id, one in ids.items():
                tx.execute(
                    handover.applications.insert().values(
                        application=f"pauh.{id}",
                        vacancy=VACANCY,
                        applicant=one,
                        kind="general",
                        facts="{}",
                        state="meets",
                        since=0,
                    )
                )

    def assert_whole(self) -> None:
        ledger = self.pipeline.ledger
        assert verify.check(ledger).findings == []
        assert rebuild.own_drifted(self.pipeline.service, ledger) is None


@contextmanager
def opened(path: Path) -> Iterator[World]:
    world: list[World] = []
    folder = Folder(path, create=True, clock=lambda: world[0].now if world else NOW)
    try:
        ledger = folder.ledger(SERVICE)
        handover.metadata.create_all(ledger.writer)
        world.append(World(folder, Pipeline(SERVICE, ledger)))
        yield world[0]
    finally:
        folder.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path / "data") as made:
        yield made


def admit(world: World) -> None:
    """Four experts of each kind."""
    for letter in KINDS:
        for n in range(1, 5):
            label = f"{letter}-0{n}"
            made = AdmitExpert(
                label=label, kind=KINDS[letter], fields=("nursing",), expert=person(label), institution="unand"
            )
            assert world.by_two(POOL, made) is None


def draw(world: World) -> PanelDrawn:
    admit(world)
    world.must(PANEL, ANNOUNCE)
    world.must(PANEL, DrawPanel(secret=SECRET, beacon=BEACON))
    (made,) = world.happened(PanelDrawn)
    return made  # type: ignore[no-any-return]


def test_a_panel_from_its_pool_to_its_oaths(world: World) -> None:
    """TEST 17, TEST 33: drawn, sworn, tied, replaced; every fact and table follows."""
    made = draw(world)
    (plan,) = world.happened(PanelDrawAnnounced)
    assert (len(plan.eligible), Counter(label[0] for label in made.drawn)) == (12, {"A": 2, "I": 2, "P": 1})
    assert sorted(world.rows(panel_views.unsigned, "pauh")) == sorted((label, "drawn") for label in made.drawn)
    first = made.drawn[0]
    assert world.rows(panel_views.to_sign, person(first)) == [(first, "drawn")]
    for label in made.drawn:
        world.must(PANEL, TakeSeat(label=label, pledge="a" * 64), person(label))
    assert world.rows(panel_views.seats_of, person(first)) == [(first, "seated")]
    ties = (Tie(application="a" * 32, kind="kin"),)
    world.must(PANEL, DeclareConflict(roster="c" * 64, tie_count=1, ties=ties), person(first))
    assert world.rows(panel_views.to_replace, "pauh") == [(first, "out")]
    reserve = made.reserves[0]
    assert world.by_two(PANEL, ReplacePanelist(out=person(first), in_=reserve, reason="conflict"), "committee") is None
    assert world.rows(panel_views.to_replace, "pauh") == []
    assert world.rows(panel_views.unsigned, "pauh") == [(reserve, "called")]
    world.must(PANEL, TakeSeat(label=reserve, pledge="a" * 64), person(reserve))
    panel = world.panel()
    assert (Counter(panel.kinds.values()), panel.gone) == (SEATS, {person(first): "conflict"})
    assert panel.has_declared(person(first), "c" * 64)
    with world.pipeline.ledger.reader.begin() as tx:
        assert panel_views.has_declared(tx, VACANCY, person(first), "c" * 64)
        assert not panel_views.has_declared(tx, VACANCY, person(first), "d" * 64)
    assert (first, "replaced") in world.rows(panel_views.panel, VACANCY)
    world.assert_whole()


def test_a_draw_and_its_oaths_in_one_batch(world: World) -> None:
    """The pool that a panel is drawn from is known from its announcement on, also within a batch."""
    admit(world)
    world.must(POOL, ReleaseExpert(label="A-01", reason="moved"))
    calls = [world.raw(PANEL, ANNOUNCE, "secretary"), world.raw(PANEL, DrawPanel(secret=SECRET, beacon=BEACON), "s")]
    answers = world.pipeline.run([prepared(SERVICE, world.pipeline.ledger, call) for call in calls])
    assert [(answer.refused, answer.failed) for answer in answers] == [(None, False)] * 2
    (plan,) = world.happened(PanelDrawAnnounced)
    assert ("A-01" in plan.eligible, plan.pool) == (False, world.pipeline.ledger.size() - 3)
    world.assert_whole()


def test_the_draw_waits_for_its_beacon_on_the_secretarys_list(world: World) -> None:
    admit(world)
    world.must(PANEL, ANNOUNCE)
    with world.pipeline.ledger.reader.begin() as tx:
        assert [row["vacancy"] for row in panel_views.to_draw(tx, "pauh")] == [VACANCY]
        assert panel_views.to_draw(tx, "lahat") == []


def test_the_notice_and_other_duties_come_from_the_ledger_not_from_a_body(world: World) -> None:
    """Gresik 2021, T9: another panel than promised is refused; who applies or checks here does not sit."""
    made = draw(world)
    world.hand_over({"internal": 1, "academic": 2, "practitioner": 2}, person(made.drawn[0]))
    assert world.act("panel-pauh.2027-014", replace(ANNOUNCE, reserves=2)).refused == "panel.announced"
    answer = world.act(PANEL, TakeSeat(label=made.drawn[0], pledge="a" * 64), person(made.drawn[0]))
    assert answer.refused == "panel.other_duty"
    assert [one.code for one in world.happened(AttemptRefused)] == ["panel.other_duty"]
    world.assert_whole()


def test_a_decree_is_checked_against_the_notice_and_the_duties_of_each(world: World) -> None:
    people = (*(person(f"d{n}") for n in range(4)), CHECKER)
    kinds = ("internal", "internal", "academic", "academic", "practitioner")
    decree = SeatByDecree(
        seats=tuple(
            DecreedSeat(panelist=one, kind=kind, pledge="b" * 64) for one, kind in zip(people, kinds, strict=True)
        )
    )
    assert world.by_two(PANEL, decree, "committee") == "panel.other_duty"
    lawful = replace(decree, seats=(*decree.seats[:4], replace(decree.seats[4], panelist=person("d4"))))
    world.hand_over({"internal": 1, "academic": 2, "practitioner": 2})
    assert world.by_two(PANEL, lawful, "committee") == "panel.not_in_notice"
    with world.pipeline.ledger.writer.begin() as tx:
        tx.execute(handover.vacancies.delete())
    assert world.by_two(PANEL, lawful, "committee") is None
    assert world.by_two(PANEL, ReplacePanelist(out=person("d2"), in_=person("d9"), reason="ill"), "committee") is None
    world.must(PANEL, TakeSeat(pledge="b" * 64), person("d9"))
    assert (Counter(world.panel().kinds.values()), world.panel().gone) == (SEATS, {person("d2"): "ill"})
    assert world.rows(panel_views.to_sign, person("d9")) == []
    world.assert_whole()


def test_a_session_seats_those_on_the_roster_and_is_followed(world: World) -> None:
    stream = "session-pauh.2027-014-1"
    world.must(stream, SLOT, "committee")
    with world.pipeline.ledger.reader.begin() as tx:
        assert panel_views.last_slot(tx, VACANCY, "interview") == SLOT.to
        assert panel_views.last_slot(tx, VACANCY, "written") is None
    moved = RescheduleSession(
        stage=SLOT.stage, site=SLOT.site, room="B", from_=SLOT.from_, to=SLOT.to + dt.timedelta(hours=1), seats=2,
        aliases=SLOT.aliases, vacancies=SLOT.vacancies, reason="power_cut",
    )  # fmt: skip
    world.must(stream, moved, "committee")
    world.must("session-pauh.2027-014-2", SLOT, "committee")
    assert world.by_two("session-pauh.2027-014-2", VoidSession(reason="flood", words="Banjir"), "supervisor") is None
    with world.pipeline.ledger.reader.begin() as tx:
        assert panel_views.last_slot(tx, VACANCY, "interview") == moved.to
    world.now = SLOT.to
    close = CloseSession(present=1, absent=1, devices="d" * 64, incidents=())
    world.must(stream, close, "supervisor")
    with world.pipeline.ledger.reader.begin() as tx:
        states = tx.execute(sa.select(panel_views.sessions.c.state).order_by(panel_views.sessions.c.session)).scalars()
        assert list(states) == ["closed", "void"]
    world.assert_whole()


def test_nobody_sits_who_is_not_on_a_roster(world: World) -> None:
    """An applicant who came after the close has no chair (domain 2i)."""
    world.hand_over(None, "one", "two")
    alias = world.folder.keys.aliases(VACANCY)
    names = tuple(alias(person(one)) for one in ("one", "two"))
    stream = "session-pauh.2027-014-1"
    assert world.act(stream, SLOT, "committee").refused == "session.not_on_roster"
    world.must(stream, replace(SLOT, aliases=names), "committee")
    (event,) = world.happened(SessionScheduled)
    assert event.seated == list_digest([{"alias": name} for name in sorted(names)])
    two = replace(SLOT, vacancies=(VACANCY, "pauh.2027-015"))  # of the other nothing is known: nobody can be told apart
    world.must("session-pauh.2027-014-2", two, "committee")


def principal(role: str, subject: str = "x") -> Principal:
    return Principal(subject=subject, roles=frozenset({role}), unit="pauh.bkpsdm", authenticated_at=instant(NOW))


@pytest.mark.parametrize("act", acts(), ids=lambda act: act.name)
def test_every_command_has_a_body_that_fits(act: Any) -> None:
    command = bodies.command_of(act.command, act.example)
    call = Call(stream=f"{act.category}-{VACANCY}", command=command, by="x", key="k", received_at=instant(NOW))
    assert act.before(None, principal("committee"), call) is call
    assert act.rule.of == "agency"


def test_what_stands_in_an_event_is_a_code_and_a_panelist_recuses_nobody_else() -> None:
    by_name = {act.command: act for act in acts()}

    def sent(command: Any, role: str, subject: str = "x") -> Call:
        act = by_name[type(command)]
        call = Call(stream=PANEL, command=command, by=subject, key="k", received_at=instant(NOW))
        return act.before(None, principal(role, subject), call)  # type: ignore[misc, arg-type]

    with pytest.raises(Refused, match=r"panel\.form"):
        sent(ReleaseExpert(label="A-01", reason="Sakit sejak Mei"), "secretary")
    me = person("me")
    out = RecusePanelist(panelist=me, all_=True, applications=(), cause="ill")
    assert sent(out, "panelist", me).command is out
    with pytest.raises(NotFound):
        sent(out, "panelist", person("other"))
