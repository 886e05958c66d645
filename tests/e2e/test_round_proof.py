"""What a whole round leaves behind proves itself: read models are folds however events arrive, a ballot leads to no
visit, a changed mark is caught, and an inspector's questions have answers."""

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from services.cli.demonstration.round.proving import CRITERION, Mark, rewrite
from services.cli.platform import Platform
from services.feedback import ballots, collecting, tables
from services.feedback.surveys import IssueCodes
from services.intake.rounds import CloseRound
from shared.events import Recorded, streams
from shared.events.feedback import VisitCodesIssued
from shared.events.intake import RoundOpened
from shared.events.selection import RankingPublished, StageScored
from shared.ledger import sqlite
from shared.runtime import rebuild, timers
from shared.runtime.demo import DemoClock
from shared.runtime.service import Service, View
from shared.runtime.subscription import Subscription
from shared.runtime.turn import save_facts
from tests.e2e.command_line import asked, done, merit
from tests.e2e.round_world import NURSES, Once, Story, acted, digests_of, reopened, story

pytestmark = pytest.mark.slow
SHUFFLES = 2
VISITORS = 12
Digests = dict[str, tuple[int, str]]


@pytest.fixture(scope="session")
def told(once: Once) -> Story:
    """The round; read only."""
    return story(once)


@pytest.fixture
def copy(told: Story, tmp_path: Path) -> Path:
    """The same, to be done with as one likes."""
    return Path(shutil.copytree(told.data, tmp_path / "data"))


def test_every_table_equals_the_fold_of_its_events(told: Story) -> None:
    with reopened(told.data) as platform:
        for pipeline in platform.pipelines.values():
            assert rebuild.own_drifted(pipeline.service, pipeline.ledger) is None
        for source, links in platform.views.items():
            for one in links:
                assert rebuild.drifted(one, platform.pipelines[source].ledger) is None


