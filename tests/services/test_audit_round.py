"""What a round's events say of each other: an event that was changed past Merit, its leaf made anew, contradicts the
rest of its ledger, and the audit says where."""

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.cli import audit
from services.selection import handover
from services.selection.drawing import AnnounceDraw, DrawPanel
from services.selection.objections import WithdrawCandidate
from services.selection.pools import AdmitExpert, ReleaseExpert
from services.selection.recusals import RecusePanelist
from services.selection.results import AnnounceStage, FixRanking, RankCandidates
from shared.events import codec
from shared.runtime import turn
from tests.domain.marked import JUDGES
from tests.services.test_selection_scores import PANEL, PEOPLE, SELECTING, World, world

POOL, SECRET = "pool-pauh.2027", "5e" * 32
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two-person acts are somebody else's suite."""
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")
    with world(tmp_path / "data") as made:
        yield made


def played(here: World) -> None:
    """Two persons, three stages, one result fixed."""
    here.hand_over("meets", "meets", "fails")
    here.seat()
    here.marked(75, 63)
    here.must(SELECTING, RankCandidates(ground="opening"))
    here.later(days=5)
    here.must(SELECTING, FixRanking(version=1, minutes="f" * 64))


def codes(here: World) -> list[tuple[int | None, str]]:
    """What the audit finds, each with its position; every finding can be said in both languages. The list of the
    written stage says 4 rows here and is not what this suite is about."""
    found = [one for one in audit.events(here.pipeline.ledger, here.folder.keys) if one.code != "import.rows"]
    assert all(one.say("id") != one.say("en") for one in found)
    return [(one.position, one.code) for one in found]


def change(here: World, kind: str, how: Change, nth: int = 0) -> int:
    """One event of a kind as whoever has the files and the keys could rewrite it; its position. The audit looks at no
    leaf: that the leaf may have been made anew is its whole reason."""
    with here.pipeline.ledger.writer.begin() as tx:
        for (name,) in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            tx.exec_driver_sql(f"DROP TRIGGER {name}")
        chosen = "SELECT position, data FROM events WHERE type LIKE ? ORDER BY position"
        position, text = tx.exec_driver_sql(chosen, (f"%.{kind}.v1",)).all()[nth]
        data = codec.loads(text)
        how(data)
        written = (codec.dumps(data).decode(), position)
        tx.exec_driver_sql("UPDATE events SET data = ? WHERE position = ?", written)
    return int(position)


def put(name: str, value: Any) -> Change:
    """Another value under a name."""
    return lambda data: data.update({name: value})


def root(name: str) -> Change:
    """A list's other root, as long as it was."""
    return lambda data: data[name].update(root="0" * 64)


def swap_points(data: dict[str, Any]) -> None:
    """Two panelists' points, so that the mean stays as it was."""
    first, second = data["sheets"][:2]
    first["points"]["nursing"], second["points"]["nursing"] = "81", "79"


def drop_sheet(data: dict[str, Any]) -> None:
    data["sheets"] = data["sheets"][1:]


def name_another(data: dict[str, Any]) -> None:
    data["sheets"][0]["panelist"] = "p9"


def test_a_round_without_a_false_event_contradicts_itself_nowhere(here: World) -> None:
    played(here)
    assert codes(here) == []


@pytest.mark.parametrize("how", [swap_points, lambda data: data["sheets"][0].update(nonce="no hex")])
def test_an_opened_sheet_that_does_not_open_its_seal_is_found(here: World, how: Change) -> None:
    played(here)
    at = change(here, "StageScored", how, nth=2)  # the first of `competence`
    found = codes(here)
    assert {code for position, code in found if position == at} == {"seal.differs"}
    assert len(found) == (2 if how is swap_points else 1)


def test_a_sheet_that_nobody_sealed_does_not_count_unseen(here: World) -> None:
    played(here)
    at = change(here, "StageScored", name_another, nth=2)
    assert codes(here) == [(at, "seal.missing"), (at, "seal.unused")]


def test_a_sealed_sheet_that_vanished_is_found(here: World) -> None:
    played(here)
    at = change(here, "StageScored", drop_sheet, nth=2)
    assert codes(here) == [(at, "seal.unused")]


def test_a_sheet_that_was_set_aside_by_name_is_no_finding(here: World) -> None:
    here.hand_over("meets")
    here.seat()
    here.write(75)
    here.must(SELECTING, AnnounceStage(stage="written"))
    here.came(0, "competence")
    here.seal(0, "competence", 80)
    here.must(PANEL, RecusePanelist(panelist="p5", all_=False, cause="conflict", applications=(PEOPLE[0],)))
    here.open("competence")
    assert codes(here) == []


