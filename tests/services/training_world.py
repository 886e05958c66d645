"""Training of one agency on a real folder, beside ledgers of selection and feedback that say what they would say.
Nobody of these exists."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.training import preparing, shifts
from services.training.arrivals import ARRIVALS, EVALUATIONS
from services.training.classes import ScheduleClass
from services.training.officers import OnboardOfficer
from services.training.programmes import AdoptProgramme, OrderInduction
from services.training.reactions import INDUCTIONS, SUPPORTS
from services.training.service import TRAINING
from services.training.views import enrolments
from shared.events import codec, instant
from shared.events.platform import ListDigest
from shared.events.selection import CandidateAppointed, SelectionOpened
from shared.ledger import Ledger, verify
from shared.rules.packs import load
from shared.rules.rosters import Span
from shared.runtime import rebuild
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.reactions import Reactor, waiting
from shared.runtime.service import Service
from shared.runtime.subscription import Subscription
from tests.domain.training_world import at, lesson

VACANCY, UNIT, MENTOR = "pauh.2027-014", "pauh.dinkes.pkm-03", "5d" * 16
PROGRAMME = "pauh.orientasi"
MARCH = dt.date(2027, 3, 1)


def person(n: int) -> str:
    """The n-th person's id."""
    return sha256(b"person %d" % n).hexdigest()[:32]


def officer(n: int) -> str:
    """The stream of the n-th officer."""
    return f"officer-pauh.{person(n)}"


def seat(n: int) -> str:
    """The seat that the n-th person is appointed to."""
    return f"{VACANCY}+general+{n}"


def alias(n: int) -> str:
    return f"ALIAS{n:07}"


@dataclass
class Agency:
    """Training of one agency, and what its people do."""

    folder: Folder
    pipeline: Pipeline
    selection: Ledger
    feedback: Ledger
    now: list[dt.datetime]
    keys: Iterator[int] = field(default_factory=count)

    def call(self, stream: str, command: Any, by: str = "hr", key: str | None = None) -> Call:
        """A command that arrives now; what is prepared is prepared."""
        made = Call(
            stream=stream, command=command, by=by, unit=UNIT, key=key or f"k{next(self.keys)}",
            received_at=instant(self.now[0]),
        )  # fmt: skip
        return prepared(TRAINING, self.pipeline.ledger, made)

    def run(self, *calls: Call) -> list[Answer]:
        return self.pipeline.run(calls)

    def act(self, stream: str, command: Any, by: str = "hr") -> Answer:
        (answer,) = self.run(self.call(stream, command, by))
        return answer

    def must(self, stream: str, command: Any, by: str = "hr") -> None:
        answer = self.act(stream, command, by)
        assert (answer.refused, answer.failed) == (None, False), command

    def says(self, ledger: Ledger, stream: str, *events: Any) -> None:
        """Another service's ledger grows by these events, which begin a stream."""
        ledger.ensure([stream])
        with ledger.batch() as batch:
            batch.append([codec.draft(stream, version, event) for version, event in enumerate(events)])

    def appoints(self, *numbers: int, post: str = "perawat") -> None:
        """Selection has appointed these persons."""
        for n in numbers:
            made = CandidateAppointed(alias=alias(n), decree=f"821/{n}", unit=UNIT, post=post, on=MARCH)
            self.says(self.selection, f"seat-{seat(n)}", made)
        self.follow()

    def follow(self) -> None:
        """Training's tables of others come in step."""
        for view, ledger in ((ARRIVALS, self.selection), (EVALUATIONS, self.feedback)):
            one = Subscription(view=view, store=self.pipeline.ledger.writer)
            one.create()
            one.catch_up(ledger)

    def onboard(self, *numbers: int, post: str = "perawat") -> list[Answer]:
        """They take over together."""
        return self.run(*(self.call(officer(n), onboarding(n, post), by="head") for n in numbers))

    def schedule(self, n: int, day: int, seats: int = 20, begins: int = 8, programme: str = PROGRAMME) -> None:
        """The n-th class, of one morning; each has a trainer of its own."""
        lessons = (lesson("s1", day, begins, begins + 4, trainer=person(9000 + n)),)
        self.must(f"class-{programme}+{n}", ScheduleClass(sessions=lessons, seats=seats))

    def works(self, n: int, from_: dt.datetime, to: dt.datetime) -> None:
        """A shift of the n-th person's."""
        with self.pipeline.ledger.writer.begin() as tx:
            shifts.replace(tx, f"pauh.{person(n)}", [Span(from_=from_, to=to)])

    def react(self) -> int:
        """Training's own reaction, and that to feedback; how many events came of them."""
        before = self.pipeline.ledger.size()
        for reaction, ledger in ((INDUCTIONS, self.pipeline.ledger), (SUPPORTS, self.feedback)):
            one = Reactor(reaction, self.pipeline)
            one.create()
            one.catch_up(ledger)
        return self.pipeline.ledger.size() - before

    def outcomes(self, reaction: str = "induction") -> list[tuple[str, str]]:
        """What could not be done: the stream and why."""
        with self.pipeline.ledger.reader.begin() as tx:
            return [(row["stream"], row["refused"]) for row in waiting(tx, reaction)]

    def enrolled(self) -> dict[str, str]:
        """Class of each person who is enrolled."""
        with self.pipeline.ledger.reader.begin() as tx:
            rows = tx.execute(sa.select(enrolments).where(enrolments.c.state == "enrolled")).mappings()
            return {row["person"]: row["class"] for row in rows}

    def assert_whole(self) -> None:
        """Leaves, facts and tables are what the events say."""
        assert verify.check(self.pipeline.ledger).findings == []
        assert rebuild.own_drifted(TRAINING, self.pipeline.ledger) is None


