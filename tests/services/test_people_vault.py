"""The vault: sealed by person, cited by keyed digests, corrected beside its past, gone with its key (UU 27/2022)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from services.people.vault import Vault, vault, vault_keys
from shared.events import Damaged, NotFound, Refused
from shared.events.platform import Words
from tests.services.people_world import People, people

WHO, OTHER = "5b" * 16, "6c" * 16
NAME = b"ZQ-PLANTED NAME"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    made.person(WHO, born="1987-03-14")
    made.person(OTHER, born="1990")
    yield made
    made.folder.close()


def test_what_is_put_is_got_by_its_person_alone(world: People) -> None:
    world.vault.put(WHO, "name", NAME)
    assert world.vault.get(WHO, "name") == NAME
    for person, field in ((OTHER, "name"), (WHO, "nik"), ("7d" * 16, "name")):
        with pytest.raises(NotFound):
            world.vault.get(person, field)


def test_a_row_is_never_overwritten_unsaid(world: People) -> None:
    first = world.vault.put(WHO, "name", NAME)
    assert world.vault.put(WHO, "name", NAME) == first
    with pytest.raises(Refused, match=r"vault\.known"):
        world.vault.put(WHO, "name", b"ZQ-OTHER")
    assert world.vault.get(WHO, "name") == NAME


@pytest.mark.parametrize("field", ["born.1", "", "a'b", "A b", "x" * 65])
def test_a_field_has_a_plain_name(world: People, field: str) -> None:
    with pytest.raises(ValueError, match="no field's name"):
        world.vault.put(WHO, field, NAME)
    with pytest.raises(ValueError, match="no field's name"):
        world.vault.fields(field, [WHO])


def test_a_correction_reads_now_and_what_an_event_cited_is_opened_still(world: People) -> None:
    """UU 27/2022 art. 6: the right to have data corrected; oversight opens what a decision rested on."""
    cited = world.vault.put(WHO, "born", b"1987-03-14")
    second = world.vault.correct(WHO, "born", b"1987-03-15")
    third = world.vault.correct(WHO, "born", b"1987-03-16")
    assert world.vault.correct(WHO, "born", b"1987-03-16") == third
    assert world.vault.get(WHO, "born") == b"1987-03-16"
    assert [world.vault.cited(WHO, one) for one in (cited, second, third)] == [
        b"1987-03-14", b"1987-03-15", b"1987-03-16"
    ]  # fmt: skip
    assert world.vault.fields("born", [WHO, OTHER, "7d" * 16]) == {WHO: "1987-03-16", OTHER: "1990"}
    with pytest.raises(NotFound, match="no such row"):
        world.vault.correct(WHO, "name", NAME)


def test_a_field_is_corrected_twenty_times(world: People) -> None:
    for n in range(20):
        world.vault.correct(WHO, "born", f"{n}".encode())
    with pytest.raises(Refused, match=r"vault\.too_often"):
        world.vault.correct(WHO, "born", b"20")
    world.vault.correct(WHO, "born", b"19")
    assert world.vault.get(WHO, "born") == b"19"
    assert len(world.vault.export(WHO)) == 21


def test_there_are_two_hundred_words_of_a_person_and_as_many_about_them(world: People) -> None:
    for lead in ("", "about_"):
        for _ in range(200):
            world.vault.add(WHO, NAME, lead)
        with pytest.raises(Refused, match=r"words\.too_many"):
            world.vault.add(WHO, NAME, lead)
    world.vault.add(OTHER, NAME)
    world.vault.put(WHO, "name", NAME)


def test_a_digest_is_under_a_key_of_the_person_and_the_id(world: People) -> None:
    """Transparency 3.4: the same words of two persons, or under two ids, cannot be told to be the same."""
    first, second, others = (world.vault.add(person, NAME) for person in (WHO, WHO, OTHER))
    assert len({one.mac for one in (first, second, others)} | {one.id for one in (first, second, others)}) == 6
    assert world.vault.cited(WHO, first) == NAME
    for person, reference in ((OTHER, first), (WHO, others), (WHO, Words(id=first.id, mac=second.mac))):
        with pytest.raises(NotFound):
            world.vault.cited(person, reference)


def test_an_export_holds_everything_of_one_person(world: People) -> None:
    """UU 27/2022 art. 7: a copy of all that is held."""
    words = world.vault.add(WHO, NAME)
    world.vault.correct(WHO, "born", b"1987-03-15")
    assert world.vault.export(WHO) == {"born": b"1987-03-15", "born.1": b"1987-03-14", words.id: NAME}


def test_a_destroyed_key_leaves_nothing_that_opens_not_even_in_the_journal(world: People) -> None:
    """Transparency 5: vault rows and key are destroyed; who kept a sealed row has noise."""
    world.vault.put(WHO, "name", NAME)
    with world.store.begin() as tx:
        wrapped = tx.execute(sa.select(vault_keys.c.wrapped).where(vault_keys.c.person == WHO)).scalar_one()
        sealed = list(tx.execute(sa.select(vault.c.person, vault.c.field, vault.c.sealed)))
    assert any(wrapped in content for content in world.files().values())
    world.vault.destroy(WHO)
    for content in world.files().values():
        assert wrapped not in content
        assert not any(row.sealed in content for row in sealed if row.person == WHO)
    for ask in (lambda: world.vault.get(WHO, "name"), lambda: world.vault.export(WHO)):
        with pytest.raises(NotFound, match="erased"):
            ask()
    assert world.vault.fields("born", [WHO, OTHER]) == {OTHER: "1990"}


def test_a_kept_row_does_not_open_under_a_new_key(world: People) -> None:
    with world.store.begin() as tx:
        kept = tx.execute(sa.select(vault.c.sealed).where(vault.c.person == WHO)).scalar_one()
    world.vault.destroy(WHO)
    world.person(WHO)
    with world.store.begin() as tx:
        tx.execute(sa.insert(vault).values(person=WHO, field="born", sealed=kept))
    with pytest.raises(Damaged, match="does not open"):
        world.vault.get(WHO, "born")


def test_rows_cannot_be_swapped_between_fields_or_persons(world: People) -> None:
    world.vault.put(WHO, "name", NAME)
    with world.store.begin() as tx:
        name = tx.execute(sa.select(vault.c.sealed).where(vault.c.field == "name")).scalar_one()
        tx.execute(sa.update(vault).where(vault.c.field == "born").values(sealed=name))
    for person in (WHO, OTHER):
        with pytest.raises(Damaged, match="does not open"):
            world.vault.get(person, "born")


def test_another_master_key_opens_nothing(world: People) -> None:
    with pytest.raises(Damaged, match="does not open"):
        Vault(world.store, bytes(32)).get(WHO, "born")


def test_nothing_readable_stands_in_any_file(world: People) -> None:
    world.vault.put(WHO, "name", NAME)
    world.vault.add(WHO, NAME)
    world.vault.correct(WHO, "born", b"1987-03-15")
    assert "vault.db-wal" in world.files()
    for _ in range(2):
        for name, content in world.files().items():
            assert b"PLANTED" not in content, name
            assert b"1987-03-1" not in content, name
        world.folder.close()


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(st.sampled_from(["a", "b"]), st.binary(max_size=20)), max_size=8))
def test_whatever_was_said_the_last_counts_and_every_reading_is_kept(
    rows: list[tuple[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = people(tmp_path_factory.mktemp("people"))
    person, last = world.person(), {}
    said: list[tuple[Words, bytes]] = []
    for field, content in rows:
        act = world.vault.correct if field in last else world.vault.put
        said.append((act(person, field, content), content))
        last[field] = content
    assert {field: world.vault.get(person, field) for field in last} == last
    assert all(world.vault.cited(person, reference) == content for reference, content in said)
    world.folder.close()
