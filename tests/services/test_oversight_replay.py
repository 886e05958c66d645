"""A ranking made again from events: as of any position, without a stage or a panelist (domain.md 0.2, TEST 24)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from services.oversight.replay import Difference, Replay, replay
from shared.events import NotFound, Refused
from shared.events.platform import ListDigest
from shared.events.selection import RosterAmended, SelectionOpened, StageScored, TieDecided
from shared.rules import packs
from tests.domain.notices import SCHEME as REGIONAL
from tests.domain.notices import SKB
from tests.services.projections_world import OTHER, ROOT, VACANCY, Telling, ident, interview, points, telling

CPNS = packs.load("cpns-2024")
FULL = {"twk": Decimal(100), "tiu": Decimal(120), "tkp": Decimal(190)}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Telling]:
    with telling(tmp_path / "data") as made:
        yield made


def asked(here: Telling, **how: object) -> tuple[list[int], list[int], list[tuple[int, str, int | None, int | None]]]:
    """Numbers in order before and after, and who moved how."""
    numbers = {here.alias(n): n for n in range(1, 10)}
    made = replay(here.ledgers["selection"], VACANCY, here.folder.keys.aliases, **how)  # type: ignore[arg-type]
    before = [numbers[one.alias] for one in made.before if one.place is not None]
    after = [numbers[one.alias] for one in made.after if one.place is not None]
    return before, after, [(numbers[one.alias], one.how, one.was, one.is_) for one in made.moves]


def langkat(here: Telling) -> None:
    """A competence test of CAT 70 % and SKTT 30 %; X has 88 and 40, Y 74 and 95."""
    parts = {"cat": Decimal(70), "sktt": Decimal(30)}
    event = SelectionOpened(
        scheme="d" * 64, pack_digest=CPNS.digest, roster=ListDigest(rows=2, root=ROOT), source="intake:7",
        seats={"general": 1}, terms=replace(REGIONAL, stages=(REGIONAL.stages[0], replace(SKB, parts=parts))),
    )  # fmt: skip
    here.tell("selection", f"selection-{VACANCY}", event)
    for n, cat, sktt in ((1, 88, 40), (2, 74, 95)):
        here.candidate(n, StageScored(stage="skd", parts=FULL, facts={"kind": "general"}))
        here.candidate(n, StageScored(stage="skb", parts={"cat": Decimal(cat), "sktt": Decimal(sktt)}))


def test_24_langkat_without_the_added_test_the_other_one_is_first(here: Telling) -> None:
    """TEST 24: 70/30 -> X 73.6, Y 80.3, Y first; replay without SKTT -> X first, as the court ordered."""
    langkat(here)
    assert asked(here, without_stage="skb.sktt") == ([2, 1], [1, 2], [(1, "rose", 2, 1), (2, "fell", 1, 2)])
    made = replay(here.ledgers["selection"], VACANCY, here.folder.keys.aliases, without_stage="skb.sktt")
    assert [one.into_seats for one in made.moves] == [True, False]
    share = {one.alias: one.final for one in made.before}
    assert share == {here.alias(1): "73.978", here.alias(2): "77.998"}, "29.818 and 0.60 of 73.600 and 80.300"


def test_what_no_scheme_names_cannot_be_left_out(here: Telling) -> None:
    langkat(here)
    for wanted in ("interview", "skb.interview"):
        with pytest.raises(Refused, match=r"replay\.stage_unknown"):
            asked(here, without_stage=wanted)
    with pytest.raises(Refused, match=r"replay\.panelist_unknown"):
        asked(here, without_panelist="p1")


def test_without_a_stage_the_minimums_that_need_it_fall(here: Telling) -> None:
    here.open(seats=1)
    here.whole(1, 80, 80, (60, 60, 60, 60))
    here.whole(2, 60, 80, (95, 95, 95, 95))
    before, after, moves = asked(here, without_stage="interview")
    assert (before, after, len(moves)) == ([2, 1], [1, 2], 2)


def test_without_one_panelist_the_sheets_of_the_others_make_the_order(here: Telling) -> None:
    here.open()
    for n, last in ((1, 100), (2, 60)):
        here.written(n, 70)
        here.sheets(n, "competence", [points(care=80)] * 5)
        here.sheets(n, "interview", [interview(80, 80, 80, 79 + n)] * 4 + [interview(last, last, last, last)])
    assert asked(here, without_panelist="p5") == ([1, 2], [2, 1], [(2, "rose", 2, 1), (1, "fell", 1, 2)])


def test_who_has_one_panelists_sheet_alone_leaves_the_order_without_it(here: Telling) -> None:
    here.open()
    here.written(1, 70)
    here.sheets(1, "competence", [points(care=80)])
    here.sheets(1, "interview", [interview(80, 80, 80, 80)])
    here.written(2, 70)
    assert asked(here, without_panelist="p1") == ([1], [], [(1, "left", 1, None)])


def test_as_of_a_position_and_the_question_changes_nothing(here: Telling) -> None:
    here.open()
    here.whole(1, 70, 80, (80, 80, 80, 80))
    size = here.ledgers["selection"].size()
    here.whole(2, 75, 80, (80, 80, 80, 80))
    off = RosterAmended(added=(), removed=(here.alias(2),), ground="court", roster=ListDigest(rows=1, root=ROOT))
    assert asked(here, as_of=size) == ([1], [1], [])
    assert asked(here) == asked(here, as_of=10**6) == ([2, 1], [2, 1], [])
    here.tell("selection", f"selection-{VACANCY}", off)
    assert asked(here)[0] == [1]
    assert asked(here, as_of=here.ledgers["selection"].size() - 1)[0] == [2, 1]
    with pytest.raises(NotFound):
        asked(here, as_of=0)
    with pytest.raises(NotFound):
        replay(here.ledgers["selection"], OTHER, here.folder.keys.aliases)


def test_a_recount_names_the_first_line_that_was_published_otherwise(here: Telling) -> None:
    """The identity replay: what was published follows from the events, or it does not."""
    here.open()
    here.whole(1, 70, 80, (80, 80, 80, 80))
    here.whole(2, 75, 80, (80, 80, 80, 80))
    finals = {one.alias: str(one.final) for one in replay_of(here).before}
    assert replay_of(here).version == 0
    right = [(2, finals[here.alias(2)]), (1, finals[here.alias(1)])]
    here.publish(right)
    assert (replay_of(here).version, replay_of(here).differs) == (1, None)
    here.publish(right[::-1], version=2)
    found = f"2 {finals[here.alias(1)]}"
    assert replay_of(here).differs == Difference(
        place=1, kind="general", published=f"1 {finals[here.alias(1)]}", recounted=found
    )
    here.publish([(3, "90.000")], version=3)
    assert replay_of(here).differs == Difference(place=1, kind="general", published="1 90.000", recounted=None)


def test_who_enters_the_order_is_told(here: Telling) -> None:
    """Under the interview's minimum, and in the order without it."""
    here.open()
    here.whole(1, 80, 90, (50, 50, 50, 50))
    assert asked(here, without_stage="interview") == ([], [1], [(1, "entered", None, 1)])


def test_a_decided_tie_decides_in_the_replay_too(here: Telling) -> None:
    here.open(seats=1)
    for n in (1, 2):
        here.whole(n, 70, 80, (80, 80, 80, 80))
    assert [one.tied for one in replay_of(here).before] == [True, True]
    order = (here.alias(2), here.alias(1))
    size = here.ledgers["selection"].size()
    here.tell("selection", f"selection-{VACANCY}", TieDecided(as_of=size, order=order, how="lot", minutes="e" * 64))
    assert asked(here)[0] == [2, 1]
    assert ident(1) not in repr(replay_of(here)), "aliases alone"


def replay_of(here: Telling) -> Replay:
    """Nothing left out."""
    return replay(here.ledgers["selection"], VACANCY, here.folder.keys.aliases)
