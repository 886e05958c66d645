"""The selection of a vacancy: opened once, ranked in versions that count up, ties decided on the record."""

from dataclasses import replace
from decimal import Decimal

from services.selection import selections
from services.selection.candidates import ScoreStage
from services.selection.facts import NOBODY, NOT_OPEN, Attendance, Procedure
from services.selection.selections import DecideTie, Facts, OpenSelection, PublishRanking
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest
from shared.events.selection import RankedRow, RankingPublished, SelectionOpened, TieDecided
from shared.rules import packs
from tests.domain.specification import Specification

PACK = packs.load("cpns-2024").digest
LIST = "a" * 64
ROSTER = ListDigest(rows=2, root="c" * 64)
LISTED = Attendance(stages=("skd", "skb"), rows=2)
SCORED = Procedure(pack=PACK, source=LIST, roster=2, inputs=4, changed_at=9)
FACTS = Facts(procedure=SCORED, attendance=NOBODY)
BEFORE = Facts(procedure=NOT_OPEN, attendance=LISTED)

OPEN = OpenSelection(scheme="d" * 64, pack_digest=PACK, roster=ROSTER, source=LIST, seats={"general": 1})
OPENED = SelectionOpened(scheme="d" * 64, pack_digest=PACK, roster=ROSTER, source=LIST, seats={"general": 1})

HEAD = (
    RankedRow(place=1, alias="X", kind="general", stages={"skd": Decimal("32.146")}, final=Decimal("79.186")),
    RankedRow(place=2, alias="Y", kind="general", stages={"skd": Decimal("30.000")}, final=Decimal("70.000")),
)
PUBLISH = PublishRanking(ground="import", as_of=10, inputs=4, list=ROSTER, head=HEAD)
FIRST = RankingPublished(version=1, ground="import", as_of=10, list=ROSTER, head=HEAD)

TIE = DecideTie(as_of=10, order=("X", "Y"), how="lot", minutes="e" * 64)
DECIDED = TieDecided(as_of=10, order=("X", "Y"), how="lot", minutes="e" * 64)

given = Specification(selections, FACTS).given


def scores(inputs: int, changed_at: int) -> Facts:
    """What the ledger holds now."""
    return replace(FACTS, procedure=replace(SCORED, inputs=inputs, changed_at=changed_at))


def test_a_selection_opens_from_a_list_on_record() -> None:
    given().when(OPEN, BEFORE).then(OPENED)
    given().when(OPEN, replace(BEFORE, attendance=NOBODY)).refused("selection.source_unknown")


def test_opening_again_from_the_same_list_changes_nothing() -> None:
    given(OPENED).when(OPEN, BEFORE).then()


def test_opening_twice_from_another_list_is_refused() -> None:
    """A vacancy's files are handed over once (events.md 1.4); scheme, pack, roster and seats are frozen with it."""
    for other in (
        replace(OPEN, source="b" * 64),
        replace(OPEN, roster=replace(ROSTER, rows=3)),
        replace(OPEN, seats={"general": 2}),
        replace(OPEN, seats=None),
        replace(OPEN, pack_digest="f" * 64),
        replace(OPEN, scheme="f" * 64),
    ):
        given(OPENED).when(other, BEFORE).refused("selection.already_open")


def test_nothing_is_decided_or_published_before_the_handover() -> None:
    for command in (TIE, PUBLISH):
        given().when(command).refused("selection.not_open")


def test_a_ranking_is_published_from_all_scores() -> None:
    given(OPENED).when(PUBLISH).then(FIRST)


def test_a_ranking_computed_before_the_last_score_is_refused() -> None:
    """`as_of` n knows the positions 0 to n - 1: a score at n is newer, a score at n - 1 is in it."""
    given(OPENED).when(PUBLISH, scores(4, 9)).then(FIRST)
    given(OPENED).when(PUBLISH, scores(4, 10)).refused("ranking.score_newer")
    given(OPENED).when(PUBLISH, scores(5, 11)).refused("ranking.score_newer")


