"""What the events of a selection say of each other: each import has its candidacies, each roster those who have scores
or whom intake handed over, every version of a ranking the order that its events make; `audit_round` the rest.

Promises: one pass, each published order computed once. Whoever takes out a whole candidacy and renumbers the rest
leaves leaves that prove themselves, and a list, a roster and a ranking that count somebody who is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import sqlalchemy as sa

from services.cli import audit_round
from services.cli.audit_round import Round
from services.selection import handover
from services.selection.publishing import Placed, placed
from shared.events import MeritError, Recorded, codec, streams
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest
from shared.events.selection import RankedRow, RankingPublished, ResultsImported, SelectionOpened, StageScored
from shared.ledger import Keys, Ledger, sql
from shared.ledger.findings import Finding, found
from shared.ledger.merkle import list_digest
from shared.rules.errors import RulesError
from shared.rules.pinned import pinned
from shared.runtime.marking import fold
from shared.runtime.picture import Order, Picture, Row, Selection, Terms
from shared.runtime.places import components_of, ranked, seats_of

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    **audit_round.SENTENCES,
    "answer.beyond": (
        "{count} jawaban menyebut posisi di luar buku, yang pertama {first}",
        "{count} answers name positions beyond the ledger, the first {first}",
    ),
    "import.rows": (
        "daftar {file} memuat {rows} baris, {scored} pelamar memiliki nilai",
        "list {file} has {rows} rows, {scored} candidacies have scores",
    ),
    "import.missing": (
        "nilai menyebut daftar {file}, yang tidak tercatat",
        "a score cites list {file}, which is not on record",
    ),
    "roster.differs": (
        (
            "daftar peserta {vacancy} memuat {rows} nama samaran, {scored} pelamar memiliki nilai, dan keduanya bukan"
            " orang yang sama"
        ),
        "the roster of {vacancy} has {rows} aliases, {scored} candidacies have scores, and they are not the same",
    ),
    "roster.differs.handover": (
        "daftar peserta {vacancy} memuat {rows} nama samaran; yang diserahkan bukan orang yang sama ({made})",
        "the roster of {vacancy} has {rows} aliases; those whom intake handed over are not the same ({made})",
    ),
    "selection.missing": (
        "{vacancy} memiliki peristiwa, tetapi seleksinya tidak pernah dibuka",
        "{vacancy} has events, and its selection was never opened",
    ),
    "ranking.differs": (
        (
            "peringkat {vacancy} (versi {version}) memuat {rows} baris; {as_of} peristiwa pertama membuat urutan lain"
            " ({made} baris)"
        ),
        (
            "the ranking of {vacancy} (version {version}) has {rows} rows; the first {as_of} events make another order"
            " ({made} rows)"
        ),
    ),
    "ranking.differs.early": (
        "peringkat {vacancy} (versi {version}) dihitung pada {as_of}, tidak antara nilai terakhirnya dan posisinya",
        (
            "the ranking of {vacancy} (version {version}) was computed as of {as_of}, which is not between its last"
            " score and its own position"
        ),
    ),
    "ranking.differs.rules": (
        "peringkat {vacancy} (versi {version}) tidak dapat dihitung ulang: {error}",
        "the ranking of {vacancy} (version {version}) cannot be computed again: {error}",
    ),
}


class Published(NamedTuple):
    """A ranking with what the events before it made of its vacancy; `terms` are its notice's."""

    event: RankingPublished
    position: int
    selection: Selection
    rows: Mapping[str, Row]
    stated: list[Order]
    terms: Terms


@dataclass(slots=True)
class Seen:
    """What one pass gathers."""

    ledger: str
    round: Round
    picture: Picture = field(default_factory=lambda: Picture({}, {}, {}))
    imports: dict[str, tuple[int, ResultsImported]] = field(default_factory=dict)
    opened: dict[str, tuple[int, SelectionOpened]] = field(default_factory=dict)
    scored: dict[str, set[str]] = field(default_factory=dict)  # list -> streams of candidacies with scores from it
    cited: dict[str, int] = field(default_factory=dict)  # list -> position of the first score from it
    tried: set[str] = field(default_factory=set)  # streams of candidacies whose scores were refused, on record
    rankings: list[Published] = field(default_factory=list)  # every version
    orphans: dict[str, int] = field(default_factory=dict)  # vacancies without an opening -> first position

    def find(self, position: int | None, key: str, **details: object) -> Finding:
        """A finding of this ledger."""
        return found(self.ledger, position, key, details, SENTENCES)


def answers(ledger: Ledger) -> list[Finding]:
    """Answers that name an event which the ledger does not hold."""
    with ledger.reader.begin() as tx:
        beyond = "SELECT count(*), min(position) FROM answers WHERE position >= "
        beyond += "(SELECT position FROM head WHERE shard = ?)".replace("?", sql.mark(tx))
        count, first = tx.exec_driver_sql(beyond, (ledger.shard,)).one()
    details = {"count": count, "first": first}
    return [found(ledger.service, None, "answer.beyond", details, SENTENCES)] if count else []


def events(ledger: Ledger, keys: Keys) -> list[Finding]:
    """What a selection's events contradict each other in, in the order of positions within each kind."""
    seen = Seen(ledger.service, Round(keys.aliases))
    for page in ledger.read():
        keys.open_vacancies({streams.ident(one.stream) for one in page if streams.category(one.stream) == "selection"})
        for one in page:
            _take(seen, one, keys)
    marked = [seen.find(one.position, one.key, **one.details) for one in seen.round.said]
    rosters = [*_rosters(seen), *_handed(seen, ledger, keys)]
    return [*_orphans(seen), *_imports(seen), *rosters, *marked, *_rankings(seen)]


