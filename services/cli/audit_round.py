"""What the events of a round that is marked here say of each other, each at its own position: sheets open their seals,
an opening lists every seal, a panel is the one that its lot draws, a stage's result and every ranking's version follow.

Promises: one pass, nothing is written, nothing is read but the events. Whoever changes an opened sheet and makes its
leaf anew leaves a ledger that proves itself, and a seal that does not open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, NamedTuple

from services.selection.drawing import ordered
from services.selection.marked_tables import Marked
from services.selection.marked_tables import Row as Marks
from services.selection.marked_views import after
from services.selection.panel_facts import NO_POOL, Pool, fold_pool
from services.selection.sealing import seal_of
from services.selection.standings import Rules, stage_result
from shared.events import MeritError, Recorded, streams
from shared.events.intake import Scheme
from shared.events.platform import ListDigest
from shared.events.selection import (
    PanelDrawAnnounced,
    PanelDrawn,
    RankingFixed,
    RankingPublished,
    ScoreSealed,
    ScoresOpened,
    SelectionOpened,
    Sheet,
    StageResultAnnounced,
    StageScored,
)
from shared.ledger.merkle import list_digest
from shared.rules.errors import RulesError
from shared.runtime.picture import Aliases

WRONG: Final = (RulesError, MeritError, ArithmeticError, LookupError, ValueError, TypeError)  # what false events raise
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "seal.differs": (
        "lembar nilai {panelist} untuk {alias} ({stage}) tidak membuka segelnya",
        "the sheet of {panelist} for {alias} ({stage}) does not open its seal",
    ),
    "seal.missing": (
        "lembar nilai {panelist} untuk {alias} ({stage}) dihitung, tetapi tidak pernah disegel",
        "the sheet of {panelist} for {alias} ({stage}) counts, and was never sealed",
    ),
    "seal.unused": (
        "{alias} ({stage}): lembar nilai tersegel dari {panelist} tidak dihitung dan tidak dikesampingkan",
        "{alias} ({stage}): the sealed sheet of {panelist} neither counts nor was set aside",
    ),
    "seals.differ": (
        (
            "pembukaan {stage} di {vacancy} memuat {rows} segel dari {candidates} pelamar; peristiwanya membuat daftar"
            " lain ({made} dari {people})"
        ),
        (
            "the opening of {stage} in {vacancy} lists {rows} seals of {candidates} candidates; its events make another"
            " list ({made} of {people})"
        ),
    ),
    "draw.commit": (
        "undian panitia {vacancy} memakai rahasia yang bukan rahasia yang dikunci sebelumnya",
        "the draw of the panel of {vacancy} used another secret than the one that was committed before",
    ),
    "draw.differs": (
        "undian panitia {vacancy} tidak dapat diulang: kumpulan ahli, rahasia, dan nilai publiknya memberi nama lain",
        "the draw of the panel of {vacancy} cannot be drawn again: its pool, secret and public value give other labels",
    ),
    "stage.differs": (
        "hasil {stage} di {vacancy} (versi {version}) bukan yang dibuat oleh nilainya",
        "the result of {stage} in {vacancy} (version {version}) is not what its marks make",
    ),
    "ranking.version": (
        "peringkat {vacancy} berversi {version}, seharusnya {expected}",
        "the ranking of {vacancy} has version {version}, it should have {expected}",
    ),
    "ranking.fixed": (
        "hasil yang ditetapkan untuk {vacancy} adalah versi {version}; versi terakhir yang diumumkan {last}",
        "the fixed result of {vacancy} is version {version}; the last one that was published is {last}",
    ),
}  # fmt: skip


class Said(NamedTuple):
    """What does not hold, where: a key of the sentences, and what fills it."""

    position: int
    key: str
    details: dict[str, Any]


@dataclass(slots=True)
class Round:
    """What one pass gathers; `said` in the order of positions."""

    aliases: Aliases
    said: list[Said] = field(default_factory=list)
    # by vacancy and stage: alias and panelist -> seal
    seals: dict[tuple[str, str], dict[tuple[str, str], str]] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    plans: dict[str, PanelDrawAnnounced] = field(default_factory=dict)  # by vacancy
    rules: dict[str, Rules] = field(default_factory=dict)  # of those that are marked here
    marks: dict[str, dict[str, Marks]] = field(default_factory=dict)  # vacancy -> application
    versions: dict[str, int] = field(default_factory=dict)  # of the last ranking

    def take(self, one: Recorded, event: Any) -> None:
        """One event of selection's ledger, after all before it."""
        category = streams.category(one.stream)
        if category == "pool":
            pool = streams.ident(one.stream)
            self.pools[pool] = fold_pool(self.pools.get(pool, NO_POOL), one.stream, event, one.position)
        elif category in CHECKS:
            vacancy = streams.ident(one.stream)
            try:
                found = list(CHECKS[category](self, one, vacancy, event))
            except WRONG:  # not even what a rule can read
                found = [_unreadable(vacancy, event)]
            self.said += [Said(one.position, key, details) for key, details in found]


