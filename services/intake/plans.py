"""Before there is a vacancy: posts and their analyses, needs, rounds, the rule packs in force; all of it public."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import sqlalchemy as sa

from services.intake import posts, views
from services.intake.facts import Round as RoundFact
from services.intake.routes import Said
from shared.events import NotFound, Recorded, codec
from shared.events.intake import (
    JobAnalysisAdopted,
    NeedApproved,
    NeedProposed,
    NeedRecommended,
    RoundClosed,
    RoundOpened,
    RulePackAdopted,
)
from shared.ledger import Ledger
from shared.ledger.store import events
from shared.rules import packs
from shared.runtime.turn import facts_table


class Told(Said):
    """What an event says, where it stands, when it was recorded."""

    position: int
    at: str
    data: dict[str, Any]


class Acting(Said):
    """Who acts on a post of a unit: the last term's days, and since when without a gap. The PPK is late from
    `late_from` on, whoever acted meanwhile."""

    unit: str
    since: str
    until: str
    decree: str
    late_from: str


class Post(Said):
    """A post: the job analysis in force (fifteen items a to o, Peraturan BKN 9/2022 art. 3), and who acts."""

    post: str
    analysis: Told | None = None
    acting: list[Acting]
    as_of: int


class Need(Said):
    """A need as far as it has come: `state` proposed, recommended, approved, or refused (fixed at no seat)."""

    need: str
    state: str
    proposed: Told | None = None
    recommended: Told | None = None
    approved: Told | None = None
    as_of: int


class Round(Said):
    """A round: one kind, decree and calendar for its vacancies. `open_vacancies` still take applications."""

    round: str
    kind: str
    state: str
    decree: str
    calendar: dict[str, str]
    words: str
    opened: int
    closed_on: str | None = None
    open_vacancies: list[str]


class OneRound(Round):
    """The same, with how far the ledger was read."""

    as_of: int


class Rounds(Said):
    """Every round, by its id."""

    rounds: list[Round]
    as_of: int


class RulePack(Said):
    """A rule pack's version in force. `is_here`: this Merit computes by it."""

    rulepack: str
    version: int
    digest: str
    law: list[str]
    vectors: str
    from_day: str
    position: int
    is_here: bool


class RulePacks(Said):
    """The packs that were adopted, by name."""

    rulepacks: list[RulePack]
    as_of: int


class Counted(Said):
    """A vacancy's applications by what they are now; for officials."""

    vacancy: str
    unit: str
    post: str
    seats: int
    state: str
    until: str
    submitted: int
    meets: int
    fails: int
    objecting: int
    withdrawn: int


class Board(Said):
    """A round's vacancies, counted."""

    round: str
    vacancies: list[Counted]
    as_of: int


def post(ledger: Ledger, id: str) -> Post:
    """NotFound for a post that nobody has analysed or acts on."""
    size, records = ledger.size(), _began(ledger, f"post-{id}")
    state = reduce(posts.evolve, map(codec.event_of, records), posts.initial)
    acting = [
        Acting(
            unit=unit, since=str(one.since), until=str(one.last.until), decree=one.last.decree,
            late_from=str(one.late_from),
        )
        for unit, one in sorted(state.acting.items())
    ]  # fmt: skip
    return Post(post=id, analysis=_last(records, JobAnalysisAdopted), acting=acting, as_of=size)


def need(ledger: Ledger, id: str) -> Need:
    """NotFound for a need that was never proposed."""
    size, records = ledger.size(), _began(ledger, f"need-{id}")
    proposed, recommended, approved = (_last(records, of) for of in (NeedProposed, NeedRecommended, NeedApproved))
    state = "proposed" if recommended is None else "recommended"
    if approved is not None:
        state = "approved" if approved.data["seats"] else "refused"
    return Need(
        need=id, state=state, proposed=proposed, recommended=recommended, approved=approved, as_of=size
    )  # fmt: skip


def round_(ledger: Ledger, id: str) -> OneRound:
    """NotFound for a round that was never opened."""
    size = ledger.size()
    return OneRound(**_round(ledger, id, _open(ledger).get(id, ())).model_dump(), as_of=size)


def rounds(ledger: Ledger) -> Rounds:
    """Every round that was opened here."""
    size = ledger.size()
    return Rounds(rounds=[_round(ledger, id, open_) for id, open_ in sorted(_open(ledger).items())], as_of=size)


def board(ledger: Ledger, id: str) -> Board:
    """NotFound for a round that was never opened."""
    size = ledger.size()
    _began(ledger, f"round-{id}")
    with ledger.reader.begin() as tx:
        found = views.board(tx, id)
    columns = ("vacancy", "unit", "post", "seats", "state", "until")
    rows = [Counted(**{name: row[name] for name in columns}, **counts._asdict()) for row, counts in found]
    return Board(round=id, vacancies=rows, as_of=size)


def rulepacks(ledger: Ledger) -> RulePacks:
    """The streams of rule packs are found by how their names begin."""
    size = ledger.size()
    is_pack = events.c.stream.between("rulepack-", "rulepack-~")
    chosen = sa.select(events.c.stream).where(events.c.shard == ledger.shard, is_pack, events.c.version == 0)
    with ledger.reader.begin() as tx:
        found = sorted(tx.execute(chosen).scalars())
    made = [_pack(stream, ledger.history(stream)) for stream in found]
    return RulePacks(rulepacks=[one for one in made if one is not None], as_of=size)


def _began(ledger: Ledger, stream: str) -> list[Recorded]:
    """A stream's events. NotFound where none of them is an act that was done."""
    found = [one for one in ledger.history(stream) if not one.type.endswith(".AttemptRefused.v1")]
    if not found:
        raise NotFound(stream)
    return found


def _last(records: Sequence[Recorded], of: Any) -> Told | None:
    found = [one for one in records if isinstance(codec.event_of(one), of)]
    if not found:
        return None
    return Told(position=found[-1].position, at=found[-1].recorded_at, data=codec.trusted(found[-1].data))


def _round(ledger: Ledger, id: str, open_: Sequence[str]) -> Round:
    records = _began(ledger, f"round-{id}")
    opened, closed = _last(records, RoundOpened), _last(records, RoundClosed)
    if opened is None:
        raise NotFound(id)
    said = {name: opened.data[name] for name in ("kind", "decree", "calendar", "words")}
    return Round(
        round=id, **said, state="open" if closed is None else "closed", opened=opened.position,
        closed_on=None if closed is None else closed.data["on"], open_vacancies=list(open_),
    )  # fmt: skip


def _open(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Every round that this ledger knows a fact of, with its vacancies that still take applications."""
    chosen = sa.select(facts_table.c.id, facts_table.c.value).where(facts_table.c.id.between("round:", "round:~"))
    with ledger.reader.begin() as tx:
        rows = tx.execute(chosen).all()
    return {row.id.partition(":")[2]: codec.read(RoundFact, row.value).vacancies for row in rows}


def _pack(stream: str, records: Sequence[Recorded]) -> RulePack | None:
    name, told = stream.partition("-")[2], _last(records, RulePackAdopted)
    if told is None:
        return None
    said = {key: told.data[key] for key in ("version", "digest", "law", "vectors")}
    here = {packs.load(one).digest for one in packs.names()}
    return RulePack(
        rulepack=name, **said, from_day=told.data["from"], position=told.position, is_here=said["digest"] in here
    )