def _take(seen: Seen, one: Recorded, keys: Keys) -> None:
    event, category, vacancy = codec.event_of(one), streams.category(one.stream), streams.ident(one.stream)
    seen.round.take(one, event)
    match event:
        case ResultsImported():
            seen.imports[vacancy.partition(".")[2]] = one.position, event
        case SelectionOpened():
            seen.opened[vacancy] = one.position, event
        case AttemptRefused() if category == "candidate":
            seen.tried.add(one.stream)
        case StageScored(source=ImportedRow(import_=file)):
            seen.scored.setdefault(file, set()).add(one.stream)
            seen.cited.setdefault(file, one.position)
    if category not in ("selection", "candidate") or isinstance(event, AttemptRefused):
        return
    if not isinstance(event, SelectionOpened) and vacancy not in seen.picture.selections:
        seen.orphans.setdefault(vacancy, one.position)
        return
    fold(seen.picture, one, keys.aliases)
    if isinstance(event, RankingPublished):
        rows, stated = dict(seen.picture.rows.get(vacancy, {})), list(seen.picture.orders.get(vacancy, []))
        selection, terms = seen.picture.selections[vacancy], seen.picture.terms_of(vacancy)
        seen.rankings.append(Published(event, one.position, selection, rows, stated, terms))


def _orphans(seen: Seen) -> Iterator[Finding]:
    for vacancy, position in seen.orphans.items():
        yield seen.find(position, "selection.missing", vacancy=vacancy)


def _imports(seen: Seen) -> Iterator[Finding]:
    """Each list against its candidacies. A list that came too late for its vacancies has refused attempts instead,
    which do not say whose they are: they make up for what the lists lack, one for one."""
    for file, position in seen.cited.items():
        if file not in seen.imports:
            yield seen.find(position, "import.missing", file=file[:12])
    scored = {file: len(seen.scored.get(file, ())) for file in seen.imports}
    lacking = sum(max(said.rows - scored[file], 0) for file, (_, said) in seen.imports.items())
    attempts = len(seen.tried.difference(*seen.scored.values()))
    for file, (position, said) in seen.imports.items():
        if scored[file] > said.rows or (scored[file] < said.rows and lacking != attempts):
            yield seen.find(position, "import.rows", file=file[:12], rows=said.rows, scored=scored[file])


def _rosters(seen: Seen) -> Iterator[Finding]:
    """Each roster that came from a list against the aliases that have scores."""
    for vacancy, (position, said) in seen.opened.items():
        if said.source in seen.imports:
            aliases = sorted(row.alias for row in seen.picture.rows.get(vacancy, {}).values())
            made = list_digest([{"alias": alias} for alias in aliases], head=0)
            if (made.rows, made.root) != (said.roster.rows, said.roster.root):
                rows, scored = said.roster.rows, len(aliases)
                yield seen.find(position, "roster.differs", vacancy=vacancy, rows=rows, scored=scored)


def _handed(seen: Seen, ledger: Ledger, keys: Keys) -> Iterator[Finding]:
    """Each roster that intake handed over against the applications that met the requirements. Of those withdrawn since
    the check the last ones left after the handover; how many, the roster's number of rows says."""
    for vacancy, (position, said) in seen.opened.items():
        if not said.source.startswith("intake:"):
            continue
        with ledger.reader.begin() as tx:
            rows = handover.standing(tx, vacancy) if sa.inspect(tx).has_table(handover.applications.name) else []
        gone = sorted((row for row in rows if row.state == "withdrawn"), key=lambda row: row.since)
        there = [row for row in rows if row.state == "meets"]
        later = gone[len(gone) - min(max(said.roster.rows - len(there), 0), len(gone)) :]
        alias = keys.aliases(vacancy)
        names = sorted(alias(row.application.partition(".")[2]) for row in (*there, *later))
        made = list_digest([{"alias": name} for name in names], head=0)
        if (made.rows, made.root) != (said.roster.rows, said.roster.root):
            details = {"vacancy": vacancy, "rows": said.roster.rows, "made": made.rows}
            yield seen.find(position, "roster.differs.handover", **details)


def _rankings(seen: Seen) -> Iterator[Finding]:
    """Every version of each ranking against the order that the events before it make."""
    for one in seen.rankings:
        said, about = one.event, {"vacancy": one.selection.vacancy, "version": one.event.version}
        if not one.selection.changed < said.as_of <= one.position:
            yield seen.find(one.position, "ranking.differs.early", **about, as_of=said.as_of)
            continue
        try:
            made = _order(one)
        except (RulesError, MeritError, ArithmeticError, LookupError) as error:
            yield seen.find(one.position, "ranking.differs.rules", **about, error=type(error).__name__)
            continue
        if made != (said.list, said.head):
            details = {"rows": said.list.rows, "made": made[0].rows, "as_of": said.as_of}
            yield seen.find(one.position, "ranking.differs", **about, **details)


def _order(one: Published) -> tuple[ListDigest, tuple[RankedRow, ...]]:
    pack, selection = pinned(one.selection.pack), one.selection
    rows: list[Placed] = []
    for kind in sorted({row.kind for row in one.rows.values()}):
        mine = {row.alias: row for row in one.rows.values() if row.kind == kind}
        entries = ranked(pack, mine.values(), seats_of(selection, kind), one.stated, one.terms).entries
        rows += [
            Placed(place=place, alias=alias, kind=kind, marks=mine[alias].marks)
            for alias, _, place, *_ in entries
            if place is not None
        ]
    return placed(pack, rows, components_of(pack, one.terms.scheme))