def cuts(events: Sequence[Recorded], chance: Random | None) -> list[Sequence[Recorded]]:
    """All at once, or in pieces of any size."""
    if chance is None:
        return [events] if events else []
    at = sorted({0, len(events), *(chance.randint(0, len(events)) for _ in range(len(events) // 100))})
    return [events[first:last] for first, last in pairwise(at)]


def interleaved(told: Story, chance: Random | None) -> Iterator[tuple[str, Sequence[Recorded]]]:
    """Pieces of all ledgers: each ledger in its own order, one after the other or in any order."""
    waiting = {name: cuts([one for one, _ in events], chance) for name, events in told.events.items()}
    while waiting := {name: pieces for name, pieces in waiting.items() if pieces}:
        name = next(iter(waiting)) if chance is None else chance.choice(sorted(waiting))
        yield name, waiting[name].pop(0)


def groups(platform: Platform) -> Iterable[list[tuple[str, View]]]:
    """Views with their ledgers, by the store that they share."""
    found: dict[str, list[tuple[str, View]]] = {}
    for source, links in platform.views.items():
        for one in links:
            found.setdefault(str(one.store.url), []).append((source, one.view))
    return found.values()


def folded(group: list[tuple[str, View]], told: Story, file: Path, chance: Random | None) -> Digests:
    """The rows of each view in a store of their own, brought in such an order."""
    writer, reader = sqlite.engines(file)
    links = [Subscription(view=view, store=writer, shard=source) for source, view in group]
    for one in links:
        one.create()
    for source, piece in interleaved(told, chance):
        for one in links:
            if one.shard == source:
                one.take(piece)
    with writer.begin() as tx:
        found = {f"{one.shard}/{one.view.name}": rebuild.digest_of(tx, one.view.tables) for one in links}
    writer.dispose()
    reader.dispose()
    return found


def test_in_whatever_order_events_come_the_read_models_are_the_same(told: Story, copy: Path, tmp_path: Path) -> None:
    """A model of two ledgers is told of them in any order: its rows are those of one ledger after the other, and those
    of the platform, which was told while it all happened."""
    with reopened(copy, writing=True) as platform:
        have: Digests = {}
        for source, links in platform.views.items():
            for one in links:
                one.catch_up(platform.pipelines[source].ledger)
                with one.store.begin() as tx:
                    have[f"{source}/{one.view.name}"] = rebuild.digest_of(tx, one.view.tables)
        made: list[Digests] = [{} for _ in range(SHUFFLES + 1)]
        for n, group in enumerate(groups(platform)):
            for m in range(SHUFFLES + 1):
                made[m] |= folded(group, told, tmp_path / f"{n}-{m}.db", Random(m) if m else None)
    assert all(rows for rows, _ in have.values())
    assert all(one == have for one in made)


def own(service: Service, pieces: Sequence[Sequence[Recorded]], file: Path) -> tuple[int, str]:
    """A service's own tables, from pieces of its ledger."""
    writer, reader = sqlite.engines(file)
    found = rebuild.own_tables(service)
    facts = rebuild.FoldedFacts(service)
    with writer.begin() as tx:
        for table in (*found, *timers.metadata.sorted_tables):
            table.create(tx)
    for piece in pieces:
        with writer.begin() as tx:
            save_facts(tx, facts.fold(piece))
            for view in service.views:
                view.apply(tx, piece)
    with writer.begin() as tx:
        made = rebuild.digest_of(tx, found)
    writer.dispose()
    reader.dispose()
    return made


def test_in_whatever_pieces_events_come_facts_and_worklists_are_the_same(told: Story, tmp_path: Path) -> None:
    with reopened(told.data) as platform:
        for name, pipeline in platform.pipelines.items():
            with pipeline.ledger.reader.begin() as tx:
                have = rebuild.digest_of(tx, rebuild.own_tables(pipeline.service))
            events = [one for one, _ in told.events[name]]
            for n in range(SHUFFLES):
                assert own(pipeline.service, cuts(events, Random(n)), tmp_path / f"{name}-{n}.db") == have


def answers(n: int) -> dict[str, int]:
    """What the nth visitor says, and no other."""
    return {f"u{element}": 1 + n // 4 ** (element - 1) % 4 if element < 3 else 3 for element in range(1, 10)}


def test_the_ballot_of_a_known_visit_cannot_be_found(told: Story, copy: Path) -> None:
    """Who knows a code, the hour of the visit and all files finds that the code was spent, and nothing more."""
    unit, service, _ = streams.parts(told.all(VisitCodesIssued)[-1][0].stream)
    codes = ballots.minted(VISITORS)
    with reopened(copy, writing=True) as platform:
        assert isinstance(platform.clock, DemoClock)
        ledger, day = platform.feedback.ledger, platform.today()
        digests = tuple(ballots.digest_of(code, day) for code in codes)
        survey, before = f"survey-{unit}+{service}+{day.isoformat()}", ledger.size()
        issue = IssueCodes(
            counter="loket-9", visits=VISITORS, every=1, codes=VISITORS, until=day + dt.timedelta(days=7),
            digests=digests,
        )  # fmt: skip
        assert acted(platform, "feedback", survey, issue, "counter").refused is None
        for n, code in enumerate(codes):
            ballots.spend(ledger, code, answers(n), platform.clock())
        platform.clock.forward(platform.clock() + dt.timedelta(days=2))
        collecting.collect(platform.feedback, platform.clock())
        with ledger.reader.begin() as tx:
            boxed = list(tx.execute(sa.select(tables.box)))
            kept = list(tx.execute(sa.select(tables.codes).where(tables.codes.c.stream == survey)))
        assert boxed == []
        assert {(row.digest, row.spent) for row in kept} == {(digest, 1) for digest in digests}
        assert {*tables.codes.c.keys()} == {"digest", "stream", "until", "spent"}
        fresh = [one for page in ledger.read(before) for one in page if one.type.endswith("FeedbackReceived.v1")]
    assert len(fresh) == VISITORS
    said = [one.data for one in fresh]
    spoken = [
        next(data for data in said if all(f'"{u}":{n}' in data for u, n in answers(v).items())) for v in range(12)
    ]
    assert sorted(said) == sorted(spoken)
    assert said != spoken  # one chance in 479,001,600
    assert len({(one.received_at, one.actor, one.causation, one.correlation) for one in fresh}) == 1
    traces(copy, codes, digests)


def traces(folder: Path, codes: Sequence[str], digests: Sequence[str]) -> None:
    """No file says a code; its digest stands in the table of codes alone; nothing is left of the box."""
    raw = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path, content in raw.items():
        assert not any(code.encode() in content for code in codes), path
        assert b"ReceiveBallot" not in content, path
        if path.name != "feedback.db":
            assert not any(digest.encode() in content for digest in digests), path
    for table, columns in columns_of(folder / "feedback.db").items():
        for column in columns:
            said = f"SELECT count(*) FROM {table} WHERE instr(CAST({column} AS TEXT), ?)"
            found = sum(asked(folder / "feedback.db", said, one)[0][0] for one in digests)
            assert found == (VISITORS if (table, column) == ("codes", '"digest"') else 0), (table, column)


def columns_of(file: Path) -> dict[str, list[str]]:
    """Every table of a database with its columns."""
    named = [name for (name,) in asked(file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: [f'"{row[1]}"' for row in asked(file, f"PRAGMA table_info({name})")] for name in named}


def test_the_demonstrations_own_fraud_leaves_its_folder_as_it_was(told: Story) -> None:
    """It is done on a copy: nothing of the folder changes between the recount and the end."""
    assert told.digests["recounted"] == told.digests["cheated"]
    claim = told.said["cheated"]
    one, event = next(pair for pair in told.all(StageScored) if pair[0].position == claim["position"])
    assert event.stage == "interview"
    assert str(claim["was"]) in {f"{sheet.points[CRITERION]:f}" for sheet in event.sheets or ()}
    last = told.all(RankingPublished, f"selection-{NURSES}")[-1][1]
    (place,) = [row.place for row in last.head if row.alias == told.alias[one.stream]]
    assert (place, claim["rises"] < place) == (claim["place"], True)


def test_a_mark_that_is_raised_in_a_copy_is_caught_where_it_stands(told: Story, copy: Path, tmp_path: Path) -> None:
    real, copy = copy, Path(shutil.copytree(copy, tmp_path / "copy"))
    before = digests_of(real)
    one, event = [pair for pair in told.all(StageScored, f"candidate-{NURSES}") if pair[1].stage == "interview"][-1]
    assert event.sheets
    was = min(int(sheet.points[CRITERION]) for sheet in event.sheets)
    rewrite(copy / "selection.db", Mark(one.position, told.alias[one.stream], str(was), str(was + 9)))
    said = merit("doctor", "--json", "--data", copy)
    assert said.code == 5
    found = [(line["ledger"], line["position"], line["code"]) for line in said.json["findings"]]
    assert found == [("selection", one.position, "leaf.differs")]
    assert f"selection position {one.position}:" in merit("doctor", "--data", copy).out
    assert merit("replay", NURSES, "--data", copy).code == 5
    assert digests_of(real) == before
    assert merit("doctor", "--data", real).code == 0


def test_the_doctor_finds_the_folder_whole(told: Story) -> None:
    said = done("doctor", "--json", "--data", told.data).json
    assert said["findings"] == []
    assert {one["ledger"]: one["events"] for one in said["ledgers"]} == {
        name: len(events) for name, events in told.events.items()
    }


def moves(told: Story, *which: str) -> list[Mapping[str, Any]]:
    """Who would move, and that the published order is what its events make."""
    said = done("replay", NURSES, *which, "--json", "--data", told.data).json
    assert said["differs"] is None
    found: list[Mapping[str, Any]] = said["moves"]
    return found


def test_an_inspector_learns_who_moves_without_a_stage_or_a_panelist(told: Story) -> None:
    last = told.all(RankingPublished, f"selection-{NURSES}")[-1][1]
    places = {row.alias: row.place for row in last.head}
    assert moves(told) == []
    sheets = [sheet for _, event in told.all(StageScored, f"candidate-{NURSES}") for sheet in event.sheets or ()]
    for which in (("--without-stage", "interview"), ("--without-panelist", sheets[0].panelist)):
        found = moves(told, *which)
        assert found
        assert all(places[move["alias"]] == move["was"] != move["is_"] for move in found if move["was"])
        assert f"to {found[0]['is_']}" in done("replay", NURSES, *which, "--data", told.data).out
    now = {move["alias"]: move["is_"] for move in moves(told, "--without-stage", "interview")}
    rest = {row.alias: row.stages["written"] + row.stages["competence"] for row in last.head}
    best = [alias for alias, total in rest.items() if total == max(rest.values())]
    assert 1 in {now.get(alias, places[alias]) for alias in best}


def test_the_timeline_of_a_vacancy_tells_all_its_acts_in_the_order_of_their_recording(told: Story) -> None:
    lines = done("timeline", NURSES, "--json", "--data", told.data).lines
    assert [line["recorded_at"] for line in lines] == sorted(line["recorded_at"] for line in lines)
    acts = [line["act"] for line in lines]
    order = [
        "VacancyPublished", "ApplicationSubmitted", "ApplicationsClosed", "DocumentsChecked", "PanelDrawn",
        "SelectionOpened", "ScoreSealed", "ScoresOpened", "StageScored", "RankingPublished", "RankingFixed",
        "AppointmentOffered", "CandidateAppointed", "OfficerOnboarded",
    ]  # fmt: skip
    lasts = [len(acts) - 1 - acts[::-1].index(act) for act in order if act not in ("StageScored", "ScoresOpened")]
    assert lasts == sorted(lasts)
    assert {*order} <= {*acts}
    assert len(done("timeline", NURSES, "--all", "--data", told.data).out.splitlines()) == len(lines)


def test_a_place_that_a_tie_decided_is_explained(told: Story) -> None:
    last = told.all(RankingPublished, f"selection-{NURSES}")[-1][1]
    below = next(row for above, row in pairwise(last.head) if (above.final, above.stages) == (row.final, row.stages))
    said = done("explain", NURSES, "--place", below.place, "--lang", "en", "--data", told.data).out
    assert f"alias {below.alias}" in said
    assert "problem solving" in said


def test_at_the_end_every_seat_is_decided_and_the_rounds_are_closed(told: Story, copy: Path) -> None:
    rounds = [one.stream for one, _ in told.all(RoundOpened)]
    with reopened(copy, writing=True) as platform:
        for stream in rounds:
            answer = acted(platform, "intake", stream, CloseRound(on=platform.today()), "hr")
            assert (answer.refused, answer.failed) == (None, False)
        kinds = [one.type for stream in rounds for one in platform.intake.ledger.history(stream)]
    assert sum(kind.endswith("RoundClosed.v1") for kind in kinds) == len(rounds) == 2