def test_a_ranking_from_another_number_of_scores_is_refused() -> None:
    """Somebody computed without a score, or with one that is not recorded."""
    given(OPENED).when(PUBLISH, scores(5, 9)).refused("ranking.stale")
    given(OPENED).when(PUBLISH, scores(3, 9)).refused("ranking.stale")


def test_10_publication_waits_for_an_open_tie_until_it_is_decided() -> None:
    """TEST 10: full equality, the law is silent (Permenpan RB 6/2024 art. 45(4)): no order by id or arrival."""
    given(OPENED).when(replace(PUBLISH, open_ties=1)).refused("ranking.tie_left_open")
    given(OPENED).when(TIE).then(DECIDED)
    after = scores(5, 10)
    given(OPENED, DECIDED).when(replace(PUBLISH, as_of=11, inputs=5, open_ties=0), after).then(replace(FIRST, as_of=11))


def test_a_decided_tie_makes_every_earlier_ranking_stale() -> None:
    given(OPENED, DECIDED).when(PUBLISH, scores(5, 10)).refused("ranking.score_newer")
    given(OPENED, DECIDED).when(replace(PUBLISH, as_of=11), scores(5, 10)).refused("ranking.stale")


def test_an_order_names_two_or_more_and_nobody_twice() -> None:
    for order in ((), ("X",), ("X", "X"), ("X", "Y", "X")):
        given(OPENED).when(replace(TIE, order=order)).refused("tie.order")


def test_a_tie_is_decided_on_the_scores_as_they_stand() -> None:
    given(OPENED).when(TIE, scores(5, 10)).refused("ranking.score_newer")


def test_the_same_tie_decided_again_changes_nothing() -> None:
    """Although the first decision is itself newer than what the second was computed from."""
    given(OPENED, DECIDED).when(TIE, scores(5, 10)).then()
    given(OPENED, DECIDED, FIRST).when(replace(TIE, how="other words"), scores(5, 10)).then()
    other = replace(TIE, as_of=11, order=("X", "Y", "Z"))
    given(OPENED, DECIDED).when(other, scores(5, 10)).then(replace(DECIDED, as_of=11, order=("X", "Y", "Z")))


def test_an_order_against_a_decided_one_is_refused() -> None:
    """An event is never taken back, and two orders that cannot both hold rank nobody; also around a third."""
    against = replace(TIE, as_of=11, order=("Y", "X"))
    given(OPENED, DECIDED).when(against, scores(5, 10)).refused("tie.decided_otherwise")
    further = replace(DECIDED, order=("Y", "Z"))
    around = replace(TIE, as_of=12, order=("Z", "X"))
    given(OPENED, DECIDED, further).when(around, scores(6, 11)).refused("tie.decided_otherwise")
    along = replace(around, order=("X", "Z"))
    given(OPENED, DECIDED, further).when(along, scores(6, 11)).then(replace(DECIDED, as_of=12, order=("X", "Z")))


def test_versions_count_up() -> None:
    """After an accepted objection the whole post is ranked again, and published as the next version (domain.md 3)."""
    corrected = replace(PUBLISH, as_of=12, inputs=5, list=replace(ROSTER, root="9" * 64), ground="correction")
    second = RankingPublished(version=2, ground="correction", as_of=12, list=corrected.list, head=HEAD)
    given(OPENED, FIRST).when(corrected, scores(5, 11)).then(second)
    third = replace(corrected, as_of=14, inputs=6, head=HEAD[:1])
    given(OPENED, FIRST, second).when(third, scores(6, 13)).then(
        replace(second, version=3, as_of=14, head=HEAD[:1]),
    )


def test_the_same_ranking_again_changes_nothing() -> None:
    given(OPENED, FIRST).when(PUBLISH).then()
    given(OPENED, FIRST).when(replace(PUBLISH, as_of=20)).then()