Found = Iterator[tuple[str, dict[str, Any]]]


def _of_panel(made: Round, one: Recorded, vacancy: str, event: Any) -> Found:
    match event:
        case PanelDrawAnnounced():
            made.plans[vacancy] = event
            if not _is_eligible(event, made.pools.get(event.pool_name or "", NO_POOL)):
                yield "draw.differs", {"vacancy": vacancy}
        case PanelDrawn():
            plan = made.plans[vacancy]
            if sha256(event.secret.encode()).hexdigest() != plan.commit:
                yield "draw.commit", {"vacancy": vacancy}
            elif _labels(plan, event, made.pools.get(plan.pool_name or "", NO_POOL)) != (event.drawn, event.reserves):
                yield "draw.differs", {"vacancy": vacancy}


def _is_eligible(plan: PanelDrawAnnounced, pool: Pool) -> bool:
    """Everybody of these kinds who was free, but for those excluded."""
    left_out = {one.label for one in plan.excluded}
    able = (label for label in pool.experts if plan.seats.get(pool.kind(label)) and pool.is_free(label))
    return (plan.pool, plan.eligible) == (pool.changed_at, tuple(sorted(one for one in able if one not in left_out)))


def _labels(plan: PanelDrawAnnounced, said: PanelDrawn, pool: Pool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Drawn again."""
    first: list[str] = []
    next_: list[str] = []
    for kind, n in sorted(plan.seats.items()):
        order = ordered(plan, said.secret, said.beacon, kind, pool)
        first += order[:n]
        next_ += order[n : n + plan.reserves if n else 0]
    return tuple(first), tuple(next_)


def _of_candidate(made: Round, one: Recorded, vacancy: str, event: Any) -> Found:
    application = streams.parts(one.stream)[1]
    match event:
        case ScoreSealed(stage=stage, panelist=panelist, seal=seal):
            alias = made.aliases(vacancy)(application)
            made.seals.setdefault((vacancy, stage), {})[alias, panelist] = seal
        case StageScored(sheets=tuple()):
            yield from _sheets(made, vacancy, made.aliases(vacancy)(application), event)
    if vacancy in made.rules:
        rows = made.marks.setdefault(vacancy, {})
        rows[application] = after(rows.get(application) or Marks(vacancy, application), event, one.recorded_at)


def _sheets(made: Round, vacancy: str, alias: str, event: StageScored) -> Found:
    """Each sheet that counts opens its seal; each seal is counted, or set aside by name."""
    sealed = {who: seal for (of, who), seal in made.seals.get((vacancy, event.stage), {}).items() if of == alias}
    counted = {sheet.panelist: sheet for sheet in event.sheets or ()}
    aside = {one.panelist for one in event.set_aside or ()}
    about = {"alias": alias, "stage": event.stage}
    for panelist, sheet in counted.items():
        if panelist not in sealed:
            yield "seal.missing", {**about, "panelist": panelist}
        elif _seal(alias, event.stage, sheet) != sealed[panelist]:
            yield "seal.differs", {**about, "panelist": panelist}
    for panelist in sorted(sealed.keys() - counted.keys() - aside):
        yield "seal.unused", {**about, "panelist": panelist}


def _seal(alias: str, stage: str, sheet: Sheet) -> str:
    """Empty where the sheet cannot have been sealed at all."""
    try:
        return seal_of(alias, stage, sheet.panelist, sheet.points, sheet.nonce)
    except ValueError:
        return ""


def _of_selection(made: Round, one: Recorded, vacancy: str, event: Any) -> Found:
    match event:
        case SelectionOpened(terms=Scheme() as terms):
            seats = event.seats or {}
            marked = Marked(pack=event.pack_digest, seats=seats, terms=terms, added=(), removed=())
            made.rules[vacancy] = Rules.of(marked)
        case ScoresOpened():
            yield from _opening(made, vacancy, event)
        case StageResultAnnounced() if vacancy in made.rules:
            rows = list(made.marks.get(vacancy, {}).values())
            lists = _result(made.rules[vacancy], rows, event.stage, made.aliases(vacancy))
            if lists != tuple((one.rows, one.root) for one in (event.list, event.next)):
                yield "stage.differs", {"vacancy": vacancy, "stage": event.stage, "version": event.version}
        case RankingPublished(version=version):
            expected = made.versions.get(vacancy, 0) + 1
            made.versions[vacancy] = version
            if version != expected:
                yield "ranking.version", {"vacancy": vacancy, "version": version, "expected": expected}
        case RankingFixed(version=version) if version != made.versions.get(vacancy, 0):
            yield "ranking.fixed", {"vacancy": vacancy, "version": version, "last": made.versions.get(vacancy, 0)}


def _opening(made: Round, vacancy: str, event: ScoresOpened) -> Found:
    """The list of all seals, by alias and panelist (transparency 3.4)."""
    seals = sorted((*who, seal) for who, seal in made.seals.get((vacancy, event.stage), {}).items())
    lines = [{"alias": alias, "panelist": panelist, "seal": seal} for alias, panelist, seal in seals]
    of, people = list_digest(lines, head=0), len({alias for alias, *_ in seals})
    if (of.rows, of.root, people) != (event.seals.rows, event.seals.root, event.candidates):
        details = {"vacancy": vacancy, "stage": event.stage, "rows": event.seals.rows, "made": of.rows}
        yield "seals.differ", {**details, "candidates": event.candidates, "people": people}


def _result(
    rules: Rules, rows: list[Marks], stage: str, alias: Callable[[str], str]
) -> tuple[tuple[int, str], tuple[int, str]]:
    """Rows and root of everybody's verdict and of those who go on, both by alias, as the announcement lists them."""
    standings = sorted(
        ((alias(one.application), one) for one in stage_result(rules, rows, stage)), key=lambda of: of[0]
    )
    lines: list[dict[str, Any]] = [
        {"alias": name, "verdict": one.verdict} | ({} if one.score is None else {"score": one.score})
        for name, one in standings
    ]
    made: list[ListDigest] = [
        list_digest(some, head=0) for some in (lines, [{"alias": name} for name, one in standings if one.goes_on])
    ]
    return (made[0].rows, made[0].root), (made[1].rows, made[1].root)


def _unreadable(vacancy: str, event: Any) -> tuple[str, dict[str, Any]]:
    """Of an act whose marks, plan or terms no rule can read."""
    if isinstance(event, PanelDrawAnnounced | PanelDrawn):
        return "draw.differs", {"vacancy": vacancy}
    stage, version = getattr(event, "stage", "-"), getattr(event, "version", 0)
    return "stage.differs", {"vacancy": vacancy, "stage": stage, "version": version}


CHECKS: Final[dict[str, Callable[[Round, Recorded, str, Any], Found]]] = {
    "panel": _of_panel,
    "candidate": _of_candidate,
    "selection": _of_selection,
}
