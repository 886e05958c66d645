"""`merit init`: an agency's first two administrators, of two units, by one decree; who they are is shown nowhere
(UU 20/2023 art. 26; ASVS 5 2.3.5, 6.2, 13.4)."""

import datetime as dt
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.platform import opened
from shared.events import instant
from tests.e2e.command_line import Said, asked, done, events, merit

MAIL, PHONE = "zq-planted@contoh.example", "0811-0000-0001"
PASSWORDS = ("tiga gajah biru", "empat gajah merah")
ROOT = Path(__file__).resolve().parents[2]
Init = Callable[..., Said]


def arguments(data: Path, agency: str = "pauh", **changed: str) -> list[str | Path]:
    """The command, with some of its words changed."""
    said = {
        "first": MAIL, "first-unit": f"{agency}.bkpsdm", "second": PHONE, "second-unit": f"{agency}.inspektorat",
        "decree": "SK 800/1/2027",
    } | {name.replace("_", "-"): word for name, word in changed.items()}  # fmt: skip
    return ["init", agency, *(word for name, one in said.items() for word in (f"--{name}", one)), "--data", data]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def init(data: Path, monkeypatch: pytest.MonkeyPatch) -> Init:
    """`merit init` with a line of standard input for each password."""

    def run(*more: str, typed: tuple[str, ...] = PASSWORDS, agency: str = "pauh", **changed: str) -> Said:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in typed)))
        return merit(*arguments(data, agency, **changed), *more)

    return run


def grants(data: Path) -> list[tuple[str, ...]]:
    """What people's ledger made of it."""
    rows = "SELECT role, scope, decree, until_day FROM role_grants ORDER BY scope"
    return asked(data / "people.db", rows)


def test_a_new_folder_has_two_administrators_who_can_sign_in(init: Init, data: Path) -> None:
    said = init("--json", until="2031-12-31")
    assert (said.code, said.err) == (0, "")
    assert (said.json["agency"], said.json["changed"]) == ("pauh", True)
    assert grants(data) == [
        ("administrator", "pauh.bkpsdm", "SK 800/1/2027", "2031-12-31"),
        ("administrator", "pauh.inspektorat", "SK 800/1/2027", "2031-12-31"),
    ]
    with opened(data) as platform:
        now = platform.clock()
        for contact, password, one in zip((MAIL, PHONE), PASSWORDS, said.json["administrators"], strict=True):
            token = platform.stores.accounts.sign_in(contact, password, now)
            found = platform.door.principal(token, None, now)
            assert found
            assert (found.subject, found.unit) == (one["principal"], one["unit"])
            assert found.roles == {"administrator", "applicant"}
            assert found.authenticated_at == instant(now)
    assert done("doctor", "--json", "--data", data).json["findings"] == []


def test_a_term_is_five_years_unless_it_is_said(init: Init, data: Path) -> None:
    before = dt.date.today()  # noqa: DTZ011  a day more or less
    assert init().code == 0
    for *_, until in grants(data):
        assert abs((dt.date.fromisoformat(until) - before).days - 5 * 365) < 4


def test_the_same_command_again_changes_nothing_and_asks_for_nothing(init: Init, data: Path) -> None:
    first = init("--json").json
    held = events(data)
    again = init("--json", typed=())
    assert again.json == first | {"changed": False}
    assert init(typed=(), until="2040-01-01", decree="SK 2").out.startswith("pauh has these two administrators already")
    assert init(typed=(), second="+62 811 0000 0001").code == 0
    assert events(data) == held


@pytest.mark.parametrize(
    "changed",
    [
        {"second": "zq-third@contoh.example"},
        {"first": "zq-third@contoh.example", "second": "zq-fourth@contoh.example"},
        {"first_unit": "pauh.dinkes"},
        {"first_unit": "pauh.inspektorat", "second_unit": "pauh.bkpsdm"},
    ],
)
def test_others_afterwards_are_refused_with_a_sentence(init: Init, data: Path, changed: dict[str, str]) -> None:
    init()
    held, accounts = events(data), asked(data / "vault.db", "SELECT * FROM accounts")
    said = init(**changed)
    assert (said.code, said.out) == (4, "")
    assert said.err == "merit: This agency has its administrators; they grant every further role.\n"
    assert events(data) == held
    assert asked(data / "vault.db", "SELECT * FROM accounts") == accounts