def onboarding(n: int, post: str = "perawat") -> OnboardOfficer:
    """As the n-th person was appointed."""
    return OnboardOfficer(seat=seat(n), candidate=alias(n), unit=UNIT, post=post, on=MARCH, mentor=MENTOR)


def opened(pack: str = "cpns-2024") -> SelectionOpened:
    """A selection under a pack."""
    roster = ListDigest(rows=0, root="0" * 64, head=())
    return SelectionOpened(scheme="0" * 64, pack_digest=load(pack).digest, roster=roster, source="intake:1")


@contextmanager
def agency(path: Path, people: int = 45) -> Iterator[Agency]:
    """On 1 March 2027: a programme of four hours that new nurses are to learn, and nobody new yet."""
    now = [at(1, 9)]
    folder = Folder(path, create=True, clock=lambda: now[0])
    try:
        folder.keys.enrol({f"holder-{n}": [person(n)] for n in range(people)})
        selection, feedback = (folder.ledger(Service(name=name, deciders={})) for name in ("selection", "feedback"))
        made = Agency(folder, Pipeline(TRAINING, folder.ledger(TRAINING)), selection, feedback, now)
        preparing.create(made.pipeline.ledger.writer)
        made.says(made.selection, f"selection-{VACANCY}", opened())
        made.must(f"programme-{PROGRAMME}", adopting())
        made.must(f"programme-{PROGRAMME}", OrderInduction(posts=("perawat",), within=30, from_=MARCH))
        yield made
    finally:
        folder.close()


def adopting(hours: int = 4) -> AdoptProgramme:
    """A programme that is passed by attendance."""
    return AdoptProgramme(
        words="Orientasi", kind="orientation", competences=("pelayanan",), hours=Decimal(hours), rule="attendance",
        provider="BKPSDM",
    )  # fmt: skip


def spread(classes: Sequence[str]) -> list[int]:
    """How many are in each class, in order."""
    return [list(classes).count(name) for name in sorted(set(classes))]