def test_the_same_places_by_another_order_of_ages_are_another_ranking() -> None:
    """`by_age` is the one step that events cannot repeat, so it is part of what is published."""
    aged = replace(PUBLISH, by_age=(("X", "Y"),))
    given(OPENED, FIRST).when(aged).then(replace(FIRST, version=2, by_age=(("X", "Y"),)))


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="PublishRanking", code="x", digest="0" * 64)
    given(attempt).when(OPEN, BEFORE).then(OPENED)
    given(OPENED, attempt, FIRST, attempt).when(PUBLISH).then()


def test_what_comes_before_the_opening_is_passed_over() -> None:
    """A fold never refuses, whatever a ledger holds."""
    for event in (DECIDED, FIRST):
        given(event).when(OPEN, BEFORE).then(OPENED)


def test_a_command_of_another_stream_is_refused() -> None:
    """What a selection does not know it does not do."""
    given(OPENED).when(ScoreStage(stage="skd", parts={}, source=ImportedRow(import_=LIST, row=1))).refused(
        "selection.not_now"
    )


def test_orders_of_ages_that_contradict_each_other_are_refused() -> None:
    """Permenpan RB 6/2024 art. 45(4): nobody is both older and younger."""
    against = replace(PUBLISH, by_age=(("X", "Y"), ("Y", "X")))
    given(OPENED).when(against, FACTS).refused("tie.order")


def test_a_pack_that_nobody_has_is_refused() -> None:
    given().when(replace(OPEN, pack_digest="deadbeef"), BEFORE).refused("selection.pack_unknown")


def test_seats_and_roster_are_numbers_that_can_be() -> None:
    for seats in ({"general": -1}, {"general": 1_000_001}, {"SITI AMINAH": 1}):
        given().when(replace(OPEN, seats=seats), BEFORE).refused("selection.seats")
    given().when(replace(OPEN, roster=replace(ROSTER, rows=-1)), BEFORE).refused("selection.seats")


def test_a_number_of_events_is_one() -> None:
    for as_of in (-1, 2**53):
        given(OPENED).when(replace(PUBLISH, as_of=as_of)).refused("ranking.as_of")
        given(OPENED).when(replace(TIE, as_of=as_of)).refused("ranking.as_of")


def test_a_list_is_not_longer_than_the_roster_and_its_head_not_longer_than_the_list() -> None:
    given(OPENED).when(replace(PUBLISH, list=replace(ROSTER, rows=3))).refused("ranking.rows")
    given(OPENED).when(replace(PUBLISH, list=replace(ROSTER, rows=-1), head=())).refused("ranking.rows")
    given(OPENED).when(replace(PUBLISH, list=replace(ROSTER, rows=1))).refused("ranking.rows")


def test_the_head_of_a_list_counts_its_places() -> None:
    first, second = HEAD
    wrong = (
        (second, first),
        (replace(first, place=2), second),
        (first, replace(second, place=3)),
        (first, replace(second, alias="X")),
        (replace(first, kind="papua"), replace(second, place=1)),
        (replace(first, kind="SITI AMINAH"),),
    )
    for head in wrong:
        given(OPENED).when(replace(PUBLISH, head=head)).refused("ranking.head")
    shared = replace(PUBLISH, head=(first, replace(second, place=1)))
    given(OPENED).when(shared).then(replace(FIRST, head=shared.head))
    long = tuple(replace(first, place=n, alias=f"A{n}") for n in range(1, 202))
    many = Facts(procedure=replace(SCORED, roster=300), attendance=NOBODY)
    published = replace(PUBLISH, list=replace(ROSTER, rows=300), head=long)
    given(OPENED).when(published, many).refused("ranking.head")
    given(OPENED).when(replace(published, head=long[:200]), many).then(
        replace(FIRST, list=published.list, head=long[:200])
    )
