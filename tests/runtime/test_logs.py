"""Logs hold no personal data: not in our words, not in a library's, not in an error's; and a record is one line."""

import json
import logging
import random
import re
import sys
import threading
import unicodedata
import warnings
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runtime import logs
from tests.runtime.logged import Lines

NIK = "3204110507880002"
MAIL = "pelamar.satu@contoh.go.id"
PHONE = "081234567890"
SECRETS = (NIK, MAIL, PHONE, "+6281234567890")

SAID = [
    (f"NIK {NIK}", "NIK [number]"),
    ("nik=3204-1105-0788-0002;", "nik=[number];"),
    ("3204 1105 0788 0002", "[number]"),
    ("32.04.11.05.07.88.00.02", "[number]"),
    ("3204 - 1105 - 0788 - 0002", "[number]"),
    ("3 2 0 4 1 1 0 5 0 7 8 8 0 0 0 2", "[number]"),
    ("３２０４１１０５０７８８０００２", "[number]"),
    ("3204\u00a01105\u00a00788\u00a00002", "[number]"),
    ("GET /a?nik=3204%201105%200788%200002", "GET /a?nik=[number]"),
    ("NIP 198805072015041001", "NIP [number]"),
    (f"to {MAIL}.", "to [e-mail]"),
    ("q=pelamar.satu%40contoh.go.id&x=1", "q=[e-mail]&x=1"),
    ("postgresql+psycopg2://merit:secret@host/db", "postgresql+psycopg2://merit:[e-mail]"),
    (f"call {PHONE}", "call [telephone]"),
    ("0812-3456-7890", "[telephone]"),
    ("0812 3456 7890", "[telephone]"),
    ("(0812) 3456.7890", "([telephone]"),
    ("+62 812 3456 7890", "[telephone]"),
    ("+62-812-3456-7890", "[telephone]"),
    ("+62 (21) 3456 7890", "[telephone]"),
    ("%2B6281234567890", "[telephone]"),
    ("006281234567890", "[telephone]"),
    ("6281234567890", "[telephone]"),
    ("telp081234567890", "telp[telephone]"),
    ("two\nlines\r\u2028\x1b[31m", "two lines   [31m"),
    ("[SQL: INSERT INTO vault VALUES (?)]\n[parameters: ('x',)]", "[statement]"),
    ("2027-03-15T02:41:07.123456Z position 123456789", "2027-03-15T02:41:07.123456Z position 123456789"),
    ("batch of 500, 0.125 s, port 8000, v0.1.0", "batch of 500, 0.125 s, port 8000, v0.1.0"),
]


@pytest.mark.parametrize(("text", "instead"), SAID)
def test_a_text_is_masked(text: str, instead: str) -> None:
    assert logs.masked(text) == instead
    assert logs.masked(instead) == instead


# --- a leak corpus ----------------------------------------------------------------------------------------------

AROUND = st.text(max_size=12)
BETWEEN = st.sampled_from(["", "", "", " ", ".", "-", " - ", "\u2013", "\n"])


