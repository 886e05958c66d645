"""From the fixed ranking to the first day at work: opinions, offers, a departure with its reason, a decline and the
next in rank, decrees, an induction around night shifts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from services.cli.demonstration.round.cast import HEAD, NURSES, SEATS, VACANCIES, Applicant
from services.cli.demonstration.round.judging import KIND, MINUTES, Judging
from services.cli.demonstration.round.notices import POSTS
from services.cli.demonstration.round.ranks import ranking
from services.cli.demonstration.round.stage import AGENCY, happened
from services.selection.decrees import Appoint, FixEmployeeNumber
from services.selection.offers import OfferAppointment
from services.selection.opinions import RecordOpinion
from services.selection.seats import AcceptOffer, DeclineOffer
from services.training import shifts
from services.training.classes import HoldLesson, ScheduleClass
from services.training.enrolments import CompleteTraining
from services.training.officers import OnboardOfficer
from services.training.programmes import AdoptProgramme, OrderInduction
from shared.events import codec, streams
from shared.events.selection import CandidateAppointed, RankedRow
from shared.events.training import Lesson, OfficerEnrolled, OfficerOnboarded, TrainingCompleted
from shared.rules.rosters import Span

UNITS: Final = tuple(f"{AGENCY}.dinkes.pkm-{n:02}" for n in range(1, 5))
INDUCTION: Final = f"{AGENCY}.orientasi"
SERVICE: Final = f"{AGENCY}.pelayanan"  # the programme that answers a gap in competence
ROOM: Final = 20
HOURS: Final = Decimal(5)  # of a lesson
DECLINES: Final = 5  # the place whose holder says no
SECOND: Final = 2  # the place that the appointing official chooses of three


def seat(vacancy: str, n: int) -> str:
    """The stream of a seat."""
    return f"seat-{vacancy}+{KIND}+{n}"


def opinion(stage: Any, about: str) -> RecordOpinion:
    """What an outside body says in its letter."""
    return RecordOpinion(about=about, body="BKN", letter=f"B/{about}/BKN", verdict="agreed", on=stage.today)


def choose(play: Judging) -> None:
    """The head of the office: one of three, not the first, for a reason that everybody can read."""
    stage, rows = play.stage, ranking(play, HEAD).head
    three, chosen = [row.alias for row in rows[:3]], rows[SECOND - 1]
    early = stage.refused(seat(HEAD, 1), offer(chosen.alias, SECOND), "ppk")
    stage.act(f"selection-{HEAD}", opinion(stage, "three"), "hr")
    code = stage.refused(seat(HEAD, 1), offer(chosen.alias, SECOND), "ppk")
    words = "Pengalaman memimpin dua puskesmas rawat inap lebih sesuai sasaran RPJMD (contoh)"
    stage.by_two(seat(HEAD, 1), offer(chosen.alias, SECOND, words=words), "ppk", "committee")
    person = play.by_alias(HEAD)[chosen.alias]
    stage.act(seat(HEAD, 1), AcceptOffer(papers=(MINUTES,)), person.actor)
    stage.act(seat(HEAD, 1), opinion(stage, "chosen"), "hr")
    appoint(play, [(seat(HEAD, 1), f"{AGENCY}.dinkes", HEAD)])
    stage.tell("chosen", of=len(three), place=SECOND, over=SECOND - 1)
    stage.tell("silence", opinion=early, reason=code)


def offer(alias: str, place: int, basis: str = "rank", words: str | None = None) -> OfferAppointment:
    """A seat for an alias on its place."""
    return OfferAppointment(to=alias, place=place, basis=basis, words=words)


def fill(play: Judging) -> None:
    """Every other seat by rank; one declines, and the next in rank steps in."""
    stage = play.stage
    chosen = {
        (vacancy, n): row for vacancy in VACANCIES[1:] for n, row in enumerate(of_seats(play, vacancy), 1)
    }  # fmt: skip
    stage.all([stage.call(seat(*at), offer(row.alias, row.place), "ppk") for at, row in chosen.items()])
    declined, row = next((at, row) for at, row in chosen.items() if at == (NURSES, DECLINES))
    stage.act(seat(*declined), DeclineOffer(reason="family"), play.by_alias(NURSES)[row.alias].actor)
    after = ranking(play, NURSES).head[SEATS[NURSES]]
    stage.act(seat(*declined), offer(after.alias, after.place, "replacement"), "ppk")
    stage.tell("declined", place=row.place, next=after.place)
    chosen[declined] = after
    known = {vacancy: play.by_alias(vacancy) for vacancy in VACANCIES}
    accepted = AcceptOffer(papers=(MINUTES,))
    stage.all([stage.call(seat(*at), accepted, known[at[0]][row.alias].actor) for at, row in chosen.items()])
    appoint(play, [(seat(*at), UNITS[at[1] % len(UNITS)], at[0]) for at in chosen])
    stage.settle()
    stage.tell("appointed", seats=stage.counted(CandidateAppointed), nurses=len(appointed(play, NURSES)))


def of_seats(play: Judging, vacancy: str) -> Sequence[RankedRow]:
    """Who stands inside the seats."""
    return ranking(play, vacancy).head[: SEATS[vacancy]]


def appoint(play: Judging, seats: Sequence[tuple[str, str, str]]) -> None:
    """The number, then the decree, of each seat: into this unit, for the post of this vacancy."""
    stage = play.stage
    fixed = FixEmployeeNumber(letter="B/NIP/BKN", on=stage.today)
    stage.all([stage.call(stream, fixed, "hr") for stream, _, _ in seats])
    stage.all(
        [
            stage.call(stream, Appoint(decree="821/SK/DEMO", unit=unit, post=POSTS[vacancy], on=stage.today), "ppk")
            for stream, unit, vacancy in seats
        ]
    )


def appointed(play: Judging, vacancy: str) -> list[tuple[int, CandidateAppointed, Applicant]]:
    """Every seat of a vacancy with whom it went to."""
    known = play.by_alias(vacancy)
    found = []
    for n in range(1, SEATS[vacancy] + 1):
        event = happened(play.stage, seat(vacancy, n), CandidateAppointed)[0]
        found.append((n, event, known[event.alias]))
    return found


def induct(play: Judging) -> list[Applicant]:
    """An induction ordered once; who takes over a post is enrolled once, in a class that no night shift precedes."""
    stage = play.stage
    plan(play)
    nurses = appointed(play, NURSES)
    begins = stage.today + dt.timedelta(days=7)
    for n, _, one in nurses:
        night = begins - dt.timedelta(days=1) if n % 2 else begins + dt.timedelta(days=1)
        span = Span(from_=stage.on(night, 21), to=stage.on(night + dt.timedelta(days=1), 7))
        with stage.pipelines["training"].ledger.writer.begin() as tx:
            shifts.replace(tx, f"{AGENCY}.{one.person}", [span])
    taken = []
    for vacancy in VACANCIES:
        taken += [
            (f"officer-{AGENCY}.{one.person}", onboarded(play, vacancy, n, event))
            for n, event, one in appointed(play, vacancy)
        ]
    stage.all([stage.call(stream, command, "unit_head") for stream, command in taken])
    stage.settle()
    enrolled = enrolments(play)
    clashes = sum(clash(play, begins, name, officer) for name, officer in enrolled)
    stage.tell(
        "inducted",
        officers=stage.counted(OfficerOnboarded),
        enrolments=len(enrolled),
        classes=len({name for name, _ in enrolled}),
        clashes=clashes,
    )
    learn(play, begins, enrolled)
    return [one for _, _, one in nurses]


def plan(play: Judging) -> None:
    """Two programmes, an order, two classes of twenty."""
    stage = play.stage
    trainer = stage.actors["trainer"].id
    for id, kind, taught in ((INDUCTION, "induction", ("orientation",)), (SERVICE, "service", ("u6",))):
        programme = AdoptProgramme(
            words="Program contoh", kind=kind, competences=taught, hours=HOURS * 2, rule="attendance", provider="BPSDM"
        )
        stage.act(f"programme-{id}", programme, "hr")
    order = OrderInduction(posts=(POSTS[NURSES],), within=60, from_=stage.today)
    stage.act(f"programme-{INDUCTION}", order, "hr")
    begins = stage.today + dt.timedelta(days=7)
    for n in (1, 2):
        first = begins + dt.timedelta(days=2 * (n - 1))
        stage.act(f"class-{INDUCTION}+{n}", ScheduleClass(sessions=lessons(stage, first, trainer), seats=ROOM), "hr")


def lessons(stage: Any, first: dt.date, trainer: str) -> tuple[Lesson, ...]:
    """Two mornings, one after the other."""
    return tuple(
        Lesson(id=f"l{n + 1}", from_=stage.on(day, 8), to=stage.on(day, 12), hours=HOURS, trainer=trainer)
        for n, day in enumerate((first, first + dt.timedelta(days=1)))
    )


def onboarded(play: Judging, vacancy: str, n: int, event: CandidateAppointed) -> OnboardOfficer:
    """Somebody takes over what the decree says."""
    stage = play.stage
    return OnboardOfficer(
        seat=seat(vacancy, n).partition("-")[2],
        candidate=event.alias,
        unit=event.unit,
        post=event.post,
        on=stage.today,
        mentor=stage.actors["mentor"].id,
    )


def enrolments(play: Judging, programme: str = INDUCTION) -> list[tuple[str, str]]:
    """Class and person of every enrolment in a programme."""
    ledger = play.stage.pipelines["training"].ledger
    found = []
    for page in ledger.read():
        for one in page:
            if isinstance(codec.event_of(one), OfficerEnrolled) and streams.ident(one.stream) == programme:
                _, n, officer = streams.parts(one.stream)
                found.append((f"{programme}+{n}", officer))
    return found


def clash(play: Judging, begins: dt.date, name: str, officer: str) -> bool:
    """Whether somebody's night shift ends on the morning of a lesson."""
    number = int(name.rpartition("+")[2])
    days = {begins + dt.timedelta(days=2 * (number - 1) + more) for more in (0, 1)}
    with play.stage.pipelines["training"].ledger.reader.begin() as tx:
        mine = shifts.of(tx, [f"{AGENCY}.{officer}"])[f"{AGENCY}.{officer}"]
    return any((span.to + dt.timedelta(hours=7)).date() in days for span in mine)


def learn(play: Judging, begins: dt.date, enrolled: list[tuple[str, str]]) -> None:
    """Every lesson held, everybody certified."""
    stage = play.stage
    stage.to(stage.on(begins + dt.timedelta(days=4)))
    hours = attend(play, enrolled)
    stage.tell("trained", completed=stage.counted(TrainingCompleted), hours=hours)


def attend(play: Judging, enrolled: list[tuple[str, str]]) -> str:
    """Whoever is enrolled comes to every lesson, and is certified; the lesson hours of all."""
    stage = play.stage
    for name in sorted({name for name, _ in enrolled}):
        here = tuple(sorted(officer for of, officer in enrolled if of == name))
        for lesson in ("l1", "l2"):
            stage.act(f"class-{name}", HoldLesson(session=lesson, present=here, absent=()), "trainer")
    stage.all(
        [
            stage.call(
                f"enrolment-{name}+{officer}",
                CompleteTraining(on=stage.today, certificate=sha256(f"{name}/{officer}".encode()).hexdigest()),
                "trainer",
            )
            for name, officer in enrolled
        ]
    )
    stage.settle()
    return f"{HOURS * 2 * len(enrolled):f}"
