"""Commands about marks over HTTP: bodies that fit, codes instead of sentences, one's own candidacy alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.selection.api.scores import acts
from services.selection.objections import FileResultObjection, WithdrawCandidate
from services.selection.opening import AmendRoster
from services.selection.results import AnnulStage, RankCandidates
from shared.events import NotFound, Refused, instant
from shared.events.platform import Words
from shared.runtime import turn
from shared.runtime.calls import Call
from shared.runtime.http import bodies
from shared.runtime.identity import Principal
from tests.services.test_selection_scores import NOTE, SELECTING, World, world

AT = "2027-05-03T02:00:00.000000Z"


def foreign(person: str, words: Words) -> None:
    """Nobody has any words here but the first."""
    if person != "holder-0":
        raise NotFound(words.id)


def somebody(subject: str) -> Principal:
    return Principal(subject=subject, roles=frozenset({"applicant"}), unit="pauh", authenticated_at=AT)


def sent(here: World, stream: str, command: Any, by: str) -> Call:
    (act,) = [act for act in acts(here.pipeline.ledger, foreign) if act.command is type(command)]
    call = Call(stream=stream, command=command, by=by, key="k", received_at=instant(here.now))
    assert act.before is not None
    return act.before(None, somebody(by), call)  # type: ignore[arg-type]


def test_every_command_has_a_body_that_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")
    with world(tmp_path) as here:
        here.hand_over("meets", "meets")
        for act in acts(here.pipeline.ledger, foreign):
            command = bodies.command_of(act.command, act.example)
            stream = here.candidate(0) if act.category == "candidate" else f"{act.category}-pauh.x"
            assert sent(here, stream, command, "holder-0").command is command


def test_a_candidacy_of_somebody_else_is_not_there(tmp_path: Path) -> None:
    """domain.md 3: about oneself, never about a rival."""
    with world(tmp_path) as here:
        here.hand_over("meets", "meets")
        object_ = FileResultObjection(announcement=1, ground="other_score", words=NOTE)
        for command in (object_, WithdrawCandidate(reason="other_work")):
            assert sent(here, here.candidate(0), command, "holder-0").command is command
            for stream in (here.candidate(1), here.candidate(3), here.candidate(0).replace("014", "015")):
                with pytest.raises(NotFound):
                    sent(here, stream, command, "holder-0")
        with pytest.raises(NotFound):
            sent(here, here.candidate(1), object_, "holder-1")


@pytest.mark.parametrize(
    "command",
    [
        RankCandidates(ground="Siti Aminah keberatan"),
        AnnulStage(stage="written", order="NIK 3201010101870001", words="Putusan"),
        AmendRoster(added=("siti",), removed=(), ground="court"),
    ],
)
def test_what_stands_in_an_event_is_a_code(tmp_path: Path, command: Any) -> None:
    with world(tmp_path) as here:
        with pytest.raises(Refused) as caught:
            sent(here, SELECTING, command, "committee")
        assert caught.value.code == "candidate.code"
        here.hand_over("meets")
        with pytest.raises(Refused):
            sent(here, here.candidate(0), replace(WithdrawCandidate(reason="x"), reason="Karena sakit"), "holder-0")
