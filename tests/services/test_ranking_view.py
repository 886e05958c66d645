"""The ranking as a read model: the same rows however the events come, by the pack and by what was stated."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from services.projections import queries
from services.projections.ranking import Row, ranking_view, scored
from services.projections.tables import candidacies, orders, selections
from shared.events import Recorded
from shared.events.selection import StageScored
from shared.ledger import sqlite
from shared.runtime.subscription import Subscription
from tests.services.world import FILE, SKD, VACANCY, World, contents, world

TABLES = (selections, candidacies, orders)
OTHER = "pauh.8"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as made:
        yield made


def equals(here: World, rows: Sequence[int], **more: str) -> None:
    """People who are equal in every mark."""
    for row in rows:
        here.score(row, skd=SKD, skb="70", **more)


def test_a_ranking_follows_from_scores_and_seats(here: World) -> None:
    here.enrol(3)
    here.open({"general": 1})
    here.score(1, skd=SKD, skb="60")
    here.score(2, skd=SKD, skb="80")
    here.score(3, skd={**SKD, "tkp": "195"}, skb="60")
    selection, rows, stated = here.look()
    assert here.order() == [
        (2, "general", 1, None, 0),
        (3, "general", 2, "final", 0),
        (1, "general", 3, "final", 0),
    ]
    assert [(row.final, row.hired) for row in rows] == [("77.818", 1), ("66.182", 0), ("65.818", 0)]
    assert (selection.inputs, selection.changed, selection.seats, selection.version) == (6, 7, {"general": 1}, 0)
    assert (selection.published, selection.root, stated) == (None, None, [])
    assert rows[0].positions == {"skd": 4, "skb": 5}
    assert (rows[0].facts, rows[0].alias) == ({"gpa": "3.50"}, here.alias(2))


def test_seats_are_neither_one_more_nor_one_less(here: World) -> None:
    here.enrol(4)
    here.open({"general": 2})
    for row in range(1, 5):
        here.score(row, skd=SKD, skb=str(90 - row))
    assert [row.hired for row in here.look()[1]] == [1, 1, 0, 0]


def test_a_vacancy_of_two_kinds_has_two_orders(here: World) -> None:
    """Each kind of need is filled by its own applicants (Permenpan RB 27/2021 art. 48)."""
    here.enrol(4)
    here.open({"general": 1, "disability": 1})
    here.score(1, skd=SKD, skb="90")
    here.score(2, skd=SKD, skb="80")
    here.score(3, skd=SKD, skb="60", kind="disability")
    here.score(4, skd=SKD, skb="50", kind="disability")
    assert here.order() == [
        (3, "disability", 1, None, 0),
        (4, "disability", 2, "final", 0),
        (1, "general", 1, None, 0),
        (2, "general", 2, "final", 0),
    ]
    assert [row.hired for row in here.look()[1]] == [1, 0, 1, 0]


def test_a_kind_without_seats_hires_nobody(here: World) -> None:
    here.enrol(1)
    here.open({"general": 1})
    here.score(1, skd=SKD, skb="90", kind="disability")
    assert [(row.place, row.hired) for row in here.look()[1]] == [(1, 0)]


def test_where_nobody_said_the_seats_nobody_is_inside(here: World) -> None:
    here.enrol(1)
    here.open(None)
    here.score(1, skd=SKD, skb="90")
    selection, rows, _ = here.look()
    assert (selection.seats, rows[0].place, rows[0].hired) == (None, 1, 0)


def test_official_codes_keep_their_marks_and_take_no_place(here: World) -> None:
    here.enrol(3)
    here.open({"general": 2})
    here.score(1, skd=SKD, skb="90", outside="APS")
    here.score(2, skd=SKD, skb="80", outside="P/L-U3")
    here.score(3, skd=SKD, skb="70")
    rows = {row.application: row for row in here.look()[1]}
    found = [rows[here.applications[row]] for row in (1, 2, 3)]
    assert [(row.outside, row.place, row.final, row.hired) for row in found] == [
        ("APS", None, "83.818", 0),
        ("P/L-U3", None, "77.818", 0),
        (None, 1, "71.818", 1),
    ]


def test_who_lacks_a_stage_is_not_in_the_order_yet(here: World) -> None:
    here.enrol(2)
    here.open({"general": 2})
    here.score(1, skd=SKD)
    here.score(2, skd=SKD, skb="70")
    assert here.order() == [(2, "general", 1, None, 0), (1, "general", None, None, 0)]
    here.score(1, skb="80")
    assert here.order() == [(1, "general", 1, None, 0), (2, "general", 2, "final", 0)]


def test_10_a_tie_stays_open_until_it_is_decided(here: World) -> None:
    """TEST 10: one place for both, nobody hired by id or arrival; then `TieDecided`."""
    here.enrol(2)
    here.open({"general": 1})
    equals(here, (1, 2))
    assert sorted(here.order()) == [(1, "general", 1, None, 1), (2, "general", 1, None, 1)]
    assert [row.hired for row in here.look()[1]] == [0, 0]
    here.decide(2, 1)
    assert here.order() == [(2, "general", 1, None, 0), (1, "general", 2, "decided", 0)]
    assert [row.hired for row in here.look()[1]] == [1, 0]
    assert here.look()[0].inputs == 5


def test_an_order_against_a_decided_one_never_reaches_the_read_model(here: World) -> None:
    """Two decisions that cannot both hold would stop the ranking of every vacancy, for an event is never taken back."""
    here.enrol(2)
    here.open({"general": 1})
    equals(here, (1, 2))
    here.decide(2, 1)
    with pytest.raises(AssertionError, match=r"tie\.decided_otherwise"):
        here.decide(1, 2)
    assert here.order() == [(2, "general", 1, None, 0), (1, "general", 2, "decided", 0)]


def test_10_a_published_order_of_ages_decides_a_tie(here: World) -> None:
    here.enrol(2)
    here.open({"general": 1})
    equals(here, (1, 2))
    here.publish(by_age=[(2, 1)])
    assert here.order() == [(2, "general", 1, None, 0), (1, "general", 2, "older", 0)]
    assert [(order.ground, order.aliases) for order in here.look()[2]] == [("by_age", (here.alias(2), here.alias(1)))]


def test_an_order_of_ages_does_not_outrank_a_better_grade(here: World) -> None:
    """Art. 45(4): IPK is step 3, age step 4."""
    here.enrol(2)
    here.open({"general": 1})
    here.score(1, skd=SKD, skb="70", gpa="3.51")
    here.score(2, skd=SKD, skb="70", gpa="3.50")
    here.publish(by_age=[(2, 1)])
    assert here.order() == [(1, "general", 1, None, 0), (2, "general", 2, "gpa", 0)]


def test_a_new_publication_takes_back_the_ages_that_it_does_not_state(here: World) -> None:
    """`by_age` is the whole of what is stated about ages; the last publication counts."""
    here.enrol(2)
    here.open({"general": 1})
    equals(here, (1, 2))
    here.publish(by_age=[(2, 1)])
    here.publish()
    assert sorted(here.order()) == [(1, "general", 1, None, 1), (2, "general", 1, None, 1)]
    assert here.look()[2] == []
    assert here.look()[0].version == 2


def test_what_was_published_is_kept_with_version_and_root(here: World) -> None:
    here.enrol(2)
    here.open({"general": 1})
    here.score(1, skd=SKD, skb="70")
    command = here.publish()
    selection = here.look()[0]
    assert (selection.version, selection.published, selection.root) == (1, 4, command.list.root)


def test_more_scores_after_a_publication_make_it_wait_for_the_next(here: World) -> None:
    here.enrol(2)
    here.open({"general": 1})
    here.score(1, skd=SKD, skb="70")
    first = here.publish()
    assert waiting(here) == []
    here.score(2, skd=SKD, skb="80")
    assert here.order() == [(2, "general", 1, None, 0), (1, "general", 2, "final", 0)]
    assert here.look()[0].root == first.list.root
    assert waiting(here) == [VACANCY]
    here.publish()
    assert (here.look()[0].version, waiting(here)) == (2, [])


def waiting(here: World) -> list[str]:
    """Vacancies whose ranking is behind their scores."""
    here.look()
    with here.platform.ranking.store.begin() as tx:
        return [selection.vacancy for selection, _, _ in queries.unpublished(tx, FILE)]


def test_questions_to_the_ranking(here: World) -> None:
    here.enrol(2)
    for vacancy in (VACANCY, OTHER):
        here.open({"general": 1}, vacancy)
        here.score(1, skd=SKD, skb="70", vacancy=vacancy)
    here.score(2, skd=SKD, skb="70", outside="TH")
    here.publish()
    here.look()
    with here.platform.ranking.store.begin() as tx:
        assert queries.vacancies(tx) == [VACANCY, OTHER]
        assert queries.vacancies(tx, "7") == queries.vacancies(tx, VACANCY) == [VACANCY]
        assert queries.vacancies(tx, "uh.7") == []
        assert [one.vacancy for one, _, _ in queries.picture(tx, [OTHER, VACANCY])] == [OTHER, VACANCY]
        assert [one.vacancy for one, _, _ in queries.unpublished(tx, FILE)] == [OTHER]
        assert list(queries.unpublished(tx, "b" * 64)) == []
        assert queries.counted(tx, FILE) == {
            "vacancies": 2,
            "candidacies": 3,
            "in_order": 2,
            "hired": 2,
            "published": 1,
            "open": 1,
        }
        assert set(queries.counted(tx, "b" * 64).values()) == {0}


def test_a_long_answer_comes_in_pages(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    here.enrol(1)
    for vacancy in (VACANCY, OTHER):
        here.open(None, vacancy)
    here.look()
    with here.platform.ranking.store.begin() as tx:
        assert [one.vacancy for one, _, _ in queries.picture(tx, [VACANCY, OTHER])] == [VACANCY, OTHER]


class Story:
    """A ledger with everything that moves a ranking, and what its whole makes."""

    def __init__(self, folder: Path) -> None:
        with world(folder / "data") as here:
            here.enrol(6)
            here.open({"general": 2, "papua": 1})
            here.open(None, OTHER)
            equals(here, (1, 2, 3))
            here.publish(by_age=[(3, 1), (3, 2)])
            here.score(4, skd=SKD)
            here.decide(2, 1)
            here.score(5, skd=SKD, skb="90", kind="papua", gpa=None)
            here.score(1, skd=SKD, skb="70", vacancy=OTHER)
            here.publish(by_age=[(3, 1)])
            here.score(6, skd=SKD, skb="95", outside="TH")
            here.publish(by_age=[(3, 1), (3, 2)])
            here.publish()
            here.score(4, skb="69")
            here.publish(vacancy=OTHER)
            aliases = [VACANCY, OTHER]
            self.names = {
                vacancy: {id: here.platform.folder.keys.aliases(vacancy)(id) for id in here.applications.values()}
                for vacancy in aliases
            }
            self.events = here.events()
        self.folder = folder
        self.whole = self.made([])

    def aliases(self, vacancy: str) -> Callable[[str], str]:
        """Without a store of keys."""
        return self.names[vacancy].__getitem__

    def made(self, cuts: Sequence[int]) -> dict[str, list[tuple[object, ...]]]:
        """The rows, when the events come in batches that end at the cuts."""
        path = self.folder / f"view-{Random().getrandbits(64)}.db"
        writer, reader = sqlite.engines(path)
        one = Subscription(view=ranking_view(self.aliases), store=writer)
        one.create()
        ends = [*sorted(set(cuts)), len(self.events)]
        for start, end in zip([0, *ends], ends, strict=False):
            one.take(self.events[start:end])
        with writer.begin() as tx:
            found = contents(tx, TABLES)
        writer.dispose()
        reader.dispose()
        path.unlink()
        return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("story"))


def test_one_by_one_makes_the_same_rows_as_all_at_once(story: Story) -> None:
    assert story.made(range(1, len(story.events))) == story.whole
    assert all(story.whole.values())


@settings(max_examples=40)  # each makes a database
@given(cuts=st.lists(st.integers(1, 30), max_size=6))
def test_any_split_into_batches_makes_the_same_rows(story: Story, cuts: list[int]) -> None:
    assert story.made([cut for cut in cuts if cut < len(story.events)]) == story.whole


def test_what_came_already_changes_nothing(story: Story) -> None:
    """A batch that overlaps what was applied is applied from its new part on."""
    writer, reader = sqlite.engines(story.folder / "again.db")
    one = Subscription(view=ranking_view(story.aliases), store=writer)
    one.create()
    for end in (5, 9, len(story.events)):
        one.take(story.events[max(end - 7, 0) : end] if end < 9 else story.events[:end])
    with writer.begin() as tx:
        assert contents(tx, TABLES) == story.whole
    writer.dispose()
    reader.dispose()


def test_events_of_other_streams_touch_no_row(story: Story) -> None:
    """The import alone opens no selection."""
    first: Recorded = story.events[0]
    writer, reader = sqlite.engines(story.folder / "first.db")
    one = Subscription(view=ranking_view(story.aliases), store=writer)
    one.create()
    assert one.take([first]).size == 1
    with writer.begin() as tx:
        assert not any(contents(tx, TABLES).values())
        assert tx.execute(sa.text("SELECT size FROM checkpoints")).scalar_one() == 1
    writer.dispose()
    reader.dispose()


def test_an_official_code_stays_whichever_stage_comes_last() -> None:
    """Imports shuffle: the stage that carries the code may come before the other."""
    row = Row(vacancy="pauh.1", application="a" * 32, alias="A")
    last = StageScored(stage="skb", parts={"skb": Decimal(60)}, outside="APS")
    first = StageScored(stage="skd", parts={"twk": Decimal(90)}, facts={"kind": "general"})
    one, other = scored(scored(row, last, 1), first, 2), scored(scored(row, first, 1), last, 2)
    assert (one.outside, one.kind) == (other.outside, other.kind) == ("APS", "general")
