"""The import of an official list of results: on record once, by the digest of its file, before any of its rows."""

from dataclasses import replace

from services.selection import imports
from services.selection.imports import Facts, ImportResults, ReceiveResults
from shared.events.platform import AttemptRefused
from shared.events.selection import ResultsImported
from tests.domain.specification import Specification

IMPORT = ImportResults(body="pauh", stages=("skd", "skb"), rows=3, vacancies=2)
IMPORTED = ResultsImported(body="pauh", stages=("skd", "skb"), rows=3, vacancies=2)

given = Specification(imports, Facts()).given


def test_a_list_comes_on_record() -> None:
    given().when(IMPORT).then(IMPORTED)


def test_the_same_file_again_changes_nothing() -> None:
    given(IMPORTED).when(IMPORT).then()


def test_the_same_file_with_other_contents_is_refused() -> None:
    """The stream's name is the digest of the file: other contents under it are a contradiction."""
    for other in (
        replace(IMPORT, rows=4),
        replace(IMPORT, vacancies=1),
        replace(IMPORT, stages=("skd",)),
        replace(IMPORT, body="elsewhere"),
    ):
        given(IMPORTED).when(other).refused("import.known_otherwise")


def test_a_list_of_nothing_is_the_attendance_of_nobody() -> None:
    for empty in (replace(IMPORT, rows=0), replace(IMPORT, vacancies=0), replace(IMPORT, stages=())):
        given().when(empty).refused("import.empty")


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="ImportResults", code="x", digest="0" * 64)
    given(attempt).when(IMPORT).then(IMPORTED)
    given(IMPORTED, attempt).when(IMPORT).then()


def test_over_http_a_list_is_put_on_record_by_two() -> None:
    """events.md 3b: `ok` is absent in an offline import."""
    received = ReceiveResults(body="pauh", stages=("written",), rows=3, vacancies=1, ok="pauh.7c")
    made = ResultsImported(body="pauh", stages=("written",), rows=3, vacancies=1, ok="pauh.7c")
    given().when(received).then(made)
    given(made).when(received).then()
    given(made).when(replace(received, ok=None)).then()
    given().when(replace(received, ok=None)).refused("act.needs_approval")
    given().when(replace(received, rows=0)).refused("import.empty")
