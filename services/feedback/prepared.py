"""What feedback's commands say of its tables, computed beside the lock: sums, draws, who heads whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from services.feedback import ballots, collecting, coworkers, staff, tables
from services.feedback.evaluations import AgreePlan, AskCoworkers, EvaluateOfficer, asked_of
from services.feedback.results import PublishSurvey
from services.feedback.support import ClosePlan, NameCause, ProgressPlan
from services.feedback.surveys import IssueCodes
from shared.events import codec, streams
from shared.events.platform import ListDigest
from shared.ledger import Ledger, commitments, merkle, sql
from shared.rules.calendar import arrived, day_of
from shared.runtime.calls import Call
from shared.runtime.service import Prepare


def with_codes(ledger: Ledger, call: Call) -> IssueCodes:
    """The day of the visits, and how many of the codes are new."""
    command: IssueCodes = call.command
    parts = streams.parts(call.stream)
    with ledger.reader.begin() as tx:
        fresh = len(command.digests) - ballots.known(tx, command.digests)
    return replace(command, day=parts[2] if len(parts) == 3 else "", fresh=fresh)


def with_sums(ledger: Ledger, call: Call) -> PublishSurvey:
    """A service's codes, answers and sums in a period, and what of it still lies in the box."""
    command: PublishSurvey = call.command
    target, as_of, table = call.stream.partition("-")[2], ledger.size(), tables.tallies
    with ledger.reader.begin() as tx:
        rows = list(tx.execute(sa.select(table).where(table.c.target == target, table.c.period == command.period)))
        waiting = collecting.waiting(tx, target, command.period)
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update(codec.loads(row.sums))
    return replace(
        command, codes=sum(row.codes for row in rows), respondents=sum(row.respondents for row in rows),
        sums=dict(sums), as_of=as_of, waiting=waiting,
    )  # fmt: skip


def with_consent(ledger: Ledger, call: Call) -> AgreePlan:
    """Whether the officer has agreed to this very plan, and in which unit they work."""
    command: AgreePlan = call.command
    table = tables.consents
    with ledger.reader.begin() as tx:
        found = tx.execute(sa.select(table.c.digest).where(table.c.stream == call.stream)).scalar()
        unit = staff.unit_of(tx, streams.ident(call.stream))
    return replace(command, consented=found == plan_digest(command), officer_unit=unit)


def keep_consent(tx: sa.Connection, stream: str, command: AgreePlan) -> None:
    """The officer agrees to this very plan; the last word counts."""
    anew = "ON CONFLICT (stream) DO UPDATE SET digest = excluded.digest"
    sql.fill(tx, "consents", ("stream", "digest"), [(stream, plan_digest(command))], anew)


def plan_digest(command: AgreePlan) -> str:
    """What head and officer must both have sent: targets and words."""
    bare = AgreePlan(targets=command.targets, words=command.words)
    return codec.fingerprint(bare).hex()


def with_pool(ledger: Ledger, call: Call) -> AskCoworkers:
    """Who is eligible under hidden names, and whom the draw then names."""
    command: AskCoworkers = call.command
    parts, today = streams.parts(call.stream), day_of(arrived(call.received_at))
    with ledger.reader.begin() as tx:
        pool = coworkers.pool(tx, parts[0], today)
    drawn = asked_of(pool.groups, command.beacon)
    return replace(
        command, eligible=pool.groups, list=_list(pool), period=parts[1], nonce=pool.nonce,
        drawn={pool.persons[name]: group for group, names in drawn.items() for name in names},
    )  # fmt: skip


def _list(pool: coworkers.Pool) -> ListDigest:
    """`L` of the eligible, without a head: with it the officer could repeat the draw."""
    rows = sorted((name, group) for group, names in pool.groups.items() for name in names)
    tree = merkle.Tree()
    for name, group in rows:
        tree.add(commitments.leaf_hash(codec.dumps({"group": group, "name": name})))
    return ListDigest(rows=tree.size, root=tree.root().hex())


def with_answers(ledger: Ledger, call: Call) -> EvaluateOfficer:
    """Coworkers' answers by group, those in the box, the results of the officer's unit."""
    command: EvaluateOfficer = call.command
    officer, named, table = streams.ident(call.stream), streams.parts(call.stream)[1], tables.reviews
    with ledger.reader.begin() as tx:
        unit = staff.unit_of(tx, officer)
        rows = tx.execute(sa.select(table).where(table.c.officer == officer, table.c.period == named)).all()
        boxed = sa.select(sa.func.count()).where(tables.box.c.stream == f"review-{officer}+{named}")
        waiting = tx.execute(boxed).scalar_one()
        of_unit = sa.select(tables.results).where(tables.results.c.target.startswith(f"{unit}+", autoescape=True))
        surveys = tuple(f"feedback:{row.position}" for row in tx.execute(of_unit)) if unit else ()
    return replace(
        command, answers={row.grp: row.answers for row in rows}, waiting=waiting, surveys=surveys, officer_unit=unit
    )


def with_unit(ledger: Ledger, call: Call) -> Any:
    """The unit that a plan is about, or its officer works in; with what was completed since, for its end."""
    with ledger.reader.begin() as tx:
        row = tx.execute(sa.select(tables.plans).where(tables.plans.c.stream == call.stream)).one_or_none()
        if row is None:
            return call.command
        unit = row.unit or staff.unit_of(tx, row.standing)
        if not isinstance(call.command, ClosePlan):
            return replace(call.command, about_unit=unit)
        people = [f"{streams.agency(call.stream)}.{one}" for one in codec.loads(row.officers)]
        trainings = staff.completed(tx, people, row.day)
    return replace(call.command, about_unit=unit, trainings=trainings)


PREPARE: Final[Mapping[Any, Prepare]] = {
    IssueCodes: with_codes,
    PublishSurvey: with_sums,
    AgreePlan: with_consent,
    AskCoworkers: with_pool,
    EvaluateOfficer: with_answers,
    NameCause: with_unit,
    ProgressPlan: with_unit,
    ClosePlan: with_unit,
}
