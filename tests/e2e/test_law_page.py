"""`docs/law.md` says which article is which rule and which test, as their docstrings do."""

from importlib import import_module
from pathlib import Path

import pytest

from scripts import law
from scripts.law import Cited

RULE = '''
def weigh(marks):
    """The sum, by weight (Permenpan RB 27/2021 art. 48, 6/2024 art. 45(4))."""


def count(rows):
    """How many."""
'''
TEST = '''
"""Weights (TEST 7)."""
from services.cli.platform import opened
from shared.rules import packs
from shared.rules.scores import LIMIT, Sum, count, weigh

PACK = packs.load("one")


def heavy(marks):
    return weigh(marks)


def test_7_the_heavier_wins(tmp_path):
    assert heavy(1) == Sum(LIMIT)


def test_7_it_is_counted():
    opened(count(PACK))


def test_8_a_number_of_something_else():
    """Nothing cited."""
    assert count(())


def test_in_words():
    """TEST 2 to 4 and 9 (UU 27/2022 arts. 6, 7)."""
'''


def test_the_page_is_made_from_the_tests() -> None:
    assert law.PAGE.read_text("utf-8") == law.page(), "run `python -m scripts.law`"


def test_a_page_that_lags_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "PAGE", tmp_path / "law.md")
    assert law.main(["--check"]) == 1
    assert law.main([]) == 0
    assert law.main(["--check"]) == 0
    (tmp_path / "law.md").write_text("old")
    assert law.main(["--check"]) == 1


def test_a_new_test_appears_by_itself(tmp_path: Path) -> None:
    """With what it calls itself, or through its file's own names; never classes, constants, packs and platforms."""
    for name, text in (("shared/rules/scores.py", RULE), ("tests/domain/test_weights.py", TEST)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert {(row.name, row.rules, row.examples, len(row.laws)) for row in law.rows(tmp_path)} == {
        ("test_7_the_heavier_wins", ("rules.scores.weigh",), (7,), 2),
        ("test_7_it_is_counted", ("rules.scores.count",), (7,), 0),
        ("test_in_words", (), (2, 3, 4, 9), 2),
    }
    page = law.page(tmp_path)
    link = "[the heavier wins](../tests/domain/test_weights.py)"
    assert f"## Permenpan RB 6/2024\n\n{law.TABLE}| 45(4) | `rules.scores.weigh` | {link} | 7 |\n" in page
    assert f"## {law.OURS}\n\n{law.TABLE}|  | `rules.scores.count` | [it is counted]" in page
    assert "| 6 | – | [in words](../tests/domain/test_weights.py) | 2, 3, 4, 9 |\n" in page
    assert "a number of something else" not in page


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("PermenPANRB 6/2024 art. 45(4)", {("Permenpan RB 6/2024", "45(4)")}),
        ("Permenpan RB 27/2021, 6/2024\narts. 34, 37(1)", {("Permenpan RB 27/2021", ""), ("Permenpan RB 6/2024", "34"),
                                                           ("Permenpan RB 6/2024", "37(1)")}),
        ("(PP 30/2019 art. 41; UU 30/2014 art. 42)", {("PP 30/2019", "41"), ("UU 30/2014", "42")}),
        ("PP 11/2017 art. 48, 6/2024", {("PP 11/2017", "48"), ("PP 6/2024", "")}),
        ("CAT 380/500; 3 of 12/2024; UUP 1/2020", set()),
    ],
)  # fmt: skip
def test_what_a_docstring_cites(text: str, cited: set[tuple[str, str]]) -> None:
    """A number without the kind of law is of the kind named before it; a fraction is none."""
    assert law.laws(text) == {Cited(law=name, article=article) for name, article in cited}


def test_every_rule_of_the_page_is_there_and_every_file_too() -> None:
    found = law.rows()
    assert len(found) > 100
    for row in found:
        assert (law.ROOT / row.path).is_file()
        for rule in row.rules:
            dotted = f"shared.{rule}" if rule.startswith(("rules.", "runtime.")) else f"services.{rule}"
            if not (law.ROOT / f"{dotted.replace('.', '/')}.py").is_file():
                module, _, name = dotted.rpartition(".")
                assert callable(getattr(import_module(module), name)), rule


def test_the_page_names_no_page_that_is_not_in_the_repository() -> None:
    assert "domain.md" not in law.page()
