"""Feedback of one agency on a real folder, under a clock that is moved by hand: visits, ballots, heads, coworkers."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from services.feedback import ballots, staff
from services.feedback.collecting import collect
from services.feedback.reactions import react
from services.feedback.service import FEEDBACK
from services.feedback.surveys import IssueCodes
from shared.events import Recorded, catalogue, codec, instant
from shared.events.training import OfficerOnboarded, ProgrammeAdopted, TrainingCompleted
from shared.ledger import verify
from shared.rules.calendar import day_of
from shared.runtime import rebuild
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.timetable import tick

UNIT, SERVICE = "pauh.dinkes.pkm-03", "poli-umum"
TARGET = f"{UNIT}+{SERVICE}"
OFFICERS = {name: f"{n:032x}" for n, name in enumerate(["ani", "budi", "cici", "dodi", "edi", "fani", "head"], 10)}
HOURS = Decimal(8)
NINE = {f"u{n}": 3 for n in range(1, 10)}


def at(month: int, day: int, hour: int = 2, year: int = 2027) -> dt.datetime:
    """An instant; 02 UTC is 09 in Jakarta."""
    return dt.datetime(year, month, day, hour, tzinfo=dt.UTC)


def event_of(position: int, stream: str, event: Any) -> Recorded:
    """An event of another ledger, as a subscription brings it."""
    kind = catalogue.BY_CLASS[type(event)].name
    made = codec.draft(stream, 0, event)
    return Recorded(
        shard="main", position=position, stream=stream, version=0, type=kind, recorded_at="2026-01-05T00:00:00.000000Z",
        received_at=None, actor=None, causation=None, correlation=None, data=made.data, leaf=b"", previous_leaf=b"",
    )  # fmt: skip


@dataclass
class World:
    """The agency, and what its people do."""

    folder: Folder
    pipeline: Pipeline
    now: list[dt.datetime]
    keys: Iterator[int] = field(default_factory=count)
    trained: Iterator[int] = field(default_factory=count)

    @property
    def ledger(self) -> Any:
        return self.pipeline.ledger

    def call(self, stream: str, command: Any, by: str, unit: str | None, key: str | None = None) -> Call:
        """A command that arrives now; what is prepared is prepared."""
        made = Call(
            stream=stream, command=command, by=by, unit=unit, key=key or f"k{next(self.keys)}",
            received_at=instant(self.now[0]),
        )  # fmt: skip
        return prepared(self.pipeline.service, self.ledger, made)

    def act(
        self, stream: str, command: Any, by: str = "head", unit: str | None = UNIT, key: str | None = None
    ) -> Answer:
        (answer,) = self.pipeline.run([self.call(stream, command, by, unit, key)])
        return answer

    def must(self, stream: str, command: Any, by: str = "head", unit: str | None = UNIT) -> Answer:
        answer = self.act(stream, command, by, unit)
        assert (answer.refused, answer.failed) == (None, False), command
        return answer

    def train(self, *told: tuple[str, Any]) -> None:
        """What training's ledger says."""
        with self.ledger.writer.begin() as tx:
            staff.follow(tx, [event_of(next(self.trained), stream, event) for stream, event in told])

    def staffed(self, *names: str, unit: str = "dinkes.pkm-03") -> None:
        """These people work there since last year."""
        onboarded = OfficerOnboarded(
            seat="s1", alias="AAAAAAAAAAAA", unit=unit, post="perawat", on=dt.date(2026, 1, 5), mentor=OFFICERS["budi"]
        )
        self.train(*((f"officer-pauh.{OFFICERS[name]}", onboarded) for name in names))

    def taught(self, *competences: str) -> None:
        """A programme teaches these."""
        programme = ProgrammeAdopted(
            words="Layanan yang menyapa", kind="technical", competences=competences, hours=HOURS, rule="attend",
            provider="bkpsdm",
        )  # fmt: skip
        self.train(("programme-pauh.sapa", programme))

    def completed(self, name: str) -> None:
        """Somebody has finished the programme today."""
        done = TrainingCompleted(hours=HOURS, on=day_of(self.now[0]), certificate="0" * 64)
        self.train((f"enrolment-pauh.sapa+1+{OFFICERS[name]}", done))

    def hand_out(self, n: int, target: str = TARGET) -> tuple[str, ...]:
        """Codes for the visits of today."""
        day = day_of(self.now[0])
        codes = ballots.minted(n)
        digests = tuple(ballots.digest_of(code, day) for code in codes)
        until = min(day + dt.timedelta(days=14), dt.date(2027, (day.month + 2) // 3 * 3, 30))
        command = IssueCodes(counter="loket-1", visits=n, every=1, codes=n, until=until, digests=digests)
        self.must(f"survey-{target}+{day}", command, by="counter")
        return codes

    def answer(self, codes: tuple[str, ...], sums: dict[str, int] | None = None) -> None:
        """Each spends a code; the answers of all have these sums."""
        left = {u: 3 * len(codes) for u in NINE} if sums is None else dict(sums)
        for n, code in enumerate(codes):
            rest = len(codes) - n - 1
            answers = {u: max(1, left[u] - 4 * rest) for u in NINE}
            left = {u: left[u] - answers[u] for u in NINE}
            ballots.spend(self.ledger, code, answers, self.now[0])

    def measured(self, sums: dict[str, int], n: int, visit: dt.datetime) -> list[Answer]:
        """A quarter of a service: its visits on one day, collected and published after its end by the timetable."""
        self.now[0] = visit
        self.answer(self.hand_out(n), sums)
        month, year = (visit.month + 2) // 3 * 3 + 1, visit.year
        self.now[0] = at(month % 12, 1, year=year + month // 13)
        assert all(one.refused is None for one in collect(self.pipeline, self.now[0]))
        self.now[0] += dt.timedelta(days=1)
        return tick(self.pipeline, instant(self.now[0]))

    def react(self, after: int = 0) -> list[Answer]:
        """What the events since a position call for, done."""
        events = [one for page in self.ledger.read(after) for one in page]
        with self.ledger.reader.begin() as tx:
            found = react(tx, events)
        calls = [
            Call(
                stream=stream,
                command=command,
                by="system:reaction",
                key=f"feedback:{cause}",
                causation=f"feedback:{cause}",
                received_at=instant(self.now[0]),
            )
            for stream, command, cause in found
        ]  # fmt: skip
        return self.pipeline.run(calls)

    def events(self, *kinds: Any) -> list[tuple[Recorded, Any]]:
        told = ((one, codec.event_of(one)) for page in self.ledger.read() for one in page)
        return [(one, event) for one, event in told if not kinds or isinstance(event, kinds)]

    def assert_whole(self) -> None:
        """Leaves, facts and tables are what the events say."""
        assert verify.check(self.ledger).findings == []
        assert rebuild.own_drifted(self.pipeline.service, self.ledger) is None


@contextmanager
def world(path: Path) -> Iterator[World]:
    """An agency in March 2027; nobody has come yet."""
    now = [at(3, 2)]
    folder = Folder(path, create=True, clock=lambda: now[0])
    try:
        folder.keys.enrol({f"holder-{id}": [id] for id in OFFICERS.values()})
        made = World(folder, Pipeline(FEEDBACK, folder.ledger(FEEDBACK)), now)
        ballots.create(made.ledger)
        staff.create(made.ledger.writer)
        yield made
    finally:
        folder.close()
