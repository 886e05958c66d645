"""Every refusal has its sentence, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.runtime import problems

ROOT = Path(__file__).resolve().parents[2]


def codes(tree: ast.Module) -> Iterator[str]:
    """What is given to `Refused(...)` and to `refused=`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first = (
                [node.args[0]] if node.args and isinstance(node.func, ast.Name) and node.func.id == "Refused" else []
            )
            named = [one.value for one in node.keywords if one.arg == "refused"]
            for value in (*first, *named):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def test_every_code_has_a_sentence_in_both_languages() -> None:
    found = {
        code
        for folder in ("shared", "services")
        for path in ROOT.glob(f"{folder}/**/*.py")
        for code in codes(ast.parse(path.read_text("utf-8")))
    }
    assert {"score.already", "key.other_body", "person.unknown"} <= found
    assert found - problems.SENTENCES.keys() == set()
    assert all(all(both) for both in problems.SENTENCES.values())


def test_a_code_without_a_sentence_is_shown_itself() -> None:
    assert problems.sentence("score.mark", "en") == "A mark outside its limits, or of an unknown part."
    assert problems.sentence("score.mark", "id") == "Nilai di luar batas atau bagian tidak dikenal."
    assert problems.sentence("no.such", "en") == "no.such"
