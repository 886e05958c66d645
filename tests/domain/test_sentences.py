"""A clerk reads sentences, never codes: every refusal that a service can raise has one in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.runtime.problems import SENTENCES, sentence

ROOT = Path(__file__).resolve().parents[2]
CODED = {"services/intake/notices.py", "services/intake/schemes.py"}  # where codes are yielded, then raised
AREAS = {
    "acting", "act", "application", "check", "deadline", "need", "notice", "objection", "post", "roll", "round",
    "scheme", "timeline", "vacancy", "verifier",
}  # fmt: skip


def raised(path: Path) -> Iterator[str]:
    """The codes of `raise Refused(...)` in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
            for found in ast.walk(node.args[0]):
                if isinstance(found, ast.Constant) and isinstance(found.value, str):
                    yield found.value


def yielded(path: Path) -> Iterator[str]:
    """Words of a module that are spelt as codes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            area, dot, rest = node.value.partition(".")
            if dot and area in AREAS and rest.isidentifier():
                yield node.value


def test_every_code_that_a_service_raises_has_its_sentences() -> None:
    codes = {code for path in sorted(ROOT.glob("services/*/*.py")) for code in raised(path)}
    codes |= {code for name in CODED for code in yielded(ROOT / name)}
    assert len(codes) > 100
    assert sorted(codes - SENTENCES.keys()) == []


def test_a_sentence_is_said_in_both_languages() -> None:
    for code, (indonesian, english) in SENTENCES.items():
        assert indonesian.endswith("."), code
        assert english.endswith("."), code
        assert indonesian != english, code
    assert sentence("application.late", "id") != sentence("application.late", "en")
    assert sentence("no.such", "id") == "no.such"