FALSE: list[tuple[str, Change, list[str]]] = [
    ("ScoresOpened", root("seals"), ["seals.differ"]),
    ("ScoresOpened", put("candidates", 7), ["seals.differ"]),
    ("StageResultAnnounced", root("list"), ["stage.differs"]),
    ("StageResultAnnounced", root("next"), ["stage.differs"]),
    ("StageResultAnnounced", put("stage", "none"), ["stage.differs"]),
    ("SelectionOpened", root("roster"), ["roster.differs"]),
    ("RankingPublished", put("version", 2), ["ranking.version", "ranking.fixed"]),
    ("RankingPublished", root("list"), ["ranking.differs"]),
    ("RankingFixed", put("version", 3), ["ranking.fixed"]),
]


@pytest.mark.parametrize(("kind", "how", "wanted"), FALSE)
def test_a_list_or_a_version_that_the_events_do_not_make_is_found(
    here: World, kind: str, how: Change, wanted: list[str]
) -> None:
    played(here)
    at = change(here, kind, how)
    found = codes(here)
    assert [code for _, code in found] == wanted
    assert found[0][0] == at


def test_every_version_of_a_ranking_is_made_again_not_the_last_alone(here: World) -> None:
    """The first publication was another than what its marks made; the second is right."""
    here.hand_over("meets", "meets")
    here.seat()
    here.marked(75, 63)
    here.must(SELECTING, RankCandidates(ground="opening"))
    here.later(days=5)
    here.must(here.candidate(1), WithdrawCandidate(reason="personal"), by="holder-1")
    here.must(SELECTING, RankCandidates(ground="withdrawal"))
    assert codes(here) == []
    at = change(here, "RankingPublished", lambda data: data.update(head=data["head"][::-1]))
    assert codes(here) == [(at, "ranking.differs")]


def test_who_withdrew_after_the_handover_is_on_its_roster_and_who_did_before_is_not(here: World) -> None:
    here.hand_over("meets", "meets", "withdrawn")
    with here.pipeline.ledger.writer.begin() as tx:
        gone = sa.update(handover.applications).where(handover.applications.c.application == f"pauh.{PEOPLE[1]}")
        tx.execute(gone.values(state="withdrawn", since=400))
    assert codes(here) == []
    with here.pipeline.ledger.writer.begin() as tx:
        tx.execute(sa.update(handover.applications).values(state="fails"))
    assert [code for _, code in codes(here)] == ["roster.differs"]


def draw(here: World) -> None:
    """A pool with somebody released, a plan with somebody excluded, the lot."""
    seats = dict(Counter(JUDGES.values()))
    here.hand_over("meets")
    for kind, n in seats.items():
        for number in range(n + 3):
            label = f"{kind[0].upper()}-{number}"
            expert = AdmitExpert(label=label, kind=kind, fields=("x",), expert=f"holder-{label}", institution="x")
            here.must(POOL, expert, by="secretary")
    here.must(POOL, ReleaseExpert(label="I-0", reason="moved"), by="secretary")
    plan = AnnounceDraw(
        pool_name="pauh.2027", excluded=(), seats=seats, reserves=1, commit=sha256(SECRET.encode()).hexdigest(),
        beacon="witness-1:412",
    )  # fmt: skip
    here.must(PANEL, plan, by="secretary")
    here.must(PANEL, DrawPanel(secret=SECRET, beacon="c0ffee"), by="secretary")
    here.must(POOL, ReleaseExpert(label="I-1", reason="moved"), by="secretary")


LOTS: list[tuple[str, Change, list[str]]] = [
    ("PanelDrawn", put("secret", "4f" * 32), ["draw.commit"]),
    ("PanelDrawn", put("beacon", "c0ffef"), ["draw.differs"]),
    ("PanelDrawn", lambda data: data.update(drawn=data["drawn"][::-1]), ["draw.differs"]),
    ("PanelDrawAnnounced", put("commit", "0" * 64), ["draw.commit"]),
    ("PanelDrawAnnounced", lambda data: data.update(eligible=data["eligible"][1:]), ["draw.differs"]),
    ("PanelDrawAnnounced", put("pool", 1), ["draw.differs"]),
    ("PanelDrawAnnounced", put("eligible", ["A-1", "A-1"]), ["draw.differs", "draw.differs"]),
]


@pytest.mark.parametrize(("kind", "how", "wanted"), LOTS)
def test_a_lot_that_cannot_be_drawn_again_is_found(here: World, kind: str, how: Change, wanted: list[str]) -> None:
    draw(here)
    assert codes(here) == []
    at = change(here, kind, how)
    found = [code for _, code in codes(here)]
    assert set(found) == set(wanted)
    assert kind == "PanelDrawAnnounced" or codes(here)[0][0] == at