def spelled(digits: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The digits with anything between them that people write."""
    gaps = st.lists(BETWEEN, min_size=20, max_size=20)
    return st.builds(lambda plain, put: "".join(map("".join, zip(["", *put], plain, strict=False))), digits, gaps)


DIGIT = "0123456789"
NIKS = st.text(DIGIT, min_size=16, max_size=16)
PHONES = st.builds(
    "".join, st.tuples(st.sampled_from(["08", "+628", "628", "00628"]), st.text(DIGIT, min_size=8, max_size=10))
)
MAILS = st.builds(
    "{}@{}.{}".format,
    st.text("abcxyz0189._+-", min_size=1, max_size=12),
    st.text("abcxyz-", min_size=1, max_size=9),
    st.sampled_from(["id", "go.id", "co.id", "com"]),
)


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


@settings(max_examples=150)
@given(AROUND, spelled(NIKS | PHONES), AROUND)
def test_no_number_comes_through_however_it_is_spelled(before: str, number: str, after: str) -> None:
    shown = digits_of(logs.masked(f"{before}{number}{after}"))
    kept = digits_of(unicodedata.normalize("NFKC", before + after))
    assert len(shown) <= len(kept) + 3
    assert digits_of(number)[-8:] not in shown or digits_of(number)[-8:] in kept


@settings(max_examples=100)
@given(AROUND, MAILS, AROUND)
def test_no_address_comes_through(before: str, mail: str, after: str) -> None:
    assert mail not in logs.masked(f"{before} {mail} {after}")


# --- records ----------------------------------------------------------------------------------------------------


def read(lines: Lines) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.text().splitlines()]


def last(lines: Lines) -> dict[str, Any]:
    return read(lines)[-1]


def holds_a_secret(text: str, *more: str) -> bool:
    return any(
        secret in text or digits_of(secret) in digits_of(text) for secret in SECRETS if digits_of(secret)
    ) or any(secret in text for secret in (MAIL, *more))


def test_a_record_has_the_keys_of_the_list_and_no_other(lines: Lines) -> None:
    structlog.get_logger().info("appended", position=7, act="ScoreStage", name="Nama", nik=NIK, body={"a": 1})
    assert {**last(lines), "ts": ""} == {
        "ts": "", "level": "info", "event": "appended", "service": "selection", "act": "ScoreStage", "position": 7,
    }  # fmt: skip
    logging.getLogger("merit.pipeline").warning("stale", extra={"view": "ranking.v1", "size": 3, "name_": "Nama"})
    assert {**last(lines), "ts": ""} == {
        "ts": "", "level": "warning", "event": "stale", "service": "selection", "logger": "merit.pipeline",
        "view": "ranking.v1", "size": 3,
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", last(lines)["ts"])


def test_what_a_record_says_of_its_service_counts_more(lines: Lines) -> None:
    logging.getLogger("merit.pipeline").warning("x", extra={"service": "intake"})
    structlog.get_logger().info("x", service="people")
    assert [line["service"] for line in read(lines)] == ["intake", "people"]


def test_every_value_is_masked_and_only_plain_values_are_shown(lines: Lines) -> None:
    values: list[Any] = [NIK, int(NIK), [NIK], {"a": NIK}, NIK.encode(), ValueError(NIK), object(), 1.5, True, None, 62]
    for value in values:
        structlog.get_logger().info("x", code=value)
    assert [line.get("code") for line in read(lines)] == [
        "[number]", "[number]", "[list]", "[dict]", "[bytes]", "ValueError", "[object]", 1.5, True, None, 62,
    ]  # fmt: skip


def test_what_is_bound_to_a_request_stands_in_every_record(lines: Lines) -> None:
    bound = {"correlation_id": "0123456789012345678901234567abcd", "actor_role": "panelist", "actor": "Nama"}
    with structlog.contextvars.bound_contextvars(**bound):
        structlog.get_logger().info("x")
        logging.getLogger("uvicorn").info("y")
    with structlog.contextvars.bound_contextvars(correlation_id=NIK):
        structlog.get_logger().info("z")
    one, two, three = read(lines)
    assert one["correlation_id"] == two["correlation_id"] == bound["correlation_id"]  # random: it is left as it is
    assert (one["actor_role"], "actor" in one) == ("panelist", False)
    assert three["correlation_id"] == "[number]"


def test_who_read_whose_document_stands_in_its_record(lines: Lines) -> None:
    """As pseudonyms: the log of such reads is what an audit asks for."""
    said = {"act": "read_document", "reader_id": "5b0e" * 8, "application_id": "0c" * 16}
    logging.getLogger("merit.people").info("an official read a document", extra=said)
    (one,) = read(lines)
    assert {name: one[name] for name in said} == said


def test_levels_are_kept(lines: Lines) -> None:
    logs.configure("selection", "warning")
    structlog.get_logger().info("x")
    logging.getLogger("a").info("y")
    assert lines.text() == ""
    structlog.get_logger().error("z")
    assert last(lines)["level"] == "error"


def test_an_error_is_its_type_and_its_place(lines: Lines) -> None:
    def inner(name: str) -> None:
        raise ValueError(f"no such person: {name} {NIK}")

    def outer() -> None:
        try:
            inner("Nama Pelamar")
        except ValueError as error:
            raise KeyError(MAIL) from error

    for log in (structlog.get_logger(), logging.getLogger("merit.x"), logging.getLogger("foreign")):
        try:
            outer()
        except KeyError as error:
            log.exception("failed")
            log.error("failed", exc_info=error)
            log.error("failed", exc_info=(type(error), error, error.__traceback__))
        line = last(lines)
        assert line["error"] == "KeyError from ValueError"
        assert re.fullmatch(
            r"tests/runtime/test_logs\.py:\d+ outer, tests/runtime/test_logs\.py:\d+ \S+", line["where"]
        )
    assert len({(line["error"], line["event"]) for line in read(lines)}) == 1
    assert not holds_a_secret(lines.text(), "Nama")


def test_without_an_error_there_is_none(lines: Lines) -> None:
    structlog.get_logger().error("x", exc_info=True)
    logging.getLogger("a").error("y", exc_info=True)  # noqa: LOG014
    assert all("error" not in line for line in read(lines))


def test_errors_that_cause_each_other_end(lines: Lines) -> None:
    first, second, third = ValueError(), KeyError(), OSError()
    first.__cause__, second.__cause__ = second, first
    third.__context__ = first
    assert logs.named(third) == "OSError from ValueError from KeyError"
    third.__suppress_context__ = True
    assert logs.named(third) == "OSError"


def test_a_databases_error_carries_no_parameters(lines: Lines) -> None:
    """SQLAlchemy's messages hold the statement with its values."""
    engine = sa.create_engine("sqlite://")
    log = logging.getLogger("merit.pipeline")
    with engine.connect() as tx, pytest.raises(sa.exc.OperationalError) as caught:
        tx.exec_driver_sql("INSERT INTO vault VALUES (?, ?, ?)", ("Nama Pelamar", NIK, MAIL))
    error = caught.value
    assert "Nama Pelamar" in str(error)
    log.error("failed", exc_info=error)
    log.error("failed: %s", error)
    log.error("failed: %(error)s", {"error": error})
    log.error(f"failed: {error}")  # noqa: G004
    log.error(error)
    structlog.get_logger().error(f"failed: {error}", code=error)
    logging.getLogger("foreign").error("failed: %s", [error])
    logging.getLogger("foreign").error("failed: %r and %s", error, str(error))
    assert not holds_a_secret(lines.text(), "Nama", "INSERT")
    assert len(read(lines)) == 8
    engine.dispose()


def test_a_librarys_record_is_one_line_and_masked(lines: Lines) -> None:
    foreign = logging.getLogger("asyncio")
    foreign.error(f"Task exception was never retrieved\nfuture: <Task exception=ValueError('Nama {NIK}')>")
    foreign.info('%s - "GET /a?nik=%s&to=%s"', PHONE, NIK, MAIL)
    foreign.info("%(to)s", {"to": MAIL})
    foreign.info("plain %")
    assert read(lines)[0]["event"] == "Task exception was never retrieved"
    assert read(lines)[-1]["event"] == "plain %"
    assert not holds_a_secret(lines.text(), "Nama")


def test_a_record_that_cannot_be_shown_is_named_by_its_place(lines: Lines) -> None:
    """Logging's own complaint would print the arguments."""
    logs.configure("selection")
    logging.getLogger("foreign").error("%d of %d", "Nama", NIK)
    line = last(lines)
    assert line["event"] == "a record could not be logged"
    assert line["where"].startswith("test_logs:")
    assert not holds_a_secret(lines.text(), "Nama")


def test_warnings_are_records_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"old {NIK}", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert last(lines)["logger"] == "py.warnings"
    assert not holds_a_secret(lines.text())


def test_what_ends_a_thread_or_the_process_is_a_record(lines: Lines) -> None:
    def falls() -> None:
        raise ValueError(f"Nama {NIK}")

    thread = threading.Thread(target=falls)
    thread.start()
    thread.join()
    assert (last(lines)["level"], last(lines)["error"]) == ("critical", "ValueError")
    sys.excepthook(KeyError, KeyError(NIK), None)
    assert (last(lines)["error"], last(lines)["event"]) == ("KeyError", "ended by an error")
    threading.excepthook(threading.ExceptHookArgs((OSError, None, None, thread)))
    assert last(lines)["error"] == "OSError"
    assert not holds_a_secret(lines.text(), "Nama")


def test_a_record_is_one_line_in_both_forms(lines: Lines) -> None:
    log = structlog.get_logger()
    log.info("one\ntwo\r\x1b[2Jthree", act="a\nb")
    assert len(lines.text().splitlines()) == 1
    logs.configure("selection", console=True)
    before = len(lines.text())
    structlog.get_logger().info(f"one\ntwo {NIK}", act="a\nb")
    try:
        raise ValueError(NIK)
    except ValueError:
        logging.getLogger("merit.x").exception("failed %s", MAIL)
    coloured = lines.text()[before:]
    assert len(coloured.splitlines()) == 2
    assert "\x1b[" in coloured
    assert "ValueError" in coloured
    assert not holds_a_secret(coloured)


def test_a_corpus_of_leaks_leaves_nothing_in_any_record(lines: Lines) -> None:
    """O9: seeded, in every way that a record can be made."""
    chance = random.Random(5)

    def spoiled(digits: str) -> str:
        return "".join(digit + chance.choice(["", "", " ", "-", "."]) for digit in digits)

    canaries = ["".join(chance.choices(DIGIT, k=16)) for _ in range(60)]
    canaries += ["08" + "".join(chance.choices(DIGIT, k=10)) for _ in range(60)]
    loggers = [logging.getLogger(name) for name in ("merit.pipeline", "uvicorn.error", "sqlalchemy.engine.Engine")]
    for canary in canaries:
        shown = spoiled(canary)
        for log in loggers:
            log.warning("about %s", shown)
            log.warning(f"about {shown}", extra={"code": shown, "act": canary, "secret": canary})  # noqa: G004
            log.warning({"a": shown})
            try:
                raise ValueError(shown)
            except ValueError as error:
                log.exception("failed for %s", shown)
                log.warning("failed: %s", error)
        structlog.get_logger().warning(shown, code=shown, correlation_id=canary, unknown=canary)
    for line in read(lines):
        text = digits_of(" ".join(str(value) for key, value in line.items() if key not in ("ts", "where")))
        assert not any(canary[-8:] in text for canary in canaries)
    assert all(a["ts"] <= b["ts"] for a, b in pairwise(read(lines)))