def test_each_agency_is_founded_by_itself(init: Init, data: Path) -> None:
    """The same persons in another agency prove that it is them."""
    assert init().code == 0
    assert init(agency="barito", typed=PASSWORDS[::-1]).code == 4
    assert init(agency="barito").code == 0
    assert [row[1] for row in grants(data)] == [
        "barito.bkpsdm", "barito.inspektorat", "pauh.bkpsdm", "pauh.inspektorat"
    ]  # fmt: skip
    assert len(asked(data / "vault.db", "SELECT * FROM accounts")) == 2


def test_what_was_interrupted_is_ended_by_the_same_command(init: Init, data: Path) -> None:
    """Accounts come before grants: whoever died in between left accounts alone."""
    with opened(data, create=True) as platform:
        platform.stores.accounts.sign_up(MAIL, PASSWORDS[0], platform.clock())
    assert init(typed=("not the password", PASSWORDS[1])).err == "merit: The contact or the password is wrong.\n"
    assert grants(data) == []
    assert len(asked(data / "vault.db", "SELECT * FROM accounts")) == 1
    assert init().code == 0
    assert len(grants(data)) == 2


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"agency": "Pauh"}, "agency's code"),
        ({"first_unit": "barito.bkpsdm"}, r"a unit is named as in pauh.bkpsdm"),
        ({"first_unit": "pauh."}, "a unit is named"),
        ({"second_unit": "pauh.bkpsdm"}, "two units"),
        ({"second": "ZQ-Planted@contoh.example"}, "two persons"),
        ({"decree": " "}, "decree"),
        ({"until": "2020-01-01"}, "it is over"),
        ({"until": "tomorrow"}, "until"),
        ({"typed": ("only one line",)}, "a line each"),
        ({"typed": ()}, "a line each"),
    ],
)
def test_2_what_cannot_be_is_said_before_anything_is_made(
    init: Init, data: Path, changed: dict[str, str], word: str
) -> None:
    said = init(**changed)
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert not (data / "people.db").exists() or (events(data), grants(data)) == ([], [])
    assert not (data / "vault.db").exists() or asked(data / "vault.db", "SELECT * FROM accounts") == []


@pytest.mark.parametrize("typed", [("tiga gajah biru", "short"), ("x" * 129, "tiga gajah biru"), ("", "")])
def test_4_a_password_that_is_none_leaves_no_half(init: Init, data: Path, typed: tuple[str, ...]) -> None:
    """No default takes its place."""
    said = init(typed=typed)
    assert (said.code, said.out) == (4, "")
    assert "A password has at" in said.err
    assert asked(data / "vault.db", "SELECT * FROM accounts") == []
    assert init().code == 0


def test_4_what_is_no_contact_is_refused(init: Init) -> None:
    assert init(first="zq-planted").err == (
        "merit: Not a complete e-mail address, telephone number or NIK. Check it.\n"
    )


def test_no_contact_and_no_password_is_shown_or_lies_in_clear(init: Init, data: Path) -> None:
    """UU 27/2022: not in an answer, not in an event, not in a file."""
    said = [init(), init("--json"), init(second="zq-other@contoh.example")]
    said += [done(*words, "--data", data) for words in (("events",), ("doctor",), ("rebuild", "people"))]
    shown = "".join(one.out + one.err for one in said).lower()
    planted = ["zq-", "0811", "811-0000", "62811", "gajah"]
    assert not [word for word in planted if word in shown]
    for path in data.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not [word for word in (b"zq-planted", b"81100000001", b"0811-0000", b"gajah") if word in content]


def test_on_a_terminal_each_types_a_password_twice_and_none_is_echoed(data: Path) -> None:
    """ASVS 6.2: and nothing of it stands in an argument."""
    master, slave = os.openpty()
    typed = [PASSWORDS[0], PASSWORDS[0], PASSWORDS[1], PASSWORDS[1]]
    command = [sys.executable, "-P", "-m", "services.cli", *map(str, arguments(data))]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C"}
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=lambda: os.login_tty(slave)
    ) as process:
        os.close(slave)
        shown, asked_for = "", 0
        while part := _shown(master):
            shown += part
            if shown.count(": ") > asked_for and asked_for < len(typed):
                os.write(master, f"{typed[asked_for]}\n".encode())
                asked_for += 1
    os.close(master)
    assert process.returncode == 0, shown
    assert "Password of the first administrator (pauh.bkpsdm): " in shown
    assert "Password of the second administrator (pauh.inspektorat): " in shown
    assert "gajah" not in shown
    assert len(grants(data)) == 2


def _shown(terminal: int) -> str:
    """What comes next; nothing once the program has ended."""
    try:
        return os.read(terminal, 4096).decode()
    except OSError:
        return ""
