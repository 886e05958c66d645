"""A round is the same wherever it is played: its numbers follow from the seed alone. It is told in both languages."""

from pathlib import Path
from typing import Any

import pytest

from services.cli.demonstration.round.telling import HEADINGS, sentence
from tests.e2e.command_line import Said, done

pytestmark = pytest.mark.slow
FEW = 300


def demo(folder: Path, *more: str | int) -> Said:
    """`merit demo`, played and not served."""
    return done("demo", "--no-serve", "--applicants", FEW, "--data", folder, *more)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(tmp_path: Path) -> None:
    """Once as a document for programs, once in Indonesian, once with other marks."""
    said = demo(tmp_path / "first", "--seed", 2027, "--json")
    assert len(said.out.splitlines()) == 1
    assert said.json.keys() == {"seed", "applicants", "numbers"}
    assert (said.json["seed"], said.json["applicants"]) == (2027, FEW)
    numbers: dict[str, dict[str, Any]] = said.json["numbers"]
    indonesian = demo(tmp_path / "second", "--seed", 2027, "--lang", "id").out
    for step, told in numbers.items():
        if step != "cheated":  # it names a position, which chance decides
            assert f"  {sentence(step, told, 'id')}\n" in indonesian
    assert all(f"\n{heading}\n" in indonesian for heading, _ in HEADINGS.values())
    assert "TERTANGKAP" in indonesian
    assert "REFUSED" not in indonesian
    other = demo(tmp_path / "third", "--seed", 11, "--json").json["numbers"]
    assert other.keys() == numbers.keys()
    assert other["cheated"] != numbers["cheated"]
    assert other["published"] == numbers["published"]
    assert other["weights"] == numbers["weights"]
