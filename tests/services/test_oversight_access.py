"""Who read what of whose data is on the record, and the person concerned may ask (events.md 2f; UU 27/2022 art. 7)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.events import Refused, Unknown
from shared.events.platform import AttemptRefused, PersonalDataRead
from shared.runtime.access import Accesses, Facts, RecordRead, record, stream_of, who_read, with_access
from shared.runtime.calls import Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.service import Fact, Service
from tests.services.projections_world import Telling, ident, telling

LOOK = RecordRead(role="verifier", what=("name", "documents"), ground="document_check")
MINE = f"candidate-pauh.2027-014+{ident(1)}"
AT = "2027-03-01T02:00:00.000000Z"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Telling]:
    with telling(tmp_path / "data") as made:
        yield made


@pytest.fixture
def pipeline(here: Telling) -> Pipeline:
    """Selection's, with nothing in it but the record of who looks."""
    return Pipeline(with_access(Service(name="selection", deciders={})), here.ledgers["selection"])


def look(pipeline: Pipeline, by: str, key: str, command: RecordRead = LOOK, of: str = MINE) -> str | None:
    """One look; why it was refused."""
    call = Call(stream=stream_of(of), command=command, by=by, key=key, received_at=AT)
    (answer,) = pipeline.run([call])
    assert not answer.failed
    return answer.refused


def test_each_look_is_told_and_the_same_request_is_one_look(pipeline: Pipeline) -> None:
    assert who_read(pipeline.ledger, MINE) == ()
    for by, key in (("anna", "k1"), ("anna", "k1"), ("anna", "k2"), ("budi", "k3")):
        assert look(pipeline, by, key) is None
    assert look(pipeline, "citra", "k4", of=f"application-pauh.{ident(2)}") is None
    found = who_read(pipeline.ledger, MINE)
    assert [(one.reader, one.role, one.what, one.ground) for one in found] == [
        (by, "verifier", ("name", "documents"), "document_check") for by in ("anna", "anna", "budi")
    ]
    assert [one.position for one in found] == [0, 1, 2]
    assert found[0].at < found[2].at


@pytest.mark.parametrize("wrong", [
    RecordRead(role="verifier", what=(), ground="check"),
    RecordRead(role="verifier", what=("name",) * 31, ground="check"),
])  # fmt: skip
def test_a_look_says_at_what(pipeline: Pipeline, wrong: RecordRead) -> None:
    assert look(pipeline, "anna", "k1", wrong) == "access.what"


@pytest.mark.parametrize("wrong", [
    RecordRead(role="verifier", what=("name",), ground="karena diminta"),
    RecordRead(role="Verifier", what=("name",), ground="check"),
    RecordRead(role="verifier", what=("nik_1234",), ground="check"),
])  # fmt: skip
def test_role_data_and_ground_are_codes(pipeline: Pipeline, wrong: RecordRead) -> None:
    """No free text about people in an event."""
    assert look(pipeline, "anna", "k1", wrong) == "access.code"


def test_nobody_reads_without_being_named() -> None:
    with pytest.raises(Refused, match=r"access\.code"):
        Accesses().decide(LOOK, None, Facts())
    Accesses().evolve(None, PersonalDataRead(reader="a", role="b", what=("c",), ground="d"))


def test_an_attempt_is_no_look(here: Telling) -> None:
    here.tell("selection", stream_of(MINE), AttemptRefused(act="RecordRead", code="access.code", digest="a" * 64))
    assert who_read(here.ledgers["selection"], MINE) == ()


def test_where_looks_stand() -> None:
    assert stream_of("application-pauh.9f") == "access-pauh.application-9f"
    assert stream_of("candidate-pauh.2027-014+9f") == "access-pauh.candidate-2027-014+9f"


def test_nothing_is_shown_where_a_look_is_not_on_record(here: Telling, pipeline: Pipeline) -> None:
    """Refused, or not known whether it was recorded: either way whoever asked sees nothing."""
    now = dt.datetime.fromisoformat(AT)
    with pytest.raises(Refused, match=r"access\.what"):
        record(pipeline, MINE, RecordRead(role="verifier", what=(), ground="check"), "anna", now)
    broken = Fact(name="broken", of=Facts, initial=Facts(), key=lambda *_: str(1 // 0), fold=lambda before, *_: before)
    service = with_access(Service(name="selection", deciders={}, facts=(broken,)))
    with pytest.raises(Unknown):
        record(Pipeline(service, here.ledgers["selection"]), MINE, LOOK, "anna", now)
    assert who_read(pipeline.ledger, MINE) == ()
