"""Drafts: nobody writes over what they have not read; sealed; gone at sending or 30 days after the deadline."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.people.drafts import LONGEST, Drafts, Outdated
from shared.events import NotFound, Refused
from tests.services.people_world import NOW, People, people

ABOUT = "application-pauh.0a"
DEADLINE = NOW + dt.timedelta(days=7)
DAY = dt.timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    yield made
    made.folder.close()


@pytest.fixture
def who(world: People) -> str:
    return world.person()


def save(drafts: Drafts, who: str, content: bytes, seen: int, **more: tuple[str, ...]) -> int:
    return drafts.save(who, ABOUT, content, seen=seen, now=NOW, deadline=DEADLINE, **more)


def test_versions_count_up_and_the_last_is_read(world: People, who: str) -> None:
    assert world.drafts.read(who, ABOUT) is None
    assert [save(world.drafts, who, b"one", 0), save(world.drafts, who, b"two", 1)] == [1, 2]
    read = world.drafts.read(who, ABOUT)
    assert read
    assert (read.version, read.content) == (2, b"two")
    assert world.drafts.of(who) == [ABOUT]


def test_who_saves_over_what_they_have_not_read_gets_the_newer_one(world: People, who: str) -> None:
    """Two tabs, two devices: no typed text is lost."""
    save(world.drafts, who, b"one", 0)
    save(world.drafts, who, b"two", 1)
    for seen in (0, 1, 3):
        with pytest.raises(Outdated) as caught:
            save(world.drafts, who, b"other", seen)
        assert caught.value.code == "draft.newer"
        assert caught.value.newer
        assert caught.value.newer.content == b"two"


def test_a_save_whose_answer_was_lost_changes_nothing_when_it_comes_again(world: People, who: str) -> None:
    assert [save(world.drafts, who, b"one", 0), save(world.drafts, who, b"one", 0)] == [1, 1]


def test_a_draft_that_was_sent_is_gone_and_an_old_tab_hears_of_it(world: People, who: str) -> None:
    save(world.drafts, who, b"one", 0)
    world.drafts.sent(who, ABOUT)
    assert world.drafts.read(who, ABOUT) is None
    with pytest.raises(Outdated) as caught:
        save(world.drafts, who, b"two", 1)
    assert caught.value.newer is None


def test_a_draft_goes_thirty_days_after_its_deadline_which_may_move(world: People, who: str) -> None:
    save(world.drafts, who, b"one", 0)
    assert world.drafts.collect(DEADLINE + 30 * DAY - dt.timedelta(seconds=1)) == 0
    world.drafts.move(ABOUT, DEADLINE + DAY)
    assert world.drafts.collect(DEADLINE + 30 * DAY) == 0
    assert world.drafts.collect(DEADLINE + 31 * DAY) == 1
    assert world.drafts.read(who, ABOUT) is None


def test_a_draft_is_its_persons_alone_and_goes_with_them(world: People, who: str) -> None:
    other = world.person("6c" * 16)
    save(world.drafts, who, b"one", 0)
    assert world.drafts.read(other, ABOUT) is None
    world.drafts.destroy(who)
    assert world.drafts.of(who) == []
    with pytest.raises(NotFound):
        save(world.drafts, "7d" * 16, b"one", 0)


def test_a_draft_is_sealed_and_not_endless(world: People, who: str) -> None:
    save(world.drafts, who, b"ZQ-PLANTED", 0)
    assert not any(b"PLANTED" in content for content in world.files().values())
    with pytest.raises(Refused, match=r"draft\.too_long"):
        save(world.drafts, who, bytes(LONGEST + 1), 1)


def test_documents_of_drafts_are_named(world: People, who: str) -> None:
    save(world.drafts, who, b"one", 0, documents=("b", "a", "a"))
    world.drafts.save(who, "other", b"x", seen=0, now=NOW, deadline=DEADLINE, documents=["c"])
    assert world.drafts.documents() == {"a", "b", "c"}


@settings(max_examples=25)
@given(saves=st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.integers(0, 4)), max_size=10))
def test_no_interleaving_of_tabs_loses_what_was_saved_last(
    saves: list[tuple[bytes, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = people(tmp_path_factory.mktemp("people"))
    who, last = world.person(), (0, b"")
    for content, seen in saves:
        try:
            last = save(world.drafts, who, content, seen), content
        except Outdated as outdated:
            newer = outdated.newer
            told = (newer.version, newer.content) if newer else (0, b"")
            if told != last:
                pytest.fail(f"told {told}, saved {last}")
    read = world.drafts.read(who, ABOUT)
    assert ((read.version, read.content) if read else (0, b"")) == last
    world.folder.close()
