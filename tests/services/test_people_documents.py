"""Documents in their store: sealed for their person, cited by a keyed digest, gone when nothing needs them (ASVS 5
5.2.1, 8.2.2)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.people import documents
from services.people.documents import LARGEST
from shared.events import Damaged, NotFound, Refused
from shared.events.platform import Words
from tests.services.people_world import NOW, People, pdf, people, picture

DAY = dt.timedelta(days=1)
PDF, JPEG, PNG = pdf(3), picture("JPEG"), picture("PNG")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    yield made
    made.folder.close()


@pytest.fixture
def who(world: People) -> str:
    return world.person()


def test_beyond_ten_megabytes_nothing_more_is_read() -> None:
    """ASVS 5.2.1: the cap holds while it streams."""
    read = []

    def chunks() -> Iterator[bytes]:
        for _ in range(1000):
            read.append(1)
            yield bytes(1 << 20)

    with pytest.raises(Refused, match=r"document\.too_large"):
        documents.received(chunks())
    assert len(read) == 11
    assert len(documents.received([bytes(LARGEST)])) == LARGEST


def test_a_document_is_sealed_for_its_person_and_known_by_a_keyed_digest(world: People, who: str) -> None:
    content = pdf(2, {"Note": "(ZQ-PLANTED)"})
    other = world.person("6c" * 16)
    first, second = (
        world.documents.add(who, [content[:100], content[100:]], NOW),
        world.documents.add(who, [content], NOW),
    )
    assert first.file.mac != second.file.mac
    assert (first.type, first.pages, first.size) == ("pdf", 2, len(content))
    assert world.documents.read(who, first.file.id) == content
    assert {one.file for one in world.documents.of(who)} == {first.file, second.file}
    assert world.documents.of(other) == []
    for id in (first.file.id, "0" * 32, "../vault.db", ""):
        with pytest.raises(NotFound, match="no document of this id"):
            world.documents.read(other, id)
    for path, raw in world.files().items():
        assert b"%PDF" not in raw, path
        assert b"PLANTED" not in raw, path


def test_a_blob_of_another_document_does_not_open(world: People, who: str) -> None:
    first, second = (world.documents.add(who, [one], NOW).file.id for one in (PDF, JPEG))
    blobs = world.folder.path / "documents"
    (blobs / first).write_bytes((blobs / second).read_bytes())
    with pytest.raises(Damaged, match="does not open"):
        world.documents.read(who, first)
    (blobs / first).unlink()
    with pytest.raises(NotFound):
        world.documents.read(who, first)


def test_orphans_go_after_seven_days_and_nothing_else(world: People, who: str) -> None:
    orphan, drafted, cited = (world.documents.add(who, [one], NOW).file.id for one in (PDF, JPEG, PNG))
    world.sent(who, cited)
    assert world.documents.collect({drafted}, NOW + 7 * DAY - dt.timedelta(seconds=1)) == 0
    assert world.documents.collect({drafted}, NOW + 7 * DAY) == 1
    assert {one.file.id for one in world.documents.of(who)} == {drafted, cited}
    assert not (world.folder.path / "documents" / orphan).exists()
    assert world.documents.collect((), NOW + 70 * DAY) == 1
    assert world.documents.read(who, cited) == PNG


def test_what_a_crash_leaves_is_no_document_and_is_collected(
    world: People, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = world.documents.add(who, [PDF], NOW)
    blobs = world.documents._blobs
    put = type(blobs).put

    def crash(self: Any, id: str, sealed: bytes) -> None:
        put(self, id, sealed)
        raise OSError("power cut")

    monkeypatch.setattr(type(blobs), "put", crash)
    with pytest.raises(OSError, match="power cut"):
        world.documents.add(who, [JPEG], NOW)
    assert world.documents.of(who) == [kept]
    assert len(list((world.folder.path / "documents").iterdir())) == 2
    assert world.documents.collect([kept.file.id], NOW + 8 * DAY) == 1
    assert len(list((world.folder.path / "documents").iterdir())) == 1


def test_only_ones_own_documents_are_cited_and_cited_ones_stay(world: People, who: str) -> None:
    """ASVS 8.2.2: a reference to another's document is no way to it."""
    other = world.person("6c" * 16)
    mine, others = (world.documents.add(person, [PDF], NOW) for person in (who, other))
    with pytest.raises(NotFound):
        world.documents.vouch(who, [mine.file.id, others.file.id], NOW)
    assert world.documents.vouch(who, [mine.file.id], NOW) == [mine]
    late = NOW + dt.timedelta(minutes=10)
    with pytest.raises(Refused, match=r"document\.cited"):  # an event may be on its way
        world.documents.remove(who, mine.file.id, late - dt.timedelta(seconds=1))
    world.sent(who, mine.file.id)
    with pytest.raises(Refused, match=r"document\.cited"):
        world.documents.remove(who, mine.file.id, late)
    world.documents.remove(who, others.file.id, NOW)
    assert world.documents.of(other) == [others]
    world.documents.remove(other, others.file.id, NOW)
    assert world.documents.of(other) == []


def test_a_foreign_id_takes_nothing_from_an_application_that_is_on_its_way(world: People, who: str) -> None:
    other = world.person("6c" * 16)
    mine, others = (world.documents.add(person, [PDF], NOW) for person in (who, other))
    world.documents.vouch(who, [mine.file.id], NOW)
    for foreign in (others.file.id, "0" * 32):
        with pytest.raises(NotFound):
            world.documents.vouch(who, [mine.file.id, foreign], NOW)
    with pytest.raises(Refused, match=r"document\.cited"):
        world.documents.remove(who, mine.file.id, NOW)
    world.documents.remove(other, others.file.id, NOW)
    assert world.documents.of(other) == []


def test_a_persons_documents_go_with_them(world: People, who: str) -> None:
    cited = world.documents.add(who, [PDF], NOW).file.id
    world.sent(who, cited)
    world.documents.destroy(who)
    assert list((world.folder.path / "documents").iterdir()) == []
    world.vault.destroy(who)
    with pytest.raises(NotFound):
        world.documents.read(who, cited)


def test_an_event_says_of_a_document_only_this(world: People, who: str) -> None:
    made = world.documents.add(who, [PDF], NOW)
    assert isinstance(made.file, Words)
    assert len(made.file.id) == 32
    assert len(made.file.mac) == 64
