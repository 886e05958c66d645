"""What is put before a second person: only what their yes would do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.checking import AssignVerifier
from services.intake.examples import EXAMPLES
from services.intake.vacancies import ExtendDeadline, PublishVacancy
from tests.services.intake_site import World, opened, site

NOTICE = "/vacancy/pauh.2027-014"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A round is open, a notice published."""
    with site(tmp_path / "data") as made:
        opened(made)
        made.by_two("hr", "ppk", f"{NOTICE}/publish-vacancy", EXAMPLES[PublishVacancy])
        yield made


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_what_its_rule_refuses_is_put_before_nobody(world: World) -> None:
    """An earlier deadline would be approved in vain; the first answer of a key stays."""
    body, size = EXAMPLES[ExtendDeadline], world.pipeline.ledger.size()
    shorter = {**body, "until": "2027-03-01T00:00:00Z"}
    assert code(world.act("hr", f"{NOTICE}/extend-deadline/propose", shorter)) == (409, "deadline.shorter")
    assert code(world.act("hr", f"{NOTICE}/extend-deadline/propose", {**body, "cause": " "})) == (422, "deadline.cause")
    assert world.pipeline.ledger.size() == size
    first = world.act("hr", f"{NOTICE}/extend-deadline/propose", body, key="one")
    assert first.status_code == 200
    world.by_two("hr", "ppk", f"{NOTICE}/extend-deadline", {**body, "until": "2028-01-01T00:00:00Z"})
    again = world.act("hr", f"{NOTICE}/extend-deadline/propose", body, key="one")
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert code(world.act("hr", f"{NOTICE}/extend-deadline/propose", body)) == (409, "deadline.shorter")


def test_no_sentence_of_an_official_enters_an_event(world: World) -> None:
    """A refusal's reason is a code of the list, a verifier and a tie are pseudonyms."""
    made = world.must("hr", f"{NOTICE}/extend-deadline/propose", EXAMPLES[ExtendDeadline])
    path, size = f"/approval/{made['approval']}/refuse-act", world.pipeline.ledger.size()
    assert code(world.act("ppk", path, {"reason": "Kata Tetangga, 3201010101010001"})) == (422, "approval.reason")
    body: Any = EXAMPLES[AssignVerifier]
    tie = {"application": "Tetangga Saya", "kind": "kin"}
    for wrong in ({"verifier": "Tetangga 3201"}, {"beacon": "x"}, {"ties": [tie], "tie_count": 1}):
        assert code(world.act("hr", f"{NOTICE}/assign-verifier", {**body, **wrong})) == (422, "verifier.form")
    named = {"ties": [{"application": "0c" * 16, "kind": "Ini sebuah kalimat"}], "tie_count": 1}
    assert code(world.act("hr", f"{NOTICE}/assign-verifier", {**body, **named})) == (422, "application.code")
    assert world.pipeline.ledger.size() == size
    assert world.act("ppk", path, {"reason": "incomplete"}).status_code == 200
