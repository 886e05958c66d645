"""Registration at a counter: many people at once, each as whole as by any other way, nobody twice."""

from pathlib import Path

import pytest

from services.people.assisted import Assisted, Identity
from services.people.claims import minting
from services.people.stores import Stores
from shared.events import Refused
from shared.runtime.folder import Folder

ROUND = "pauh.2027-1"


def identity(n: int) -> Identity:
    return Identity(name=f"Pelamar Contoh {n}", born=f"2000-01-{n + 1:02}", nik=f"9999{n:012}")


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    made = Stores(Folder(tmp_path / "data", create=True))
    made.create()
    return made


@pytest.fixture
def counter(stores: Stores) -> Assisted:
    return Assisted(stores.store, stores.folder.master, stores.folder.keys, stores.vault)


def test_everybody_has_rows_keys_and_the_id_of_an_application(stores: Stores, counter: Assisted) -> None:
    made = counter.enrol(ROUND, [identity(n) for n in range(3)])
    assert [stores.vault.get(one.person, "name") for one in made] == [f"Pelamar Contoh {n}".encode() for n in range(3)]
    mint = minting(stores.folder.master)
    assert [one.application for one in made] == [mint(one.person, ROUND) for one in made]
    held = stores.folder.keys.holders_of([one.application for one in made])
    assert held == {one.application: one.person for one in made}


def test_age_decides_among_them_as_among_others(stores: Stores, counter: Assisted) -> None:
    older, younger = counter.enrol(ROUND, [identity(0), identity(5)])
    assert stores.claims.by_age([younger.application, older.application]) == ((older.application, younger.application),)


@pytest.mark.parametrize("again", [[0], [7, 7]])
def test_nobody_is_written_down_twice(stores: Stores, counter: Assisted, again: list[int]) -> None:
    counter.enrol(ROUND, [identity(0)])
    with pytest.raises(Refused, match=r"contact\.taken"):
        counter.enrol(ROUND, [identity(n) for n in again])


def test_a_known_nik_leads_to_somebody_from_then_on(stores: Stores, counter: Assisted) -> None:
    """Who has an account and gives the NIK of somebody at the counter is refused."""
    counter.enrol(ROUND, [identity(4)])
    other = stores.accounts.sign_up("lain@contoh.invalid", "enam kata yang mudah diingat saja", stores.folder._clock())
    with pytest.raises(Refused, match=r"contact\.taken"):
        stores.accounts.identify(other or "", "nik", identity(4).nik)
