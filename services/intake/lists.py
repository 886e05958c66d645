"""What intake's commands say of its tables, made beside the lock: the key of a notice, the roll, lists of a check.

Every list is `L` of transparency 3.4, its rows by alias. Each hook reads how many events there are before it reads the
tables: what is written in between makes the list stale, never short. A roll of half a million rows takes less
than a kilobyte for each, and one query for every five thousand persons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from services.intake import views
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.facts import NO_ROLL, Roll
from services.intake.vacancies import CloseApplications, PublishVacancy
from shared.events import Damaged, codec, streams
from shared.events.platform import ListDigest
from shared.ledger import Keys, Ledger, commitments, merkle
from shared.runtime.calls import Call
from shared.runtime.service import Prepare
from shared.runtime.turn import facts_table


def digest_of(rows: Iterable[Mapping[str, str]]) -> ListDigest:
    """`L` of rows in their canonical order, taken one at a time."""
    tree, head = merkle.Tree(), []
    for row in rows:
        if tree.size < merkle.HEAD:
            head.append(row)
        tree.add(commitments.leaf_hash(codec.dumps(row)))
    return ListDigest(rows=tree.size, root=tree.root().hex(), head=tuple(head))


def roll_of(keys: Keys, vacancy: str, applications: Sequence[str]) -> ListDigest:
    """The roll of a vacancy: each alias with the hash that binds it to its person's streams, `{alias, key}`.

    Damaged where nobody holds an application's id: a roll without it would deny that somebody applied.
    """
    alias, found = _aliases(keys, vacancy), keys.roll_keys(vacancy, applications)
    if len(found) < len(applications):
        lost = len(applications) - len(found)
        raise Damaged(f"keys.db knows nobody behind {lost} applications of {vacancy}: put the keys.db back")
    rows = sorted((alias(application), key) for application, key in found.items())
    return digest_of({"alias": name, "key": key} for name, key in rows)


def names_of(keys: Keys, vacancy: str, applications: Sequence[str]) -> ListDigest:
    """Who is meant, and nothing else: rows `{alias}`."""
    return digest_of({"alias": name} for name in sorted(map(_aliases(keys, vacancy), applications)))


def with_key(ledger: Ledger, call: Call) -> PublishVacancy:
    """The digest of the vacancy's key; the key is made before its notice, and once."""
    vacancy = streams.ident(call.stream)
    command: PublishVacancy = call.command
    with ledger.reader.begin() as tx:
        notice = views.notice(tx, vacancy)
    return replace(command, key=ledger.keys.vacancy_digest(vacancy) if notice is None else notice["key"])


def with_roll(ledger: Ledger, call: Call) -> CloseApplications:
    """The roll of everything that stands, and how many of each kind. `abandoned` stays empty: drafts lie with people,
    and no event of theirs tells of one."""
    vacancy, as_of = streams.ident(call.stream), ledger.size()
    command: CloseApplications = call.command
    with ledger.reader.begin() as tx:
        if not _is_ready(ledger, tx, vacancy, "open"):
            return command
        kinds = views.kinds(tx, vacancy)
    roll = roll_of(ledger.keys, vacancy, list(kinds))
    return replace(command, roll=roll, as_of=as_of, submitted=dict(Counter(kinds.values())))


def with_check(ledger: Ledger, call: Call) -> AnnounceCheck:
    """Who meets the requirements, how many do not, and from how many decisions."""
    vacancy, as_of = streams.ident(call.stream), ledger.size()
    command: AnnounceCheck = call.command
    with ledger.reader.begin() as tx:
        if not _is_ready(ledger, tx, vacancy, "closed", "announced"):
            return command
        meets, fails = (views.standing(tx, vacancy, state) for state in ("meets", "fails"))
        inputs = _roll(tx, vacancy).inputs
    made = names_of(ledger.keys, vacancy, meets)
    return replace(command, meets=made, fails=len(fails), as_of=as_of, inputs=inputs)


def with_files(ledger: Ledger, call: Call) -> AssignVerifier:
    """Everything that stands, but for what the verifier is tied to."""
    vacancy = streams.ident(call.stream)
    command: AssignVerifier = call.command
    with ledger.reader.begin() as tx:
        if not _is_ready(ledger, tx, vacancy, "closed", "announced"):
            return command
        files = views.standing(tx, vacancy)
    tied = {f"{streams.agency(call.stream)}.{tie.application}" for tie in command.ties}
    return replace(command, list=names_of(ledger.keys, vacancy, [one for one in files if one not in tied]))


PREPARE: Final[Mapping[Any, Prepare]] = {
    PublishVacancy: with_key,
    CloseApplications: with_roll,
    AssignVerifier: with_files,
    AnnounceCheck: with_check,
}


def _is_ready(ledger: Ledger, tx: sa.Connection, vacancy: str, *states: str) -> bool:
    """Whether a list can be made now; if not, the rule says why. Damaged if it would be under another key than its
    notice promised."""
    notice = views.notice(tx, vacancy)
    if notice is None or notice["state"] not in states:
        return False
    if ledger.keys.vacancy_digest(vacancy, make=False) != notice["key"]:
        raise Damaged(f"keys.db holds another key of {vacancy} than its notice promised: put the keys.db back")
    return True


def _roll(tx: sa.Connection, vacancy: str) -> Roll:
    """What the ledger counts of a vacancy's applications."""
    chosen = sa.select(facts_table.c.value).where(facts_table.c.id == f"roll:{vacancy}")
    found = tx.execute(chosen).scalar_one_or_none()
    return NO_ROLL if found is None else codec.read(Roll, found)


def _aliases(keys: Keys, vacancy: str) -> Callable[[str], str]:
    """From an application as its stream names it to its alias: the agency's code is no part of the id."""
    alias = keys.aliases(vacancy)
    return lambda application: alias(application.partition(".")[2])
